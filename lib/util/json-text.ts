import { escapedInJson } from "./plain-text";

/**
 * A value as JSON, for a file, an output or a request: the only way in which this program writes it. What cannot be seen is written
 * as `\uXXXX`, so that a reviewer of a change sees it; read back, the value is the same.
 *
 * @param indent blanks for each level. @default everything on one line
 */
export function jsonText(value: unknown, indent?: number): string {
  return escapedInJson(JSON.stringify(value, null, indent) ?? "undefined");
}

const letters: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** A value in a sentence: as in JSON, but that to escape what cannot be seen is left to what prints the sentence. */
export function quoted(value: unknown): string {
  return (JSON.stringify(value) ?? "undefined").replace(
    /\\(?:u([\da-f]{4})|(.))/g,
    (found, code: string | undefined, letter: string) =>
      code === undefined ? (letters[letter] ?? found) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
