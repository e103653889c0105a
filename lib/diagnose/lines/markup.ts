const entities: Readonly<Record<string, string>> = {
  quot: '"',
  "#34": '"',
  "#x22": '"',
  ldquo: '"',
  rdquo: '"',
  "#8220": '"',
  "#8221": '"',
  "#39": "'",
  "#x27": "'",
  apos: "'",
  amp: "&",
  lt: "<",
  gt: ">",
  nbsp: " ",
  "#160": " ",
  hellip: "...",
  "#8230": "...",
  "#x2f": "/",
  "#47": "/",
  "#123": "{",
  "#125": "}",
};
const entity = /&(#?\w{1,6});/g;
/** Bounded, so that a text of nothing but `<` is read once. */
const tag = /<\/?[A-Za-z][^<>]{0,200}>/g;
/** What quotes a line in Markdown or a mail, numbers it, or makes it an item of a list. */
const margin =
  /^[ \t]*(?:(?:>[ \t]?)+|\u2502[ \t]+|\d{1,5}[ \t]*[|:.)]?[ \t]+(?=["{}[\]\u201c.,])|[*|\u2022-][ \t]+(?=["{}[\]\u201c]))/gm;
const fence = /^[ \t>]*(?:```|~~~)[^\n]{0,40}$/gm;

/** Whether a text may be JSON in HTML or in a quotation of Markdown. */
export const isMarkedUp = (text: string): boolean =>
  /&(?:quot|#34|#x22|ldquo|#8220);|=\r?\n|\n[ \t]*(?:>|\u2502|\d{1,5}[ \t|:.)]|[*|\u2022-] )|<(?:br|span|code|pre|p|li|td|div)\b/i.test(
    text,
  );

/** A text without the markup of HTML and the margins of Markdown. */
export function withoutMarkup(text: string): string {
  return text
    .replace(/<br\s?\/?>/gi, "\n")
    .replace(tag, "")
    .replace(entity, (all, name: string) => entities[name.toLowerCase()] ?? all)
    .replace(fence, "")
    .replace(margin, "")
    .replace(/=\r?\n/g, "");
}
