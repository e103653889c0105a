import { ApiError, type ErrorObject } from "./errors";

/**
 * What an attribute may be. `text`: null clears it to ""; `optional-text`: null stays null; a list of words: one of them.
 * A null for anything else means "not given".
 */
export type AttributeKind =
  | "flag"
  | "count"
  | "text"
  | "optional-text"
  | "texts"
  | "time"
  | "duration"
  | readonly [string, ...string[]];

export type AttributeTable = Readonly<Record<string, AttributeKind>>;

type Read = { readonly value: unknown } | { readonly problem: string } | undefined;

const NULLABLE: readonly unknown[] = ["optional-text", "time", "duration"];

/**
 * The attributes of a request that a route knows, as they are kept; others are ignored, as TFE does.
 *
 * @throws ApiError 422 with every attribute that is of the wrong kind.
 */
export function readAttributes(
  table: AttributeTable,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const errors: ErrorObject[] = [];
  for (const [name, kind] of Object.entries(table)) {
    if (!(name in given)) continue;
    const read = readAttribute(kind, given[name]);
    if (read === undefined) continue;
    if ("value" in read) found[name] = read.value;
    else {
      const label = name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");
      errors.push({
        title: "invalid attribute",
        detail: `${label} ${read.problem}`,
        pointer: `/data/attributes/${name}`,
      });
    }
  }
  if (errors.length > 0) throw new ApiError(422, errors);
  return found;
}

function readAttribute(kind: AttributeKind, value: unknown): Read {
  if (value === null) {
    if (NULLABLE.includes(kind)) return { value: null };
    if (kind === "text") return { value: "" };
    return kind === "texts" ? { value: [] } : undefined;
  }
  switch (kind) {
    case "flag":
      return typeof value === "boolean" ? { value } : { problem: "must be true or false" };
    case "count":
      return typeof value === "number" && Number.isInteger(value) ? { value } : { problem: "must be a whole number" };
    case "text":
    case "optional-text":
      return typeof value === "string" ? { value } : { problem: "must be a string" };
    case "texts":
      return Array.isArray(value) && value.every((item) => typeof item === "string")
        ? { value: [...value] }
        : { problem: "must be a list of strings" };
    case "time":
      return time(value);
    case "duration":
      // "greater than 0 and at most four digits", then d or h (HCP Terraform API, "Create a Workspace").
      return typeof value === "string" && /^[1-9]\d{0,3}[dh]$/.test(value)
        ? { value }
        : { problem: "has an incorrect format, we expect up to 4 numeric digits and 1 unit ('d' or 'h')" };
    default:
      return typeof value === "string" && kind.includes(value)
        ? { value }
        : { problem: `is not included in the list ${kind.join(", ")}` };
  }
}

function time(value: unknown): Read {
  const parsed = typeof value === "string" ? new Date(value) : undefined;
  if (parsed === undefined || Number.isNaN(parsed.getTime())) return { problem: "must be an RFC 3339 time" };
  return { value: parsed.toISOString() };
}
