import { createHash } from "node:crypto";
import fc from "fast-check";
import { html } from "../../../lib/report/html/html";
import { renderPage } from "../../../lib/report/html/page";
import { scriptOf } from "../../../lib/report/html/script";
import { printable } from "../../../lib/util/plain-text";
import { hostileTexts } from "./support";

const page = (data: unknown, title = "a title"): string =>
  renderPage({ title, style: "b{color:red}", body: html`<b>body</b>`, data, script: "use(data)" });

/** What the browser takes for the content of the element: all up to the first end tag. */
const dataIn = (text: string): unknown => JSON.parse(text.split('id="data">')[1]?.split(/<\/script/i)[0] ?? "");
const digest = (text = ""): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

test("whatever the data hold, they stay within their element", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...hostileTexts))), (texts) => {
      const text = page({ texts });
      expect(dataIn(text)).toEqual({ texts: texts.map(printable) });
      expect(text.match(/<script/g)).toHaveLength(2);
      expect(text.match(/<\/script/g)).toHaveLength(2);
    }),
  );
});

test("the title is escaped", () => {
  expect(page({}, "</title><script>")).toContain("<title>&lt;/title&gt;&lt;script&gt;</title>");
});

test("the policy allows this script and this style, by their digests, and nothing else", () => {
  const text = page({});
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1];
  const style = /<style>(.*?)<\/style>/s.exec(text)?.[1];
  expect(policy).toBe(
    `default-src 'none'; script-src '${digest("use(data)")}'; style-src '${digest(style)}'; base-uri 'none'; form-action 'none'`,
  );
});

test("a script is its parts and a call of its main function", () => {
  function double(value: number): number {
    return value * 2;
  }
  const results: number[] = [];
  const script = scriptOf(
    function main(
      data: { readonly value: number; readonly results: number[] },
      parts: { readonly double: typeof double },
    ) {
      data.results.push(parts.double(data.value));
    },
    { double },
  );
  const document = { getElementById: (id: string) => ({ textContent: id }) };
  const json = { parse: (text: string) => ({ value: text.length, results }) };
  new Function("document", "JSON", script)(document, json);
  expect(results).toEqual([8]);
});

test("a script that could end its own element is refused", () => {
  const main = (): string => "</script>";
  expect(() => scriptOf(main, {})).toThrow("must not contain the end of a script element");
});
