import { createHash } from "node:crypto";
import { jsonText } from "../../util/json-text";
import { printable } from "../../util/plain-text";
import { escapeHtml, type Html } from "./html";
import { baseStyle } from "./style";

export interface Page {
  readonly title: string;
  /** Added to the style that all pages share. */
  readonly style: string;
  readonly body: Html;
  /** What the script reads, as JSON. */
  readonly data: unknown;
  /** Made by `scriptOf`. */
  readonly script: string;
}

/**
 * A page that needs nothing but itself: no network, no other file. Its policy lets the browser run this script and this style, which
 * it names by their digests, and load nothing whatever; so even markup that got in by a mistake of ours could do nothing.
 */
export function renderPage(page: Page): string {
  const style = `${baseStyle}${page.style}`;
  const policy = [
    "default-src 'none'",
    `script-src '${digest(page.script)}'`,
    `style-src '${digest(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join("; ")}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(page.title)}</title>
<style>${style}</style>
</head>
<body>
${page.body.markup}
<script type="application/json" id="data">${embeddedJson(page.data)}</script>
<script>${page.script}</script>
</body>
</html>
`;
}

/** JSON inside of a script element: only `<` could end it, and JSON lets it be written otherwise. Its texts are for people. */
function embeddedJson(data: unknown): string {
  return jsonText(forPeople(data)).replaceAll("<", "\\u003c");
}

function forPeople(value: unknown): unknown {
  if (typeof value === "string") return printable(value);
  if (Array.isArray(value)) return value.map(forPeople);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [printable(key), forPeople(inner)]));
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
