import type { DomTools } from "../../html/client/dom";
import type { TimelineData } from "../timeline-data";
import type { drawEvents } from "./draw-events";
import type { drawMoments } from "./draw-moments";
import type { drawRefreshes } from "./draw-refreshes";
import type { drawing, Scene } from "./drawing";
import type { TimeAxis } from "./time-axis";

export interface ChartParts {
  readonly drawing: typeof drawing;
  readonly drawEvents: typeof drawEvents;
  readonly drawMoments: typeof drawMoments;
  readonly drawRefreshes: typeof drawRefreshes;
}

/** Draws a scene into an SVG element; texts go in as text, never as markup. */
export function chart(dom: DomTools, axis: TimeAxis, data: TimelineData, svg: SVGSVGElement, parts: ChartParts) {
  const tools = parts.drawing(dom, axis, data);
  const { draw, box, compact } = tools;
  const events = parts.drawEvents(tools);
  const moments = parts.drawMoments(tools);
  const bars = parts.drawRefreshes(tools);

  /** The whole time in one strip, with the part that is in view framed. */
  function strip(scene: Scene, top: number): SVGElement {
    const group = draw("g", { class: "strip" });
    const at = (time: number): number => box.left + ((time - scene.first) / (scene.last - scene.first)) * box.width;
    group.append(
      draw("rect", { x: box.left, y: top, width: box.width, height: box.stripHeight, rx: 6, class: "ground" }),
    );
    const drawn = new Set<string>();
    for (const { bar, start } of scene.placed) {
      const refused = bar.kind !== "won" && bar.kind !== "granted";
      const place = `${Math.round(at(start) / 3)} ${refused}`;
      if (drawn.has(place)) continue;
      drawn.add(place);
      group.append(
        draw("rect", {
          x: at(start),
          y: top + (refused ? 16 : 5),
          width: 2.5,
          height: 9,
          class: refused ? "refused" : "granted",
        }),
      );
    }
    const left = at(scene.from);
    group.append(
      draw("rect", {
        x: left,
        y: top,
        width: Math.max(at(scene.to) - left, 6),
        height: box.stripHeight,
        rx: 6,
        class: "frame",
      }),
    );
    return group;
  }

  function render(scene: Scene): void {
    const wide = Math.max(svg.parentElement?.clientWidth ?? 0, 300);
    box.left = wide < 640 ? 8 : 96;
    box.width = wide - box.left - box.right;
    const rows = new Set(
      scene.placed.filter(({ bar }) => scene.race === null || bar.race === scene.race).map(({ lane }) => lane),
    ).size;
    const middle = Math.min(Math.max(rows * 28, 84), 520);
    const pad = compact() ? 16 : 0;
    const hooksTop = 22 + pad;
    const barsTop = scene.bySequence ? hooksTop + 6 : hooksTop + 48 + pad;
    const errorsTop = barsTop + middle + 10 + pad;
    const rulerTop = scene.bySequence ? barsTop + middle + 10 : errorsTop + 36;
    box.stripTop = rulerTop + 34 + pad;
    box.height = box.stripTop + box.stripHeight + 4;
    svg.setAttribute("viewBox", `0 0 ${wide} ${box.height}`);
    svg.setAttribute("height", String(box.height));
    svg.dataset.from = String(scene.from);
    svg.dataset.to = String(scene.to);
    const defs = svg.querySelector("defs");
    const parts = [
      moments.losingTime(scene, 16, rulerTop),
      moments.ruler(scene, rulerTop, 16),
      ...(scene.bySequence ? [] : [events.webhookTicks(scene, hooksTop, 40), events.errorMarks(scene, errorsTop)]),
      moments.revocations(scene, 2, rulerTop),
      bars.refreshes(scene, barsTop, middle),
      strip(scene, box.stripTop),
    ];
    svg.replaceChildren(...(defs === null ? [] : [defs]), ...parts);
  }
  /** The share of the drawing's width, from 0 to 1, that a place on the screen is at. */
  function shareAt(clientX: number): number {
    const bounds = svg.getBoundingClientRect();
    return Math.min(Math.max((clientX - bounds.left - box.left) / box.width, 0), 1);
  }
  function isStrip(clientY: number): boolean {
    return clientY - svg.getBoundingClientRect().top >= box.stripTop;
  }
  return { render, shareAt, isStrip, box };
}

export type Chart = ReturnType<typeof chart>;
