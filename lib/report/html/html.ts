/** Markup that is known to be safe. Only `html` makes it, so a text from outside cannot pose as markup. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

/** What may stand in a template: texts are escaped, nothing is written for null, undefined and false. */
export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

/**
 * Characters that turn text around, hide in it or end lines. They are shown as `\u{…}`, so that one name cannot pose as another.
 * Joiners, which emoji and some scripts need, stay; so do line feed and tab.
 */
const deceiving =
  /(?![\n\t])[\p{Cc}\p{Cs}\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2060}-\u{2069}\u{feff}]/gu;

/** A text with its invisible characters made visible. */
export function visible(text: string): string {
  return text.replace(deceiving, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as HTML shows it, between tags and in quoted attributes alike. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => entities[character] ?? "");
}

/** Makes markup; every text that is put in is escaped. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const markup: string[] = [];
  parts.forEach((part, index) => {
    markup.push(part, render(values[index]));
  });
  return new Html(markup.join(""));
}

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.markup;
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  return value.map(render).join("");
}
