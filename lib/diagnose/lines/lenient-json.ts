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

/** Undoes what articles, chats and word processors do to JSON: curly quotes, hard spaces, `...` for what was left out, stray commas. */
function mended(text: string): string {
  return text
    .replace(/[\u201c\u201d\u201e\u00ab\u00bb]/g, '"')
    .replace(/[\u00a0\u200b\ufeff]/g, " ")
    .replace(/("(?:[^"\\]|\\.)*")|(?:\.\.\.|\u2026)/g, (_all, string: string | undefined) => string ?? " ")
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[,}\]])/g, (_all, string: string | undefined) => string ?? "")
    .replace(/("(?:[^"\\]|\\.)*")|:(?=\s*[,}])/g, (_all, string: string | undefined) => string ?? ":null")
    .replace(/("(?:[^"\\]|\\.)*")|([[{])\s*,/g, (_all, string: string | undefined, open: string) => string ?? open);
}

/** Parses JSON, mending what is easily mended; undefined when it stays broken. */
export function parseLenient(text: string): unknown {
  return tryParse(text) ?? tryParse(mended(text));
}
