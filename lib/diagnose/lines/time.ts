const iso = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d+))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/;
const inText = /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:\s?(?:Z|UTC)|\s?[+-]\d{2}:?\d{2})?/;

/**
 * A log's time in milliseconds since 1970; null when it is none. A time without a zone is taken as UTC, which is what GitLab and TFE log in.
 * Numbers are seconds, or milliseconds when they are too large for seconds.
 */
export function parseTime(value: unknown): number | null {
  if (typeof value === "number") {
    if (!Number.isFinite(value) || value < 1e9) return null;
    return value < 1e11 ? value * 1000 : value < 1e14 ? value : null;
  }
  if (typeof value !== "string") return null;
  const match = iso.exec(value.trim());
  if (match === null) return null;
  const [, day, clock, fraction = "", zone = "Z"] = match;
  const offset = zone === "UTC" ? "Z" : zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const at = Date.parse(`${day}T${clock}.${fraction.padEnd(3, "0").slice(0, 3)}${offset}`);
  return Number.isNaN(at) ? null : at;
}

/** By how much, in milliseconds, the moment may differ from a log's time that names no more digits. */
export function coarsenessOf(value: unknown): number {
  if (typeof value === "number") return value < 1e11 && Number.isInteger(value) ? 1000 : 0;
  const digits = typeof value === "string" ? (iso.exec(value.trim())?.[3]?.length ?? 0) : 0;
  return digits >= 3 ? 0 : 1000 / 10 ** digits;
}

/** The first time that a line of text names. */
export function timeInText(text: string): number | null {
  const match = inText.exec(text.length > 400 ? text.slice(0, 400) : text);
  return match === null ? null : parseTime(match[0]);
}
