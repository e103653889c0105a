import fc from "fast-check";
import {
  escapedInJson,
  isUnseen,
  line,
  painted,
  printable,
  printableText,
  printableUpTo,
} from "../../lib/util/plain-text";

test.each([
  ["turned text", "a\u202egpj.exe", String.raw`a\u202egpj.exe`],
  ["isolates and marks", "\u2066x\u2069\u200e\u200f\u061c", String.raw`\u2066x\u2069\u200e\u200f\u061c`],
  ["control characters", "a\u0000\u001b[2J\r\n\t\u0085\u009b", String.raw`a\x00\x1b[2J\r\n\t\x85\x9b`],
  ["line and paragraph separators", "\u2028\u2029", String.raw`\u2028\u2029`],
  ["lone halves of a pair", "\ud800a\udc00", String.raw`\ud800a\udc00`],
  ["zero-width and soft characters", "ad\u200b\u2060\ufeff\u00admin", String.raw`ad\u200b\u2060\ufeff\xadmin`],
  ["tags", "\u{e0001}\u{e0041}\u{e007f}", String.raw`\u{e0001}\u{e0041}\u{e007f}`],
  ["private, unassigned, no characters", "\ue000\u0378\uffff", String.raw`\ue000\u0378\uffff`],
  ["what is drawn as nothing", "\u3164\u115f\u034f\ufe0f\u{e0100}", String.raw`\u3164\u115f\u034f\ufe0f\u{e0100}`],
  ["joiners, which emoji are made with too", "👩\u200d💻", String.raw`👩\u200d💻`],
  [
    "backslashes that would read as an escape",
    String.raw`\x1b \u202e \u{e0041} C:\new \\r`,
    String.raw`\\x1b \\u202e \\u{e0041} C:\\new \\\\r`,
  ],
  ["a backslash before what is escaped", "\\\u001b", String.raw`\\\x1b`],
])("%s: each is shown", (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test.each([
  "é Ω ж ש ع 日本語 한국어 नमस्ते ไทย",
  "🚀 ❤️ 🇨🇭 👍🏽",
  "a\u00a0b\u3000c",
  String.raw`v\d+\.\d+ C:\Users DOMAIN\svc`,
])("%s stays", (text) => {
  expect(printable(text)).toBe(text);
});

const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "\\",
      "x",
      "1",
      "b",
      "u",
      "{",
      "}",
      "n",
      "r",
      "2028",
      "\n",
      "\r",
      "\u001b",
      "\u2028",
      "\u0002",
      "\u{e0041}",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
});

test("nothing unseen is left of any text, and two texts never look the same", () => {
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      for (const character of printable(one)) expect(isUnseen(character)).toBe(false);
      expect(printable(one) === printable(other)).toBe(one === other);
    }),
    { numRuns: 3000 },
  );
});

test("a text of lines keeps them and its own escapes; tabs become blanks", () => {
  expect(printableText('a\r\n\tb\u001b[31m\rc "\\u202e"\u202e\n')).toBe('a\n    b\\x1b[31m\\rc "\\u202e"\\u202e\n');
});

test("a text is cut between characters, before it is escaped", () => {
  expect(printableUpTo("ab🚀\u001bcd", 4)).toBe(String.raw`ab🚀\x1b…`);
  expect(printableUpTo(" ab ", 2)).toBe("ab");
});

test("JSON is the same when it is read, and nothing in it is unseen", () => {
  fc.assert(
    fc.property(fc.dictionary(texts, texts), (value) => {
      const text = escapedInJson(JSON.stringify(value, null, 2));
      for (const character of text) expect(character === "\n" || !isUnseen(character)).toBe(true);
      expect(JSON.parse(text)).toEqual(value);
    }),
  );
});

test("a line escapes what is put into it, once", () => {
  expect(line`${painted("a\u001b\n", "red")}: ${"\u202e"} ${line`${"\\n"}`} ${7}`.text).toBe(
    `\u001b[31m${String.raw`a\x1b\n`}\u001b[39m: ${String.raw`\u202e \\n 7`}`,
  );
});
