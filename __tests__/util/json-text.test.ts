import fc from "fast-check";
import { jsonText, quoted } from "../../lib/util/json-text";

test("JSON is as everywhere, but for what cannot be seen", () => {
  const value = { name: "é\u202e\u{e0041}\u007f", "\u200b": [1, null, "日本語 🚀"] };
  expect(jsonText(value, 2)).toBe(String.raw`{
  "name": "é\u202e\udb40\udc41\u007f",
  "\u200b": [
    1,
    null,
    "日本語 🚀"
  ]
}`);
  expect(JSON.parse(jsonText(value))).toEqual(value);
});

test("ordinary JSON is the same bytes", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value, null, 2);
      if (/^[\n\x20-\x7e]*$/.test(text)) expect(jsonText(value, 2)).toBe(text);
      expect(JSON.parse(jsonText(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("a value in a sentence leaves escapes to what prints it", () => {
  expect(quoted('a"b\\d\u001b\n\u202e')).toBe('"a\\"b\\\\d\u001b\n\u202e"');
  expect(quoted({ a: ["\t", undefined] })).toBe('{"a":["\t",null]}');
  expect(quoted(undefined)).toBe("undefined");
});
