import fc from "fast-check";
import { escapeHtml, type Html, html, visible } from "../../../lib/report/html/html";
import { hostileTexts } from "./support";

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const unescaped = (markup: string): string => markup.replace(/&([^;]+);/g, (_, name: string) => entities[name] ?? "?");

test("an escaped text has nothing that ends an element or an attribute, and reads as it was", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostileTexts)), (text) => {
      const escaped = escapeHtml(text);
      expect(escaped).not.toMatch(/[<>"']/);
      expect(unescaped(escaped)).toBe(visible(text));
    }),
  );
});

test("a template escapes texts, keeps markup, joins lists and leaves nothing for what is absent", () => {
  const item = (text: string): Html => html`<li title="${text}">${text}</li>`;
  expect(html`<ul>${["a<b", '"'].map(item)}${false}${null}${undefined}${7}</ul>`.markup).toBe(
    '<ul><li title="a&lt;b">a&lt;b</li><li title="&quot;">&quot;</li>7</ul>',
  );
});

test.each([
  ["turned text", "a\u202egpj.exe", "a\\u{202e}gpj.exe"],
  ["isolates", "\u2066x\u2069", "\\u{2066}x\\u{2069}"],
  ["control characters", "a\u0000\u001b[2J\r", "a\\u{0}\\u{1b}[2J\\u{d}"],
  ["lone surrogates", "\ud800", "\\u{d800}"],
  ["invisible spaces", "ad\u200bmin", "ad\\u{200b}min"],
])("%s is made visible", (_, text, expected) => {
  expect(visible(text)).toBe(expected);
});

test.each(["👩‍💻", "🏳️‍🌈", "עברית", "a\n\tb", "नमस्ते", "می‌خواهم"])("%s stays as it is", (text) => {
  expect(visible(text)).toBe(text);
});
