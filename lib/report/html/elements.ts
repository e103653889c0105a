import { type Html, html } from "./html";

/** How something is meant: told by colour, by sign, and by the words beside it. */
export type Tone = "good" | "bad" | "warn" | "info";

export const signs: Readonly<Record<Tone, string>> = { good: "✓", bad: "✕", warn: "!", info: "i" };

export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}"><span aria-hidden="true">${signs[tone]}</span>${text}</span>`;
}

/** A command to run, with a button that copies it. */
export function command(text: string): Html {
  return html`<div class="command"><code>${text}</code><button type="button" data-copy="${text}" class="noprint" hidden aria-label="Copy the command">Copy</button></div>`;
}

export interface Tile {
  readonly value: number;
  readonly label: string;
  readonly tone?: Tone | undefined;
}

/** Counts to be seen at a glance. */
export function tiles(all: readonly Tile[]): Html {
  const format = new Intl.NumberFormat("en");
  return html`<dl class="tiles">${all.map(
    ({ value, label, tone }) =>
      html`<div${tone !== undefined && html` class="${tone}"`}><dt>${label}</dt><dd>${format.format(value)}</dd></div>`,
  )}</dl>`;
}

/** What the page is about, at its top. */
export function topBar(kind: string, where: string): Html {
  return html`<a class="skip" href="#main">Skip to the content</a>
<header class="top"><strong>Repoint</strong><span>${kind}</span>${
    where === "" ? "" : html`<span aria-hidden="true">·</span><bdi>${where}</bdi>`
  }<button type="button" id="theme" class="noprint" hidden>Theme</button></header>`;
}

const shapes: Readonly<Record<Tone, Html>> = {
  good: html`<circle cx="30" cy="30" r="28" fill="var(--good)"/><path d="M18 31l8 8 17-18" fill="none" stroke="var(--bg)" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/>`,
  bad: html`<path d="M18.5 2h23L58 18.5v23L41.5 58h-23L2 41.5v-23z" fill="var(--bad)"/><path d="M21 21l18 18M39 21L21 39" fill="none" stroke="var(--bg)" stroke-width="5" stroke-linecap="round"/>`,
  warn: html`<path d="M30 4L58 54H2z" fill="var(--warn)" stroke="var(--warn)" stroke-width="4" stroke-linejoin="round"/><path d="M30 22v15M30 45v.1" fill="none" stroke="var(--bg)" stroke-width="5" stroke-linecap="round"/>`,
  info: html`<rect x="3" y="3" width="54" height="54" rx="14" fill="var(--info)"/><path d="M30 27v16M30 17v.1" fill="none" stroke="var(--bg)" stroke-width="5" stroke-linecap="round"/>`,
};

/** The verdict, large: a shape of its own for each tone. */
export function hero(tone: Tone, eyebrow: string, title: string, lead: Html | string): Html {
  return html`<section class="hero" aria-label="Verdict">
<svg viewBox="0 0 60 60" aria-hidden="true">${shapes[tone]}</svg>
<div><p class="eyebrow">${eyebrow}</p><h1>${title}</h1></div>
<p class="lead">${lead}</p>
</section>`;
}

export interface Column {
  readonly title: string;
  /** Its width, in per cent. */
  readonly width: number;
}

/** The frame of a table that the script `dataTable` fills. */
export function dataTableFrame(
  id: string,
  caption: string,
  columns: readonly Column[],
  filters: Html,
  hint: string,
): Html {
  return html`<div class="row filters noprint" role="search" aria-label="${caption}">
<label class="search"><span class="sr">Search</span><input id="${id}-search" type="search" placeholder="${hint}" autocomplete="off" spellcheck="false" aria-keyshortcuts="/"></label>
${filters}
<button type="button" id="${id}-reset" hidden>Clear</button>
</div>
<p class="dim small" id="${id}-count" role="status" aria-live="polite"></p>
<div class="scroll"><table id="${id}" class="data">
<caption class="sr">${caption}. The buttons in the first row sort it; the button in a row's first cell unfolds the row.</caption>
<colgroup>${columns.map(({ width }) => html`<col width="${width}%">`)}</colgroup>
<thead><tr>${columns.map(
    ({ title }) => html`<th scope="col" aria-sort="none"><button type="button">${title}</button></th>`,
  )}</tr></thead>
</table></div>
<button type="button" id="${id}-more" class="more noprint" hidden>Show more</button>
<p id="${id}-printed" class="dim"></p>
<noscript><p class="card">This table needs scripts, which this browser does not run.</p></noscript>`;
}

/** A filter of a table by one of its values, hidden where there is nothing to choose. @param extra values with a meaning of their own. */
export function filter(
  by: string,
  label: string,
  values: readonly string[],
  extra: readonly (readonly [value: string, text: string])[] = [],
): Html {
  const useless = values.length < 2 && extra.length === 0;
  const option = (value: string, text: string): Html => html`<option value="${value}">${text}</option>`;
  return html`<label${useless && html` hidden`}>${label} <select data-filters="${by}" aria-label="${label}">${option("", "all")}${extra.map(
    ([value, text]) => option(value, text),
  )}${values.map((value) => option(`=${value}`, value === "" ? "none" : value))}</select></label>`;
}
