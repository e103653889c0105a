import { isPlainly } from "./json-text";

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
  // What is written as JSON.stringify does has each key once: those that stand twice are not in the value.
  const reason = isWrittenAsRead(text, value) ? undefined : trouble(text);
  return reason === undefined ? { type: "value", value } : { type: "wrong", reason, isCutOff: false };
}

/** Much faster than looking at each character, and so for most answers of an API. */
function isWrittenAsRead(text: string, value: Json): boolean {
  return !text.includes("__proto__") && isShallow(value, DEEPEST) && isPlainly(value, text);
}

function isShallow(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}

/** What is wrong with a text that is JSON. */
function trouble(text: string): string | undefined {
  /** The keys of each object that is open; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case "{":
      case "[":
        isKey = text[at] === "{";
        open.push(isKey ? new Set() : undefined);
        if (open.length > DEEPEST) return `is nested more than ${DEEPEST} levels deep`;
        break;
      case "}":
      case "]":
        open.pop();
        isKey = false;
        break;
      case ",":
        isKey = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (isKey) {
          const written = text.slice(at, end + 1);
          const key: unknown = written.includes("\\") ? JSON.parse(written) : written.slice(1, -1);
          const keys = open.at(-1);
          if (key === "__proto__") return "has the key __proto__, which no program of Terraform's or GitLab's writes";
          if (typeof key === "string" && keys?.has(key) === true) return "has an object with the same key twice";
          if (typeof key === "string") keys?.add(key);
        }
        isKey = false;
        at = end;
        break;
      }
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text[before] === "\\") before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
}
