/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** One change, as the page's table has it. */
export interface ReviewRow {
  readonly address: string;
  readonly kind: string;
  readonly name: string;
  readonly id: string;
  readonly project: string;
  readonly wave: string;
  readonly from: string;
  readonly to: string;
  readonly action: string;
  /** Path, before, after, and whether a re-pointing may change it. */
  readonly attributes: readonly (readonly [string, string, string, boolean])[];
  readonly findings: readonly string[];
}

/**
 * What the review page does in the reader's browser. It is written into the page as text, so it refers to nothing outside
 * itself. Rows are made as they come into view: 10,000 of them open at once.
 */
export function reviewClient({ rows }: { readonly rows: readonly ReviewRow[] }): void {
  const CHUNK = 150;
  const PRINTED = 2000;
  const find = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
  const element = (name: string, text = "", attributes: Record<string, string> = {}): HTMLElement => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  // Light or dark.
  const root = document.documentElement;
  find("theme").addEventListener("click", () => {
    const dark =
      root.dataset.theme === "dark" || (!root.dataset.theme && matchMedia("(prefers-color-scheme: dark)").matches);
    root.dataset.theme = dark ? "light" : "dark";
  });

  // The table.
  const columns: ((row: ReviewRow) => string)[] = [
    (row) => row.name,
    (row) => row.kind,
    (row) => row.project,
    (row) => row.wave,
    (row) => row.action,
    (row) => row.from,
    (row) => row.to,
    (row) => row.findings.join(" "),
  ];
  const haystacks = rows.map((row) =>
    [
      row.name,
      row.id,
      row.address,
      row.kind,
      row.project,
      row.wave,
      row.from,
      row.to,
      ...row.findings,
      ...row.attributes.flat(),
    ]
      .join(" ")
      .toLowerCase(),
  );
  const body = document.querySelector("#changes tbody") as HTMLTableSectionElement;
  const search = find<HTMLInputElement>("search");
  const kind = find<HTMLSelectElement>("kind");
  const wave = find<HTMLSelectElement>("wave");
  const only = find<HTMLInputElement>("only");
  const options = (select: HTMLSelectElement, of: (row: ReviewRow) => string) => {
    select.append(element("option", "all", { value: "" }));
    for (const value of [...new Set(rows.map(of))].sort()) {
      if (value !== "") select.append(element("option", value, { value }));
    }
  };
  options(kind, (row) => row.kind);
  options(wave, (row) => row.wave);
  let sorted = { column: -1, down: false };
  let shown: number[] = [];
  let made = 0;
  const compare = new Intl.Collator("en", { numeric: true }).compare;

  const detail = (row: ReviewRow): HTMLElement => {
    const line = element("tr", "", { class: "detail" });
    const cell = element("td", "", { colspan: String(columns.length) });
    cell.append(element("p", row.id === "" ? row.address : `${row.address} · ${row.id}`, { class: "mono" }));
    if (row.attributes.length === 0) cell.append(element("p", "No attribute differs.", { class: "dim" }));
    for (const [path, before, after, expected] of row.attributes) {
      const p = element("p", "", { class: "mono" });
      p.append(element("strong", `${path} `), element("del", before), " → ", element("ins", after));
      if (!expected) p.append(" ", element("span", "unexpected", { class: "badge bad" }));
      cell.append(p);
    }
    line.append(cell);
    return line;
  };
  const tableRow = (row: ReviewRow): HTMLElement => {
    const line = element("tr");
    const first = element("td");
    const fold = element("button", row.name, { type: "button", class: "fold", "aria-expanded": "false" });
    fold.addEventListener("click", () => {
      const open = fold.getAttribute("aria-expanded") === "true";
      fold.setAttribute("aria-expanded", String(!open));
      if (open) line.nextElementSibling?.remove();
      else line.after(detail(row));
    });
    first.append(fold);
    line.append(first);
    for (const column of columns.slice(1, 7)) line.append(element("td", column(row)));
    const findings = element("td");
    for (const rule of row.findings) findings.append(element("span", rule, { class: "badge warn" }), " ");
    line.append(findings);
    return line;
  };
  const extend = (upTo: number) => {
    const part = document.createDocumentFragment();
    for (; made < Math.min(upTo, shown.length); made += 1) {
      const row = rows[shown[made] ?? -1];
      if (row !== undefined) part.append(tableRow(row));
    }
    body.append(part);
  };
  const update = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = [];
    for (const [index, row] of rows.entries()) {
      if (kind.value !== "" && row.kind !== kind.value) continue;
      if (wave.value !== "" && row.wave !== wave.value) continue;
      if (only.checked && row.findings.length === 0) continue;
      const haystack = haystacks[index] ?? "";
      if (words.every((word) => haystack.includes(word))) shown.push(index);
    }
    const column = columns[sorted.column];
    if (column !== undefined) {
      const keys = rows.map(column);
      shown.sort((a, b) => (sorted.down ? -1 : 1) * compare(keys[a] ?? "", keys[b] ?? "") || a - b);
    }
    body.replaceChildren();
    made = 0;
    extend(CHUNK);
    find("count").textContent =
      shown.length === rows.length ? `${rows.length} changes` : `${shown.length} of ${rows.length} changes`;
  };
  for (const input of [search, kind, wave, only]) input.addEventListener("input", update);
  for (const button of document.querySelectorAll<HTMLButtonElement>("th button")) {
    button.addEventListener("click", () => {
      const column = Number(button.dataset.column);
      sorted = { column, down: sorted.column === column && !sorted.down };
      for (const th of document.querySelectorAll("th[aria-sort]")) th.setAttribute("aria-sort", "none");
      button.parentElement?.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      update();
    });
  }
  new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) extend(made + CHUNK);
    },
    { rootMargin: "600px" },
  ).observe(find("more"));
  addEventListener("beforeprint", () => {
    extend(PRINTED);
    const left = shown.length - made;
    find("printed").textContent = left > 0 ? `${left} more changes are not printed; the page has all of them.` : "";
  });
  addEventListener("afterprint", () => {
    find("printed").textContent = "";
  });

  // The picture: bands from where to where, one for each group, as thick as it is large.
  const svgNamespace = "http://www.w3.org/2000/svg";
  const draw = (name: string, attributes: Record<string, string | number>, text?: string): SVGElement => {
    const drawn = document.createElementNS(svgNamespace, name);
    for (const [key, value] of Object.entries(attributes)) drawn.setAttribute(key, String(value));
    if (text !== undefined) drawn.textContent = text;
    return drawn;
  };
  const picture = (by: "kind" | "project" | "wave") => {
    const moving = rows.filter((row) => row.from !== "" && row.to !== "" && row.from !== row.to);
    const flow = find("flow");
    if (moving.length === 0) {
      flow.replaceChildren(element("p", "Nothing moves from one connection to another.", { class: "dim" }));
      return;
    }
    const groups = new Map<string, { from: string; to: string; group: string; count: number }>();
    for (const row of moving) {
      const group = row[by] === "" ? `(no ${by})` : row[by];
      const key = JSON.stringify([row.from, row.to, group]);
      const known = groups.get(key) ?? { from: row.from, to: row.to, group, count: 0 };
      groups.set(key, { ...known, count: known.count + 1 });
    }
    const MOST = 14;
    const all = [...groups.values()].sort((a, b) => b.count - a.count);
    const bands = all.slice(0, MOST);
    const rest = all.slice(MOST);
    if (rest.length > 0) {
      const [first] = rest;
      const count = rest.reduce((sum, band) => sum + band.count, 0);
      if (first !== undefined) bands.push({ ...first, group: `${rest.length} more groups`, count });
    }
    const width = 1080;
    const gap = 10;
    const scale = Math.max(0.01, 260 / moving.length);
    const heights = bands.map((band) => Math.max(16, band.count * scale));
    const height = heights.reduce((sum, one) => sum + one + gap, 0) + 30;
    const label = `${moving.length} attachments move: ${bands.map((band) => `${band.count} ${band.group} from ${band.from} to ${band.to}`).join("; ")}`;
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
    let y = 10;
    for (const [index, band] of bands.entries()) {
      const thick = heights[index] ?? 0;
      const g = draw("g", { tabindex: 0 });
      g.append(draw("title", {}, `${band.count} ${band.group}: ${band.from} → ${band.to}`));
      g.append(
        draw("rect", { x: 300, y, width: 6, height: thick, rx: 2 }),
        draw("rect", { x: 774, y, width: 6, height: thick, rx: 2 }),
      );
      g.append(draw("path", { d: `M306 ${y} H774 V${y + thick} H306 Z` }));
      const middle = y + thick / 2 + 4;
      const short = (text: string) => (text.length > 38 ? `${text.slice(0, 37)}…` : text);
      g.append(draw("text", { x: 290, y: middle, "text-anchor": "end" }, short(band.from)));
      g.append(draw("text", { x: 540, y: middle, "text-anchor": "middle" }, `${band.count} × ${short(band.group)}`));
      g.append(draw("text", { x: 790, y: middle }, short(band.to)));
      svg.append(g);
      y += thick + gap;
    }
    flow.replaceChildren(svg);
  };
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-flow]")) {
    button.addEventListener("click", () => {
      for (const other of document.querySelectorAll("[data-flow]"))
        other.setAttribute("aria-pressed", String(other === button));
      picture(button.dataset.flow as "kind" | "project" | "wave");
    });
  }
  picture("kind");
  update();
}
