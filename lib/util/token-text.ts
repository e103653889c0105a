/** What a character is called that stands in no token; the others are called by their code point alone. */
const names: Readonly<Record<number, string>> = {
  9: "a tab",
  10: "a line break",
  13: "a carriage return",
  32: "a blank",
  160: "a no-break space",
  8203: "a zero-width space",
  65279: "a byte order mark",
};

/** What a token consists of, whole: visible ASCII. As a regular expression that JavaScript and Terraform (RE2) read alike. */
export const TOKEN_PATTERN = "^[!-~]+$";
const tokenCharacter = new RegExp(TOKEN_PATTERN);

/**
 * What a text holds that no token does: blanks, control characters, anything but visible ASCII. Secret stores and files often add
 * a line break at the end. Says which character and where, and never what stands around it.
 *
 * @returns undefined when it can be a token
 */
export function tokenTrouble(token: string): string | undefined {
  const characters = [...token];
  const found = characters.flatMap((character, index) => (tokenCharacter.test(character) ? [] : [index]));
  const [first] = found;
  if (first === undefined) return undefined;
  const code = characters[first]?.codePointAt(0) ?? 0;
  const point = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const what = names[code] === undefined ? point : `${names[code]} (${point})`;
  const place =
    found.length === characters.length
      ? "and nothing else"
      : first === 0
        ? "at its beginning"
        : found.at(-1) === characters.length - 1 && found.length === characters.length - first
          ? "at its end"
          : `in the middle`;
  const more = found.length === 1 ? "" : `, and ${found.length - 1} more such`;
  return `there is ${what} ${place}, character ${first + 1} of ${characters.length}${more}`;
}
