import { TOKEN_PATTERN, tokenTrouble } from "../../lib/util/token-text";

const pattern = new RegExp(TOKEN_PATTERN);

it.each<[string, string | undefined]>([
  ["glpat-SECRETsecret", undefined],
  ["glpat-SECRETsecret.01.0w1abcdef", undefined],
  ["!~", undefined],
  ["glpat-SECRET\n", "there is a line break (U+000A) at its end, character 13 of 13"],
  ["glpat-SECRET\r\n", "there is a carriage return (U+000D) at its end, character 13 of 14, and 1 more such"],
  ["\tglpat-SECRET", "there is a tab (U+0009) at its beginning, character 1 of 13"],
  ["glpat SECRET", "there is a blank (U+0020) in the middle, character 6 of 12"],
  ["\u00a0glpat-SECRET", "there is a no-break space (U+00A0) at its beginning, character 1 of 13"],
  ["\ufeffglpat-SECRET", "there is a byte order mark (U+FEFF) at its beginning, character 1 of 13"],
  ["glpat-\u200bSECRET", "there is a zero-width space (U+200B) in the middle, character 7 of 13"],
  ["glpat-SECRET\u2026", "there is U+2026 at its end, character 13 of 13"],
  ["glpat-SECRET\u{1f511}", "there is U+1F511 at its end, character 13 of 13"],
  ["glpat-SECRET\u007f", "there is U+007F at its end, character 13 of 13"],
  [" ", "there is a blank (U+0020) and nothing else, character 1 of 1"],
])("says of %j what no token holds, as the condition in the configuration does", (token, trouble) => {
  expect(tokenTrouble(token)).toBe(trouble);
  expect(pattern.test(token)).toBe(trouble === undefined);
});
