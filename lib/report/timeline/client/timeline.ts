import type { dataTable } from "../../html/client/data-table";
import type { domTools } from "../../html/client/dom";
import type { pageTools } from "../../html/client/page-tools";
import type { TimelineData } from "../timeline-data";
import type { chart } from "./chart";
import type { gestures } from "./gestures";
import type { lanes } from "./lanes";
import type { timeAxis } from "./time-axis";
import type { timelineView } from "./view";

interface Parts {
  readonly domTools: typeof domTools;
  readonly pageTools: typeof pageTools;
  readonly dataTable: typeof dataTable;
  readonly timeAxis: typeof timeAxis;
  readonly lanes: typeof lanes;
  readonly timelineView: typeof timelineView;
  readonly chart: typeof chart;
  readonly gestures: typeof gestures;
}

/** What the timeline page does in the reader's browser. */
export function timelineClient(data: TimelineData, parts: Parts): void {
  const dom = parts.domTools();
  const { byId, all, make, count } = dom;
  parts.pageTools(dom);
  if (data.bars.length === 0 && data.webhooks.length === 0 && data.errors.length === 0) return;

  const axis = parts.timeAxis();
  const svg = byId("timeline", SVGSVGElement);
  const tip = byId("tip", HTMLElement);
  const races = byId("race", HTMLSelectElement);
  const view = parts.timelineView(data, parts.lanes);
  const drawing = parts.chart(dom, axis, data, svg);
  const bars = new Map(data.bars.map((bar) => [bar.id, bar]));
  const barElement = (id: string): SVGElement | null => svg.querySelector(`[data-id="${CSS.escape(id)}"]`);

  let focused: string | undefined;
  let announce: ReturnType<typeof setTimeout> | undefined;
  function changed(): void {
    const hadFocus =
      document.activeElement instanceof SVGElement &&
      svg.contains(document.activeElement) &&
      document.activeElement !== svg;
    drawing.render(view.scene());
    tip.hidden = true;
    if (hadFocus && focused !== undefined) (barElement(focused) ?? svg).focus({ preventScroll: true });
    byId("zoom-out", HTMLButtonElement).disabled = view.isWhole();
    byId("fit", HTMLButtonElement).disabled = view.isWhole();
    clearTimeout(announce);
    announce = setTimeout(() => {
      byId("view", HTMLElement).textContent = inWords();
    }, 150);
  }
  function inWords(): string {
    const { placed, from, to, bySequence } = view.scene();
    const visible = placed.filter(({ start, end }) => end >= from && start <= to).length;
    if (bySequence) return `${count(visible, "refresh", "refreshes")}, in the order of the log`;
    const step = Math.min((to - from) / 100, 3_600_000);
    const day = (time: number): string => axis.clock(time, 86_400_000);
    const until = day(from) === day(to) ? "" : `${day(to)} `;
    return `${day(from)} ${axis.clock(from, step)} to ${until}${axis.clock(to, step)} UTC (${axis.length(to - from)}): ${count(visible, "refresh", "refreshes")}`;
  }

  // Details beside the pointer or the focused bar.
  function showTip(content: readonly Node[], left: number, top: number): void {
    tip.replaceChildren(...content);
    tip.hidden = false;
    const frame = svg.parentElement?.getBoundingClientRect() ?? svg.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(Math.min(left - frame.left + 14, frame.width - width - 4), 4)}px`;
    const below = top - frame.top + 18;
    tip.style.top = `${below + height > frame.height + 40 ? Math.max(top - frame.top - height - 12, 0) : below}px`;
  }
  function barTip(id: string): readonly Node[] {
    const bar = bars.get(id);
    if (bar === undefined) return [];
    const list = make("dl");
    for (const [name, value] of bar.facts) list.append(make("dt", {}, name), make("dd", {}, make("bdi", {}, value)));
    return [make("strong", {}, `${bar.id}: ${data.words[bar.kind]}`), list];
  }
  svg.addEventListener("pointermove", ({ target, clientX, clientY, buttons }) => {
    if (buttons !== 0 || !(target instanceof Element)) return;
    const id = target.closest("[data-id]")?.getAttribute("data-id");
    const text = target.getAttribute("data-tip");
    if (typeof id === "string") showTip(barTip(id), clientX, clientY);
    else if (text !== null)
      showTip(
        text.split("\n").map((line) => make("div", {}, line)),
        clientX,
        clientY,
      );
    else tip.hidden = true;
  });
  svg.addEventListener("pointerleave", () => {
    tip.hidden = true;
  });
  svg.addEventListener("focusin", ({ target }) => {
    const id = target instanceof Element ? target.getAttribute("data-id") : null;
    if (id === null || !(target instanceof Element)) return;
    focused = id;
    const { left, bottom } = target.getBoundingClientRect();
    showTip(barTip(id), Math.max(left, svg.getBoundingClientRect().left + drawing.box.left), bottom - 12);
  });
  svg.addEventListener("focusout", () => {
    tip.hidden = true;
  });
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") tip.hidden = true;
  });

  /** Brings a refresh into view and focuses it. */
  function focusOn(id: string): void {
    const bar = bars.get(id);
    if (bar === undefined) return;
    const isThere = (): boolean => view.scene().placed.some((one) => one.bar.id === id);
    if (!isThere()) choose(bar.race ?? "");
    const one = view.scene().placed.find((placed) => placed.bar.id === id);
    if (one === undefined) return;
    focused = id;
    const { from, to } = view.scene();
    if (one.end < from || one.start > to) view.show(one.start - (to - from) / 2, one.start + (to - from) / 2);
    changed();
    if (barElement(id) === null) {
      const span = Math.max((one.end - one.start) * 3, 1);
      view.show(one.start - span, one.end + span);
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
    const next = order[now < 0 ? (by > 0 ? 0 : order.length - 1) : Math.min(Math.max(now + by, 0), order.length - 1)];
    if (next !== undefined) focusOn(next.bar.id);
  }
  parts.gestures(dom, drawing, view, svg, changed, step);

  // Which race.
  const panels = all("[data-race-panel]", HTMLElement);
  function choose(race: string): void {
    races.value = race;
    view.select(race === "" ? null : race);
    for (const panel of panels) panel.hidden = panel.dataset.racePanel !== race;
    byId("previous", HTMLButtonElement).disabled = races.selectedIndex <= 0;
    byId("following", HTMLButtonElement).disabled = races.selectedIndex >= races.options.length - 1;
    changed();
  }
  const beside = (by: number) => () => choose(races.options[races.selectedIndex + by]?.value ?? races.value);
  races.addEventListener("input", () => choose(races.value));
  byId("previous", HTMLButtonElement).addEventListener("click", beside(-1));
  byId("following", HTMLButtonElement).addEventListener("click", beside(1));
  const press = (id: string, act: () => void): void =>
    byId(id, HTMLButtonElement).addEventListener("click", () => {
      act();
      changed();
    });
  press("zoom-in", () => view.zoom(0.5));
  press("zoom-out", () => view.zoom(2));
  press("fit", () => view.show(view.scene().first, view.scene().last));

  choose(races.value);
  new ResizeObserver(changed).observe(svg.parentElement ?? svg);
  addEventListener("beforeprint", changed);

  // Every refresh, in a table.
  if (data.bars.length === 0) return;
  const selects = all("select[data-filters]", HTMLSelectElement);
  const signs: Readonly<Record<string, readonly [string, string]>> = {
    won: ["good", "✓"],
    granted: ["good", "✓"],
    failed: ["warn", "!"],
  };
  const time = (at: number | null): string =>
    at === null ? "" : new Date(at).toISOString().slice(0, 23).replace("T", " ");
  const took = (row: number): number => {
    const bar = data.bars[row];
    return bar === undefined || bar.start === null || bar.end === null ? -1 : bar.end - bar.start;
  };
  const table = parts.dataTable(dom, {
    id: "refreshes",
    total: data.bars.length,
    word: ["refresh", "refreshes"],
    key: (row, column) => {
      const bar = data.bars[row];
      if (bar === undefined) return "";
      return (
        [bar.id, data.words[bar.kind], bar.status, bar.start ?? 0, took(row), bar.race ?? "", bar.where][column] ?? ""
      );
    },
    cells: (row) => {
      const bar = data.bars[row];
      if (bar === undefined) return [];
      const [tone, sign] = signs[bar.kind] ?? ["bad", "✕"];
      return [
        bar.id,
        make("span", { class: `badge ${tone}` }, make("span", { "aria-hidden": "true" }, sign), data.words[bar.kind]),
        String(bar.status),
        time(bar.start),
        took(row) < 0 ? "" : axis.length(took(row)),
        bar.race ?? "",
        make("bdi", {}, bar.where),
      ];
    },
    detail: (row) => {
      const bar = data.bars[row];
      const list = make("dl", { class: "facts" });
      for (const [name, value] of bar?.facts ?? [])
        list.append(make("dt", {}, name), make("dd", {}, make("bdi", {}, value)));
      const link = make(
        "button",
        { type: "button", class: "noprint", "data-show": bar?.id ?? "" },
        "Show on the timeline",
      );
      return make("div", {}, list, link);
    },
    text: (row) => {
      const bar = data.bars[row];
      return bar === undefined ? "" : [bar.id, data.words[bar.kind], ...bar.facts.map(([, value]) => value)].join(" ");
    },
    keep: (row) =>
      selects.every(({ value, dataset }) => {
        const bar = data.bars[row];
        if (bar === undefined || value === "") return bar !== undefined;
        if (value === "none") return bar.race === null;
        return value.slice(1) === (dataset.filters === "race" ? bar.race : data.words[bar.kind]);
      }),
    reset: () => {
      for (const select of selects) select.value = "";
    },
    important: (row) => data.bars[row]?.race !== null,
  });
  for (const select of selects) select.addEventListener("input", table.update);
  byId("refreshes", HTMLTableElement).addEventListener("click", ({ target }) => {
    const id = target instanceof Element ? target.closest("[data-show]")?.getAttribute("data-show") : null;
    if (typeof id !== "string") return;
    svg.scrollIntoView({ block: "center" });
    focusOn(id);
  });
}
