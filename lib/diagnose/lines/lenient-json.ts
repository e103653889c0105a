import { mended } from "./mend";

/** A JSON object whose values are not known yet. */
export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Parses JSON, mending what is easily mended; undefined when it stays broken. */
export function parseLenient(text: string): unknown {
  return tryParse(text) ?? tryParse(mended(text));
}
