import type { DataTable, DataTableHandle } from "../../html/client/data-table";
import type { DomTools } from "../../html/client/dom";
import type { Bar, TimelineData } from "../timeline-data";
import type { TimeAxis } from "./time-axis";
import type { Tooltip } from "./tooltip";

/** Every refresh in a table. @param show brings one into view on the timeline. */
export function refreshTable(
  dom: DomTools,
  axis: TimeAxis,
  data: TimelineData,
  tip: Tooltip,
  makeTable: (table: DataTable) => DataTableHandle,
  show: (id: string) => void,
): void {
  const { byId, all, make } = dom;
  const selects = all("select[data-filters]", HTMLSelectElement);
  const signs: Readonly<Record<string, readonly [tone: string, sign: string]>> = {
    won: ["good", "✓"],
    granted: ["good", "✓"],
    failed: ["warn", "!"],
  };
  const time = (at: number | null): string =>
    at === null ? "" : new Date(at).toISOString().slice(0, 23).replace("T", " ");
  const took = ({ start, end }: Bar): number => (start === null || end === null ? -1 : end - start);
  const barAt = (row: number): Bar => {
    const bar = data.bars[row];
    if (bar === undefined) throw new Error(`there is no refresh ${row}`);
    return bar;
  };

  const table = makeTable({
    id: "refreshes",
    total: data.bars.length,
    word: ["refresh", "refreshes"],
    key: (row, column) => {
      const bar = barAt(row);
      const { id, kind, status, start, race, where } = bar;
      return [id, data.words[kind], status, start ?? 0, took(bar), race ?? "", where][column] ?? "";
    },
    cells: (row) => {
      const bar = barAt(row);
      const [tone, sign] = signs[bar.kind] ?? ["bad", "✕"];
      const outcome = make("span", { class: `badge ${tone}` }, make("span", { "aria-hidden": "true" }, sign));
      outcome.append(data.words[bar.kind]);
      const length = took(bar) < 0 ? "" : axis.length(took(bar));
      return [bar.id, outcome, String(bar.status), time(bar.start), length, bar.race ?? "", make("bdi", {}, bar.where)];
    },
    detail: (row) => {
      const bar = barAt(row);
      const link = make("button", { type: "button", class: "noprint", "data-show": bar.id }, "Show on the timeline");
      return make("div", {}, tip.facts(bar, "facts"), link);
    },
    text: (row) => {
      const { id, kind, facts } = barAt(row);
      return [id, data.words[kind], ...facts.map(([, value]) => value)].join(" ");
    },
    keep: (row) => {
      const { race, kind } = barAt(row);
      return selects.every(({ value, dataset }) => {
        if (value === "") return true;
        if (value === "none") return race === null;
        return value.slice(1) === (dataset.filters === "race" ? race : data.words[kind]);
      });
    },
    reset: () => {
      for (const select of selects) select.value = "";
    },
    print: { keep: (row) => barAt(row).race !== null, words: "of races", unfold: () => false },
  });
  for (const select of selects) select.addEventListener("input", table.update);
  byId("refreshes", HTMLTableElement).addEventListener("click", ({ target }) => {
    const id = target instanceof Element ? target.closest("[data-show]")?.getAttribute("data-show") : null;
    if (typeof id === "string") show(id);
  });
}
