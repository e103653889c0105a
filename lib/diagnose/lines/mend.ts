/** What an element of a list becomes that was left out: no parameter's name, and a sign that the list is not whole. */
const ELIDED = '"..."';

/**
 * The pieces of a JSON text. A string without an end reaches to the text's, and no alternative can fail after having read on, so that a
 * text is read once, whatever is in it.
 */
const pieces =
  /"[^"\\\u201c\u201d]*(?:\\[\s\S][^"\\\u201c\u201d]*)*["\u201c\u201d]?|'[^'\\]*(?:\\[\s\S][^'\\]*)*'?|[\u201c-\u201f\u00ab\u00bb\uff02][^"\\\u201c-\u201f\u00ab\u00bb\uff02]*(?:\\[\s\S][^"\\\u201c-\u201f\u00ab\u00bb\uff02]*)*["\u201c-\u201f\u00ab\u00bb\uff02]?|\.{3,}|\u2026+|[{}[\],:]|[^\s"'{}[\],:.\u2026\u00a0\u200b\ufeff\u201c-\u201f\u00ab\u00bb\uff02][^\s"{}[\],:\u2026\u00a0\u200b\ufeff]*/g;

const python: Readonly<Record<string, string>> = { None: "null", True: "true", False: "false" };

function string(piece: string): string {
  const closed = piece.length > 1 && /["'\u201c-\u201f\u00ab\u00bb\uff02]$/.test(piece);
  // JSON has no line ends in strings: a mail program put them there, in front of the margin of a quotation.
  const inner = piece.slice(1, closed ? -1 : undefined).replace(/=?\r?\n[ \t>]*/g, "");
  if (piece.startsWith('"')) return `"${inner}"`;
  return `"${inner.replace(/\\([\s\S])|"/g, (all, one: string | undefined) => (all === '"' ? '\\"' : one === "'" ? "'" : all))}"`;
}

/**
 * Undoes what articles, chats and word processors do to JSON: curly and single quotes, hard spaces, `...` for what was left out, stray
 * commas. In one pass, since whoever may send a request to GitLab decides what stands in its log.
 */
export function mended(text: string): string {
  const out: string[] = [];
  const open: string[] = [];
  let comma = false;
  const isOpen = (): boolean => out.at(-1) === ":";
  const add = (piece: string): void => {
    if (comma) out.push(",");
    comma = false;
    out.push(piece);
  };
  const separate = (): void => {
    const last = out.at(-1);
    comma = last !== undefined && last !== "{" && last !== "[" && last !== ":";
  };
  for (const [piece] of text.matchAll(pieces)) {
    const first = piece.charAt(0);
    if (first === "{" || first === "[") {
      add(first);
      open.push(first);
    } else if (first === "}" || first === "]") {
      if (isOpen()) out.push("null");
      comma = false;
      open.pop();
      out.push(first);
    } else if (first === ",") {
      if (isOpen()) out.push("null");
      separate();
    } else if (first === ":") {
      if (!isOpen()) out.push(":");
    } else if (first === "." || first === "\u2026") {
      if (open.at(-1) === "[") add(ELIDED);
      else if (isOpen()) out.push("null");
      separate();
    } else if (/["'\u201c-\u201f\u00ab\u00bb\uff02]/.test(first)) add(string(piece));
    else add(python[piece] ?? piece);
  }
  return out.join("");
}
