import type { Path, PlacedFinding } from "./finding";
import type { WrittenAt } from "./schema-findings";

/**
 * Numbers in a backend's settings that YAML reads otherwise than they are written: a key `1.10` would become `1.1`, and the state
 * would lie elsewhere. The schema knows no types there. An ordinary number, such as `retry_max: 3`, is taken.
 */
export function misreadSettings(content: unknown, writtenAt: WrittenAt): readonly PlacedFinding[] {
  const backend = typeof content === "object" && content !== null && "backend" in content ? content.backend : undefined;
  return within(backend, ["backend"], writtenAt);
}

function within(value: unknown, path: Path, writtenAt: WrittenAt): readonly PlacedFinding[] {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
      within(inner, [...path, Array.isArray(value) ? Number(key) : key], writtenAt),
    );
  }
  const written = writtenAt(path);
  if (typeof value !== "number" || written === undefined || written === String(value)) return [];
  return [
    {
      rule: "misread",
      path,
      message: `got ${written}, which YAML reads as ${value}`,
      fix: `if it is a string, put it in quotes: "${written}"; if it is a number, write ${value}`,
    },
  ];
}
