import type { DataTable, dataTable } from "../../html/client/data-table";
import type { domTools } from "../../html/client/dom";
import type { pageTools } from "../../html/client/page-tools";
import type { rowOrder } from "../../html/client/row-order";
import type { TimelineData } from "../timeline-data";
import type { ChartParts, chart } from "./chart";
import type { gestures } from "./gestures";
import type { lanes } from "./lanes";
import type { refreshTable } from "./refresh-table";
import type { timeAxis } from "./time-axis";
import type { tooltip } from "./tooltip";
import type { timelineView } from "./view";

interface Parts extends ChartParts {
  readonly domTools: typeof domTools;
  readonly pageTools: typeof pageTools;
  readonly dataTable: typeof dataTable;
  readonly rowOrder: typeof rowOrder;
  readonly timeAxis: typeof timeAxis;
  readonly lanes: typeof lanes;
  readonly timelineView: typeof timelineView;
  readonly chart: typeof chart;
  readonly gestures: typeof gestures;
  readonly tooltip: typeof tooltip;
  readonly refreshTable: typeof refreshTable;
}

/** What the timeline page does in the reader's browser. */
export function timelineClient(data: TimelineData, parts: Parts): void {
  const dom = parts.domTools();
  const { byId, all, count } = dom;
  parts.pageTools(dom);
  if (data.bars.length === 0 && data.webhooks.length === 0 && data.errors.length === 0) return;

  const axis = parts.timeAxis();
  const svg = byId("timeline", SVGSVGElement);
  const races = byId("race", HTMLSelectElement);
  const view = parts.timelineView(data, parts.lanes);
  const drawing = parts.chart(dom, axis, data, svg, parts);
  const tip = parts.tooltip(dom, data, svg);
  const barElement = (id: string): SVGElement | null => svg.querySelector(`[data-id="${CSS.escape(id)}"]`);

  let focused: string | undefined;
  svg.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element) focused = target.getAttribute("data-id") ?? focused;
  });
  let announcement: ReturnType<typeof setTimeout> | undefined;
  /** Draws what is in view. A bar that had the focus is drawn anew, and gets it again. */
  function changed(): void {
    const active = document.activeElement;
    const hadFocus = active !== null && active !== svg && svg.contains(active);
    drawing.render(view.scene());
    tip.hide();
    if (hadFocus && focused !== undefined) (barElement(focused) ?? svg).focus({ preventScroll: true });
    byId("zoom-out", HTMLButtonElement).disabled = view.isWhole();
    byId("fit", HTMLButtonElement).disabled = view.isWhole();
    clearTimeout(announcement);
    announcement = setTimeout(() => {
      byId("view", HTMLElement).textContent = inWords();
    }, 150);
  }
  function inWords(): string {
    const { placed, from, to, bySequence } = view.scene();
    const visible = count(placed.filter(({ start, end }) => end >= from && start <= to).length, "refresh", "refreshes");
    if (bySequence) return `${visible}, in the order of the log`;
    const step = Math.min((to - from) / 100, 3_600_000);
    const day = (time: number): string => axis.clock(time, 86_400_000);
    const until = day(from) === day(to) ? "" : `${day(to)} `;
    const span = `${day(from)} ${axis.clock(from, step)} to ${until}${axis.clock(to, step)} UTC`;
    return `${span} (${axis.length(to - from)}): ${visible}`;
  }

  /** Brings a refresh into view and focuses it. */
  function focusOn(id: string): void {
    const find = () => view.scene().placed.find(({ bar }) => bar.id === id);
    if (find() === undefined) choose(data.bars.find((bar) => bar.id === id)?.race ?? "");
    const one = find();
    if (one === undefined) return;
    focused = id;
    const { from, to } = view.scene();
    if (one.end < from || one.start > to) view.show(one.start - (to - from) / 2, one.start + (to - from) / 2);
    changed();
    if (barElement(id) === null) {
      // It is drawn as part of a column: come closer.
      const edge = Math.max((one.end - one.start) * 3, 1);
      view.show(one.start - edge, one.end + edge);
      changed();
    }
    (barElement(id) ?? svg).focus({ preventScroll: true });
  }
  function step(by: number): void {
    const { placed, from, to, race } = view.scene();
    const order = placed
      .filter(({ bar, start, end }) => end >= from && start <= to && (race === null || bar.race === race))
      .sort((a, b) => a.lane - b.lane || a.start - b.start);
    const now = order.findIndex(({ bar }) => bar.id === focused);
    const next = now < 0 ? (by > 0 ? 0 : order.length - 1) : Math.min(Math.max(now + by, 0), order.length - 1);
    const found = order[next];
    if (found !== undefined) focusOn(found.bar.id);
  }
  parts.gestures(dom, drawing, view, svg, changed, step);

  const panels = all("[data-race-panel]", HTMLElement);
  function choose(race: string): void {
    races.value = race;
    view.select(race === "" ? null : race);
    for (const panel of panels) panel.hidden = panel.dataset.racePanel !== race;
    byId("previous", HTMLButtonElement).disabled = races.selectedIndex <= 0;
    byId("following", HTMLButtonElement).disabled = races.selectedIndex >= races.options.length - 1;
    changed();
  }
  const press = (id: string, act: () => void): void => byId(id, HTMLButtonElement).addEventListener("click", act);
  const beside = (by: number) => () => choose(races.options[races.selectedIndex + by]?.value ?? races.value);
  races.addEventListener("input", () => choose(races.value));
  press("previous", beside(-1));
  press("following", beside(1));
  const then = (act: () => void) => () => {
    act();
    changed();
  };
  press(
    "zoom-in",
    then(() => view.zoom(0.5)),
  );
  press(
    "zoom-out",
    then(() => view.zoom(2)),
  );
  press(
    "fit",
    then(() => view.show(view.scene().first, view.scene().last)),
  );

  choose(races.value);
  new ResizeObserver(changed).observe(svg.parentElement ?? svg);
  if (data.bars.length === 0) return;
  const makeTable = (table: DataTable) => parts.dataTable(dom, table, parts.rowOrder);
  parts.refreshTable(dom, axis, data, tip, makeTable, (id) => {
    svg.scrollIntoView({ block: "center" });
    focusOn(id);
  });
}
