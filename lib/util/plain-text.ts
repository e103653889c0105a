import { styleText } from "node:util";

/**
 * What a reader cannot see, or what makes them see something else: control and format characters (they move the cursor, turn text
 * around, join, hide), line and paragraph separators, private and unassigned characters, halves of a pair, and all that Unicode has
 * drawn as nothing (UAX #44, Default_Ignorable_Code_Point). The selector behind a pictograph is part of an emoji, and stays.
 */
const UNSEEN = String.raw`[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}](?<!\p{Extended_Pictographic}[\ufe0e\ufe0f])`;

/** Each character that cannot be seen. */
const unseen = new RegExp(UNSEEN, "gu");

const one = new RegExp(`^(?:${UNSEEN})$`, "u");

/** The same, and backslashes before them or before what would read as one of {@link escaped}'s. */
const unclear = new RegExp(
  String.raw`\\+(?=[nrt]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|u\{[\da-fA-F]+\}|${UNSEEN})|${UNSEEN}`,
  "gu",
);

/** Whether a text is one such character. */
export function isUnseen(character: string): boolean {
  return one.test(character);
}

const short: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** `\n`, `\x1b`, `\u202e`, `\u{e0041}`, as git and `ls -b` write them. */
function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return short[character] ?? `\\x${hex.padStart(2, "0")}`;
  return code > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, "0")}`;
}

/**
 * A text from outside as it is shown to people, on one line: what cannot be seen is escaped, and letters of every script stay. Two
 * texts never look the same for it: a backslash that would read as the beginning of an escape is doubled.
 *
 * Texts are kept as they came, and pass here once, where they are shown: the lines of a terminal ({@link Line}), the texts of a
 * page, a note.
 */
export function printable(text: string): string {
  return text.replace(unclear, (found) => (found.startsWith("\\") ? found + found : escaped(found)));
}

/** A {@link printable} text, cut when it is longer than `limit` characters. */
export function printableUpTo(text: string, limit: number): string {
  const characters = [...text.trim()];
  return printable(characters.length <= limit ? text.trim() : `${characters.slice(0, limit).join("")}…`);
}

/**
 * A text of many lines that another program made for people, such as Terraform's: its lines stay, and its tabs become blanks. What
 * cannot be seen is escaped; backslashes stay as they are, since that program has escapes of its own.
 */
export function printableText(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replaceAll("\t", "    ")
    .replace(unseen, (character) => (character === "\n" ? character : escaped(character)));
}

/** JSON with what cannot be seen written as `\\uXXXX`. It stands in strings alone, but for the line breaks between them. */
export function escapedInJson(json: string): string {
  return json.replace(unseen, (character) =>
    character === "\n"
      ? character
      : [...Array(character.length).keys()]
          .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
          .join(""),
  );
}

/** One line that can be printed as it is: whatever came from outside is escaped in it. */
export class Line {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text;
  }
}

/** A line to be printed: a string is escaped on the way out, line breaks too. */
export type Text = string | Line;

export function toLine(text: Text): Line {
  return text instanceof Line ? text : new Line(printable(text));
}

/** Makes a line; every text that is put in is escaped. */
export function line(parts: TemplateStringsArray, ...values: readonly (Text | number)[]): Line {
  return new Line(
    parts
      .map((part, index) => {
        const value = values[index] ?? "";
        return part + toLine(typeof value === "number" ? String(value) : value).text;
      })
      .join(""),
  );
}

/** A text in colours, whatever it is printed to. @param style for example `["red", "bold"]` */
export function painted(text: Text, style: Parameters<typeof styleText>[0]): Line {
  return new Line(styleText(style, toLine(text).text, { validateStream: false }));
}
