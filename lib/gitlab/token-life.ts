/** Days that a PAT must last: below the first an error, below the second a warning. */
export interface LifeLimits {
  readonly minDays: number;
  readonly warnDays: number;
}

const DAY = 86_400_000;

/**
 * How long a token lasts yet. It ends at 00:00 UTC of its day ("Personal access tokens": "Personal access tokens expire on the date you
 * define, at midnight, 00:00 AM UTC").
 */
export type TokenLife =
  | { readonly type: "endless" }
  | {
      readonly type: "ends";
      /** A day, such as 2027-01-31. */
      readonly on: string;
      /** Milliseconds since 1970. */
      readonly at: number;
      /** Whole days: 0 on the last of them. */
      readonly days: number;
    }
  /** `days` are negative. */
  | { readonly type: "ended"; readonly on: string; readonly at: number; readonly days: number }
  /** GitLab named something that is no day. */
  | { readonly type: "no-day"; readonly said: string };

/** @param expiresAt as GitLab shows it; null for a token that does not expire. @param now milliseconds since 1970 */
export function tokenLife(expiresAt: string | null, now: number): TokenLife {
  if (expiresAt === null) return { type: "endless" };
  const at = startOf(expiresAt);
  if (at === undefined) return { type: "no-day", said: expiresAt };
  return at <= now
    ? { type: "ended", on: expiresAt, at, days: Math.floor((at - now - 1) / DAY) }
    : { type: "ends", on: expiresAt, at, days: Math.floor((at - now) / DAY) };
}

/** 00:00 UTC of a day; undefined for what is none, such as 2027-02-30. */
function startOf(day: string): number | undefined {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? undefined : at;
}

export interface LifeVerdict {
  readonly status: "ok" | "warning" | "error" | "unknown";
  /** What the token does, such as `expires on 2027-01-31, in 20 days`. */
  readonly what: string;
}

/** What is to be said of it. */
export function judgeLife(life: TokenLife, { minDays, warnDays }: LifeLimits): LifeVerdict {
  switch (life.type) {
    case "endless":
      return { status: "ok", what: "does not expire" };
    case "no-day":
      return { status: "unknown", what: `expires on ${life.said}, says GitLab, and that is not a date` };
    case "ended":
      return { status: "error", what: `expired on ${life.on}, by this machine's clock` };
    case "ends": {
      const what = `expires on ${life.on}, in ${inDays(life.days)}`;
      if (life.days < minDays) return { status: "error", what: `${what}: fewer than ${minDays}` };
      return life.days < warnDays
        ? { status: "warning", what: `${what}: fewer than ${warnDays}` }
        : { status: "ok", what };
    }
  }
}

function inDays(days: number): string {
  if (days === 0) return "less than a day";
  return days === 1 ? "1 day" : `${days} days`;
}
