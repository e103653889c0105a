/** What a character is called that stands in no token; the others are called by their code point alone. */
const names: Readonly<Record<number, string>> = {
  9: "a tab",
  10: "a line break",
  13: "a carriage return",
  32: "a space",
  34: "a quotation mark",
  39: "an apostrophe",
  96: "a backtick",
  160: "a no-break space",
  8203: "a zero-width space",
  8216: "a quotation mark",
  8217: "a quotation mark",
  8220: "a quotation mark",
  8221: "a quotation mark",
  65279: "a byte order mark",
};

/**
 * What a token consists of, whole, as a regular expression that JavaScript and Terraform (RE2) read alike. A GitLab token is base64url
 * with dots behind a prefix, for which an administrator may choose of `[a-zA-Z0-9_+=/@:.-]` (GitLab, app/models/application_setting.rb,
 * `personal_access_token_prefix`); a bearer token may hold `~` besides (RFC 6750, "b64token").
 */
export const TOKEN_PATTERN = "^[A-Za-z0-9_+=/@:.~-]+$";
const tokenCharacter = new RegExp(TOKEN_PATTERN);

/**
 * A header with its name, as copied from a request: every character may be a token's. Read without regard to case; RE2 takes `(?i)`
 * for that, JavaScript a flag.
 */
export const HEADER_PATTERN = "^(authorization|private-token|job-token|deploy-token|bearer|basic):";
const header = /^["'`]?(authorization|private-token|job-token|deploy-token|bearer|basic)[:\s]/i;

/**
 * What a text holds that no token does: blanks, quotation marks, control characters, the name of a header. Secret stores and files
 * often add a line break at the end. Says which character and where, and never what stands around it.
 *
 * @returns undefined when it can be a token
 */
export function tokenTrouble(token: string): string | undefined {
  const [, name] = header.exec(token) ?? [];
  if (name !== undefined) return `it starts with the header name ${name}; give only the token`;
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

/** How to set a token again that has such a trouble. */
export function tokenFix(token: string): string {
  const again = "set it again to the token alone";
  return /[\r\n]\s*$/.test(token) ? `${again}; $(cat FILE) removes line breaks at the end` : again;
}
