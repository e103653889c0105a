/** Control, format and line-separator characters: they move cursors, turn text around, or begin a new line. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text for a terminal: names come from servers, and nothing in them may move the cursor or forge a line. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** A text on one line, cut when it is longer than `limit` characters. */
export function oneLine(text: string, limit: number): string {
  const line = text.replace(unprintable, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit)}…`;
}
