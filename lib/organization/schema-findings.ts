import type { z } from "zod";
import { quoted } from "../util/json-text";
import { nearest } from "../util/nearest";
import { masked, shown, shownId } from "../util/secret";
import type { Path, PlacedFinding } from "./finding";
import { OrganizationFile } from "./schema";

type Issue = z.core.$ZodIssue;

const DOCS = "docs/reference/organization-file.md describes the keys";
/** YAML's words for the types that the schema speaks of. */
const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  object: "a mapping of keys to values",
  record: "a mapping of keys to values",
};

/** How the value at a path is written in the file, where YAML reads something else: `1.10` is the number 1.1. */
export type WrittenAt = (path: Path) => string | undefined;

/** What the schema found, in the words of the file. */
export function schemaFindings(
  issue: Issue,
  content: unknown,
  writtenAt: WrittenAt,
  around: Path = [],
): readonly PlacedFinding[] {
  const path = [...around, ...issue.path.filter((part) => typeof part !== "symbol")];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, path));
  const value = path.reduce(property, content);
  if (value === undefined) return [{ rule: "missing", path, message: "this key is missing", fix: DOCS }];
  if (issue.code === "invalid_union") {
    const meant = issue.errors.find((branch) => !branch.some(isWrongAltogether));
    if (meant !== undefined) return meant.flatMap((inner) => schemaFindings(inner, content, writtenAt, path));
  }
  const written = writtenAt(path);
  return [
    {
      rule: "schema",
      path,
      message: `got ${got(value, written)}; expected ${expected(issue)}`,
      fix: howToFix(issue, value, written),
    },
  ];
}

/** Whether a branch of a choice is not the one that was meant: the value is of another type, or another word. */
function isWrongAltogether({ code, path }: Issue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value");
}

function expected(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return typeNames[issue.expected] ?? issue.expected;
    case "invalid_value":
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      if (issue.origin === "array") return "at least one entry";
      return issue.origin === "string" ? "a text that is not empty" : `at least ${issue.minimum}`;
    default:
      return issue.message;
  }
}

function got(value: unknown, written: string | undefined): string {
  if (typeof value === "string") return shownId(value);
  const read = shown(value);
  // An infinity and what is no number have no text of their own in JSON.
  const said = typeof value === "number" && !Number.isFinite(value) ? String(value) : read;
  return written === undefined || written === said ? said : `${masked(written)}, which YAML reads as ${said}`;
}

function howToFix(issue: Issue, value: unknown, written: string | undefined): string {
  const wantsText = issue.code === "invalid_type" && issue.expected === "string";
  if (wantsText && written !== undefined) {
    const inQuotes = `put it in quotes: ${masked(quoted(written))}`;
    return value === null ? `give it a value, or if ${written} is a name, ${inQuotes}` : inQuotes;
  }
  if (value === null) return "give it a value, or remove the key";
  const close = typeof value === "string" ? nearest(value, words(issue)) : undefined;
  if (close !== undefined) return `did you mean ${close}?`;
  if (issue.code === "invalid_type" && typeof value !== "object") {
    if (wantsText) return `put it in quotes: "${String(value)}"`;
    if (issue.expected === "array") return "write it as a list, in [ ]";
  }
  return DOCS;
}

/** The words that an issue would have taken. */
function words(issue: Issue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  return issue.code === "invalid_union" ? issue.errors.flat().flatMap(words) : [];
}

/** Keys that an earlier program had, at the top of the file. */
const renamed: ReadonlyMap<string, string> = new Map([
  ["elsewhere", "managedElsewhere"],
  ["release", "forget"],
]);

function unknownKey(key: string, path: Path): PlacedFinding {
  const now = path.length === 0 ? renamed.get(key) : undefined;
  if (now !== undefined) {
    const message = `${key} is now called ${now}`;
    return { rule: "unknown-key", path: [key], message, fix: `write ${now}` };
  }
  const known = knownKeys(path);
  const close = nearest(key, known);
  return {
    rule: "unknown-key",
    path: [...path, key],
    message: `there is no key ${shown(key)} here`,
    fix: close === undefined ? `the keys here: ${known.join(", ")}` : `did you mean ${close}?`,
  };
}

/** The keys that may stand at a place in an organization file, for suggestions. */
function knownKeys(path: Path): readonly string[] {
  const schema = path.reduce<unknown>(
    (inside, key) => (typeof key === "number" ? property(unwrap(inside), "element") : property(shapeOf(inside), key)),
    OrganizationFile,
  );
  const shape = shapeOf(schema);
  return typeof shape === "object" && shape !== null ? Object.keys(shape) : [];
}

/** The keys of an object's schema; of a choice, those of its branch that has keys. */
function shapeOf(schema: unknown): unknown {
  const inner = unwrap(schema);
  const options = property(inner, "options");
  return Array.isArray(options) ? options.map(shapeOf).find((shape) => shape !== undefined) : property(inner, "shape");
}

function unwrap(schema: unknown): unknown {
  const inner = property(property(schema, "def"), "innerType");
  return inner === undefined ? schema : unwrap(inner);
}

function property(value: unknown, key: string | number): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
