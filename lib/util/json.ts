/** A value of a JSON text. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export type JsonText =
  | { readonly type: "value"; readonly value: Json }
  /** `reason` goes on after the file's or server's name, and repeats nothing of the text: it may hold secrets. */
  | { readonly type: "wrong"; readonly reason: string; readonly isCutOff: boolean };

/** Terraform's own JSON stays below 50; code that digs by recursion ends at some thousands. */
const DEEPEST = 256;

/**
 * Reads JSON from outside. Refuses what programs understand in different ways, or what harms those that go on with it: a key that
 * stands twice in an object, `__proto__`, and nesting without end.
 */
export function parseJson(text: string): JsonText {
  let value: Json;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    const reason = text.trim() === "" ? "is empty" : "is not valid JSON: cut off or damaged";
    return { type: "wrong", reason, isCutOff: true };
  }
  const reason = trouble(value, text);
  return reason === undefined ? { type: "value", value } : { type: "wrong", reason, isCutOff: false };
}

/** What is wrong with a text that is JSON, and with what was read from it. */
function trouble(value: Json, text: string): string | undefined {
  const keys = countKeys(value, DEEPEST);
  if (typeof keys === "string") return keys;
  return keys === writtenKeys(text) ? undefined : "has an object with the same key twice";
}

/** How many keys all objects have, or what is wrong with one of them. */
function countKeys(value: Json, levels: number): number | string {
  if (typeof value !== "object" || value === null) return 0;
  if (levels === 0) return `is nested more than ${DEEPEST} levels deep`;
  let count = 0;
  if (!isList(value)) {
    if (Object.hasOwn(value, "__proto__")) return "has the key __proto__, which neither Terraform nor GitLab writes";
    count = Object.keys(value).length;
  }
  for (const inner of isList(value) ? value : Object.values(value)) {
    if (typeof inner !== "object" || inner === null) continue;
    const found = countKeys(inner, levels - 1);
    if (typeof found === "string") return found;
    count += found;
  }
  return count;
}

const isList = (value: readonly Json[] | JsonObject): value is readonly Json[] => Array.isArray(value);

/** How many keys a JSON text holds: the strings before a colon. A key that stands twice in an object counts twice, unlike in the value. */
function writtenKeys(text: string): number {
  let count = 0;
  for (let start = text.indexOf('"'); start !== -1; ) {
    let next = endOfString(text, start) + 1;
    while (WHITESPACE.has(text.charCodeAt(next))) next += 1;
    if (text.charCodeAt(next) === COLON) count += 1;
    start = text.indexOf('"', next);
  }
  return count;
}

const COLON = 0x3a;
/** Space, tab, line feed and carriage return: RFC 8259, section 2. */
const WHITESPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text[before] === "\\") before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
}
