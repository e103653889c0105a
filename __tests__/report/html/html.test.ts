import fc from "fast-check";
import { escapeHtml, type Html, html } from "../../../lib/report/html/html";
import { printable } from "../../../lib/util/plain-text";
import { hostileTexts } from "./support";

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const unescaped = (markup: string): string => markup.replace(/&([^;]+);/g, (_, name: string) => entities[name] ?? "?");

test("an escaped text has nothing that ends an element or an attribute, and reads as it was", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostileTexts)), (text) => {
      const escaped = escapeHtml(text);
      expect(escaped).not.toMatch(/[<>"']/);
      expect(unescaped(escaped)).toBe(printable(text));
    }),
  );
});

test("a template escapes texts, keeps markup, joins lists and leaves nothing for what is absent", () => {
  const item = (text: string): Html => html`<li title="${text}">${text}</li>`;
  expect(html`<ul>${["a<b", '"'].map(item)}${false}${null}${undefined}${7}</ul>`.markup).toBe(
    '<ul><li title="a&lt;b">a&lt;b</li><li title="&quot;">&quot;</li>7</ul>',
  );
});
