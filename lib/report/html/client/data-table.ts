import type { DomTools } from "./dom";
import type { rowOrder } from "./row-order";

export interface DataTable {
  /** The id of the table; those of what belongs to it begin with it: `-search`, `-count`, `-more`, `-reset`, `-printed`. */
  readonly id: string;
  /** How many rows there are; the functions below take their numbers. */
  readonly total: number;
  readonly word: readonly [one: string, many: string];
  /** What a row is sorted by. */
  readonly key: (row: number, column: number) => string | number;
  /** What stands in a row's cells; the first is put into the button that unfolds it. */
  readonly cells: (row: number) => readonly (Node | string)[];
  readonly detail: (row: number) => Node;
  /** What a search looks through. */
  readonly text: (row: number) => string;
  /** Whether the filters let a row through. */
  readonly keep: (row: number) => boolean;
  /** Sets the filters back. */
  readonly reset: () => void;
  /** On paper: which rows are printed where all are too many, how they are called, and which are unfolded. */
  readonly print: {
    readonly keep: (row: number) => boolean;
    readonly words: string;
    readonly unfold: (row: number) => boolean;
  };
}

/**
 * A table that is searched, sorted and unfolded. Rows are made as they come into view, so ten thousand of them open at once; the
 * button after the last one does the same for those who do not scroll.
 */
export function dataTable({ byId, make, count }: DomTools, table: DataTable, giveOrder: typeof rowOrder) {
  const CHUNK = 100;
  const PRINTED = 2000;
  const element = byId(table.id, HTMLTableElement);
  const search = byId(`${table.id}-search`, HTMLInputElement);
  const status = byId(`${table.id}-count`, HTMLElement);
  const more = byId(`${table.id}-more`, HTMLButtonElement);
  const reset = byId(`${table.id}-reset`, HTMLButtonElement);
  const printed = byId(`${table.id}-printed`, HTMLElement);
  const headers = [...element.querySelectorAll<HTMLElement>("th[aria-sort]")];
  const order = giveOrder(table.total, table.key);
  const texts: string[] = [];
  const open = new Set<number>();
  let shown: number[] = [];
  let made = 0;
  let sortedBy = -1;
  let descending = false;

  function choose(): void {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = [];
    for (let row = 0; row < table.total; row += 1) {
      if (!table.keep(row)) continue;
      if (words.length > 0) {
        texts[row] ??= table.text(row).toLowerCase();
        const text = texts[row] ?? "";
        if (!words.every((word) => text.includes(word))) continue;
      }
      shown.push(row);
    }
    if (sortedBy >= 0) order.sort(shown, sortedBy, descending);
  }
  function rowElements(row: number, place: number): readonly HTMLTableRowElement[] {
    const [first = "", ...rest] = table.cells(row);
    const line = make("tr", { "data-row": row, "aria-rowindex": place + 2 });
    const fold = make("button", { type: "button", class: "fold", "aria-expanded": String(open.has(row)) }, first);
    line.append(make("th", { scope: "row" }, fold), ...rest.map((cell) => make("td", {}, cell)));
    return open.has(row) ? [line, detailElement(row)] : [line];
  }
  function detailElement(row: number): HTMLTableRowElement {
    return make("tr", { class: "detail" }, make("td", { colspan: headers.length }, table.detail(row)));
  }
  function extend(upTo: number): void {
    const body = make("tbody");
    for (; made < Math.min(upTo, shown.length); made += 1) body.append(...rowElements(shown[made] ?? 0, made));
    if (body.childElementCount > 0) element.append(body);
    more.hidden = made >= shown.length;
    more.textContent = `Show ${Math.min(CHUNK * 5, shown.length - made)} more`;
  }
  function show(upTo: number): void {
    for (const body of [...element.tBodies]) body.remove();
    made = 0;
    element.setAttribute("aria-rowcount", String(shown.length + 1));
    if (shown.length === 0) {
      const text = table.total === 0 ? `There are no ${table.word[1]}.` : `None of the ${table.word[1]} matches.`;
      element.append(make("tbody", {}, make("tr", {}, make("td", { colspan: headers.length, class: "empty" }, text))));
    }
    extend(upTo);
  }
  function update(): void {
    choose();
    show(CHUNK);
    const all = count(table.total, table.word[0], table.word[1]);
    status.textContent = shown.length === table.total ? all : `${count(shown.length, "", "").trim()} of ${all}`;
    reset.hidden = shown.length === table.total && search.value === "";
  }
  function setOpen(row: number, line: Element, opened: boolean): void {
    if (opened === open.has(row)) return;
    line.querySelector(".fold")?.setAttribute("aria-expanded", String(opened));
    if (opened) {
      open.add(row);
      line.after(detailElement(row));
    } else {
      open.delete(row);
      line.nextElementSibling?.remove();
    }
  }
  function clear(): void {
    search.value = "";
    table.reset();
    update();
  }
  /** Brings a row into view, unfolded and focused, whatever the filters were. */
  function reveal(row: number): void {
    if (!shown.includes(row)) clear();
    extend(shown.indexOf(row) + 1);
    const line = element.querySelector(`tr[data-row="${row}"]`);
    if (line === null) return;
    setOpen(row, line, true);
    line.scrollIntoView({ block: "center" });
    line.querySelector<HTMLElement>(".fold")?.focus({ preventScroll: true });
  }

  element.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    const line = target.closest("tr[data-row]");
    if (line !== null && target.closest(".fold") !== null) {
      const row = Number(line.getAttribute("data-row"));
      setOpen(row, line, !open.has(row));
    }
    const header = target.closest("thead button")?.closest("th");
    if (header === null || header === undefined) return;
    const column = headers.indexOf(header);
    descending = sortedBy === column && !descending;
    sortedBy = column;
    for (const other of headers) other.setAttribute("aria-sort", "none");
    header.setAttribute("aria-sort", descending ? "descending" : "ascending");
    update();
  });
  search.addEventListener("input", update);
  reset.addEventListener("click", () => {
    clear();
    search.focus();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
    event.preventDefault();
    search.focus();
  });
  more.addEventListener("click", () => {
    const next = made;
    extend(made + CHUNK * 5);
    element.querySelector<HTMLElement>(`tr[data-row="${shown[next]}"] .fold`)?.focus();
  });
  new IntersectionObserver(
    (entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) extend(made + CHUNK);
    },
    { rootMargin: "800px" },
  ).observe(more);

  let beforePrint: { readonly made: number; readonly opened: readonly number[] } | undefined;
  addEventListener("beforeprint", () => {
    const opened = shown.filter((row) => table.print.unfold(row) && !open.has(row)).slice(0, PRINTED);
    beforePrint = { made, opened };
    for (const row of opened) open.add(row);
    const all = shown;
    if (shown.length > PRINTED) shown = shown.filter(table.print.keep).slice(0, PRINTED);
    show(shown.length);
    printed.textContent =
      all.length === shown.length
        ? ""
        : `Printed are ${count(shown.length, "row")} ${table.print.words} of ${count(all.length, "row")}; the page itself has all of them.`;
  });
  addEventListener("afterprint", () => {
    for (const row of beforePrint?.opened ?? []) open.delete(row);
    printed.textContent = "";
    choose();
    show(beforePrint?.made ?? CHUNK);
  });
  update();
  return { update, reveal, clear };
}

export type DataTableHandle = ReturnType<typeof dataTable>;
