/** JSON objects in a text, and what follows the last whole one. */
export interface Embedded {
  /** Where the first object begins in the text. */
  readonly at: number;
  readonly objects: readonly string[];
  /** An object without an end; empty when there is none. */
  readonly rest: string;
  /** What follows the last whole object. */
  readonly after: string;
}

const opening = /\{\s*(?:\\"|")/g;

/** Undoes the quoting of a text that stands in a JSON string, or in a cell of a CSV file. */
function unquoted(text: string): string {
  if (/^\{\s*\\"/.test(text)) {
    const plain: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
    return text.replace(/\\(.)/g, (_all, letter: string) => plain[letter] ?? letter);
  }
  return /^\{\s*""[A-Za-z_]/.test(text) ? text.replaceAll('""', '"') : text;
}

/** The index behind the brace that closes the one at `open`; -1 when it stays open. */
function closing(text: string, open: number): number {
  let depth = 0;
  let inString = false;
  for (let at = open; at < text.length; at += 1) {
    const letter = text[at];
    if (inString) {
      if (letter === "\\") at += 1;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === "{") depth += 1;
    else if (letter === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/**
 * The outermost JSON objects of a text, whatever stands before, between and after them; also where the text is quoted once more.
 *
 * @returns undefined when nothing in it looks like one.
 */
export function embeddedIn(text: string): Embedded | undefined {
  const first = text.search(opening);
  if (first < 0) return undefined;
  const body = unquoted(text.slice(first));
  const objects: string[] = [];
  let at = 0;
  let last = 0;
  while (at >= 0 && at < body.length) {
    const end = closing(body, at);
    if (end < 0) return { at: first, objects, rest: body.slice(at), after: "" };
    objects.push(body.slice(at, end));
    last = end;
    opening.lastIndex = end;
    at = opening.exec(body)?.index ?? -1;
    opening.lastIndex = 0;
  }
  return { at: first, objects, rest: "", after: body.slice(last) };
}
