import type { DataTable, DataTableHandle } from "./data-table";
import type { difference } from "./difference";
import type { DomTools } from "./dom";
import type { ReviewRows } from "./review-rows";

/** Every change in a table, each unfolded to what was found about it and to its attributes before and after. */
export function reviewTable(
  dom: DomTools,
  rows: ReviewRows,
  makeTable: (table: DataTable) => DataTableHandle,
  compare: typeof difference,
) {
  const { all, make } = dom;
  const selects = all("select[data-filters]", HTMLSelectElement);
  const columns = ["name", "kind", "project", "wave", "action"];
  const tones: Readonly<Record<string, string>> = { error: "bad", warning: "warn" };
  const signs: Readonly<Record<string, string>> = { bad: "✕", warn: "!", info: "i" };

  function chip(rule: string, severity: string): HTMLElement {
    const tone = tones[severity] ?? "info";
    const sign = make("span", { "aria-hidden": "true" }, signs[tone] ?? "");
    return make("span", { class: `badge ${tone}` }, sign, make("span", { class: "sr" }, `${severity}: `), rule);
  }
  function move(from: string, to: string): readonly (Node | string)[] {
    return to === "" ? [make("bdi", {}, from)] : [make("bdi", {}, from), " → ", make("bdi", {}, to)];
  }
  function passes(row: number, { value, dataset: { filters = "" } }: HTMLSelectElement): boolean {
    const rules = rows.rules(row);
    if (value === "") return true;
    if (value === "any") return rules.length > 0;
    if (value === "none") return rules.length === 0;
    const wanted = value.slice(1);
    return filters === "rule" ? rules.includes(wanted) : rows.field(row, filters) === wanted;
  }
  function attributeTable(row: number): HTMLElement {
    const head = ["Attribute", "Before", "After"].map((title) => make("th", { scope: "col" }, title));
    const body = make("tbody");
    for (const [path, before, after, expected] of rows.attributes(row)) {
      const [old, now] = compare(dom, before, after);
      const name = make("th", { scope: "row" }, make("code", {}, path));
      if (!expected) name.append(" ", make("span", { class: "badge warn" }, "not part of a re-pointing"));
      body.append(make("tr", {}, name, make("td", {}, old), make("td", {}, now)));
    }
    const caption = make("caption", { class: "sr" }, `What changes in ${rows.field(row, "name")}`);
    return make("table", { class: "attributes" }, caption, make("thead", {}, make("tr", {}, ...head)), body);
  }
  function detail(row: number): Node {
    const [id, address, from] = [rows.field(row, "id"), rows.field(row, "address"), rows.field(row, "fullFrom")];
    const box = make("div", {}, make("p", { class: "mono" }, id === "" ? address : `${address} · ${id}`));
    if (from !== "") box.append(make("p", {}, "Connection: ", ...move(from, rows.field(row, "fullTo"))));
    for (const { rule, severity, message, remedy } of rows.found(row)) {
      const line = make("p", {}, chip(rule, severity), " ", make("bdi", {}, message));
      if (remedy !== "nothing to do") line.append(make("br"), make("strong", {}, "What to do: "), remedy);
      box.append(line);
    }
    const differs = rows.attributes(row).length > 0;
    box.append(differs ? attributeTable(row) : make("p", { class: "dim" }, "No attribute differs."));
    return box;
  }
  function cells(row: number): readonly Node[] {
    const severities = new Map(rows.found(row).map(({ rule, severity }) => [rule, severity]));
    const rules = make("span", { class: "chips" });
    for (const rule of rows.rules(row)) rules.append(chip(rule, severities.get(rule) ?? "info"));
    const ends = make("span", {}, ...move(rows.field(row, "from"), rows.field(row, "to")));
    return [...columns.map((name) => make("bdi", {}, rows.field(row, name))), ends, rules];
  }

  const hasFindings = (row: number): boolean => rows.rules(row).length > 0;
  const table = makeTable({
    id: "changes",
    total: rows.total,
    word: ["change", "changes"],
    key: (row, column) => {
      const name = columns[column];
      if (name !== undefined) return rows.field(row, name);
      return column === columns.length
        ? `${rows.field(row, "from")} → ${rows.field(row, "to")}`
        : rows.rules(row).join(" ");
    },
    cells,
    detail,
    text: rows.everything,
    keep: (row) => selects.every((select) => passes(row, select)),
    reset: () => {
      for (const select of selects) select.value = "";
    },
    print: { keep: hasFindings, words: "with findings", unfold: hasFindings },
  });
  for (const select of selects) select.addEventListener("input", table.update);
  /** Shows what one filter lets through, and nothing else. */
  function only(filter: string, value: string): void {
    const select = selects.find(({ dataset }) => dataset.filters === filter);
    if (select === undefined) return;
    table.clear();
    select.value = `=${value}`;
    table.update();
    select.focus({ preventScroll: true });
  }
  return { reveal: table.reveal, only };
}
