import { HEADER_PATTERN, TOKEN_PATTERN, tokenFix, tokenTrouble } from "../../lib/util/token-text";

const headed = (name: string) => `it starts with the header name ${name}; give only the token`;
const pattern = new RegExp(TOKEN_PATTERN);
const header = new RegExp(HEADER_PATTERN, "i");

it.each<[string, string | undefined]>([
  ["glpat-SECRETsecret", undefined],
  ["glpat-SECRETsecret.01.0w1abcdef", undefined],
  ["acme/ci@eu:x+y=.glpat-SECRET~", undefined],
  ['"glpat-SECRET"', "there is a quotation mark (U+0022) at its beginning, character 1 of 14, and 1 more such"],
  ["'glpat-SECRET", "there is an apostrophe (U+0027) at its beginning, character 1 of 13"],
  ["`glpat-SECRET", "there is a backtick (U+0060) at its beginning, character 1 of 13"],
  ["\u201cglpat-SECRET", "there is a quotation mark (U+201C) at its beginning, character 1 of 13"],
  ["glpat-SECRET;", "there is U+003B at its end, character 13 of 13"],
  ["PRIVATE-TOKEN: glpat-SECRET", headed("PRIVATE-TOKEN")],
  ["private-token:glpat-SECRET", headed("private-token")],
  ['"Authorization: Bearer glpat-SECRET"', headed("Authorization")],
  ["Bearer glpat-SECRET", headed("Bearer")],
  ["Bearerglpat-SECRET", undefined],
  ["glpat-SECRET\n", "there is a line break (U+000A) at its end, character 13 of 13"],
  ["glpat-SECRET\r\n", "there is a carriage return (U+000D) at its end, character 13 of 14, and 1 more such"],
  ["\tglpat-SECRET", "there is a tab (U+0009) at its beginning, character 1 of 13"],
  ["glpat SECRET", "there is a space (U+0020) in the middle, character 6 of 12"],
  ["\u00a0glpat-SECRET", "there is a no-break space (U+00A0) at its beginning, character 1 of 13"],
  ["\ufeffglpat-SECRET", "there is a byte order mark (U+FEFF) at its beginning, character 1 of 13"],
  ["glpat-\u200bSECRET", "there is a zero-width space (U+200B) in the middle, character 7 of 13"],
  ["glpat-SECRET\u2026", "there is U+2026 at its end, character 13 of 13"],
  ["glpat-SECRET\u{1f511}", "there is U+1F511 at its end, character 13 of 13"],
  ["glpat-SECRET\u007f", "there is U+007F at its end, character 13 of 13"],
  ["!", "there is U+0021 and nothing else, character 1 of 1"],
  [" ", "there is a space (U+0020) and nothing else, character 1 of 1"],
])("says of %j what no token holds, as the condition in the configuration does", (token, trouble) => {
  expect(tokenTrouble(token)).toBe(trouble);
  expect(pattern.test(token) && !header.test(token)).toBe(trouble === undefined);
});

it("speaks of line breaks at the end only where there are some", () => {
  expect(["glpat-SECRET\n", "glpat-SECRET\r\n", "\nglpat-SECRET", '"glpat-SECRET"'].map(tokenFix)).toEqual([
    "set it again to the token alone; $(cat FILE) removes line breaks at the end",
    "set it again to the token alone; $(cat FILE) removes line breaks at the end",
    "set it again to the token alone",
    "set it again to the token alone",
  ]);
});
