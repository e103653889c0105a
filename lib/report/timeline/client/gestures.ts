import type { DomTools } from "../../html/client/dom";
import type { Chart } from "./chart";
import type { TimelineView } from "./view";

/**
 * Wheel, pointer and keys on the timeline. A drag over it zooms to what was marked, a drag in the strip below moves the view, the
 * wheel zooms at the pointer; zoomed out wholly, it scrolls the page as ever.
 */
export function gestures(
  { draw }: DomTools,
  chart: Chart,
  view: TimelineView,
  svg: SVGSVGElement,
  changed: () => void,
  step: (by: number) => void,
): void {
  // A page that is being scrolled goes on scrolling when the timeline passes under the pointer.
  const REST = 400;
  let scrolled = Number.NEGATIVE_INFINITY;
  addEventListener("scroll", () => {
    scrolled = performance.now();
  });
  svg.addEventListener(
    "wheel",
    (event) => {
      if (performance.now() - scrolled < REST) return;
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      if (sideways) {
        if (view.isWhole()) return;
        view.pan(Math.sign(event.deltaX || event.deltaY) * 0.1);
      } else {
        if (event.deltaY > 0 && view.isWhole()) return;
        view.zoom(event.deltaY > 0 ? 1.25 : 0.8, chart.shareAt(event.clientX));
      }
      event.preventDefault();
      changed();
    },
    { passive: false },
  );

  let dragFrom: number | undefined;
  let inStrip = false;
  let marked: SVGElement | undefined;
  const moveTo = (share: number): void => {
    const { first, last, from, to } = view.scene();
    const middle = first + share * (last - first);
    view.show(middle - (to - from) / 2, middle + (to - from) / 2);
    changed();
  };
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dragFrom = chart.shareAt(event.clientX);
    inStrip = chart.isStrip(event.clientY);
    if (inStrip) moveTo(dragFrom);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (dragFrom === undefined) return;
    const share = chart.shareAt(event.clientX);
    if (inStrip) {
      moveTo(share);
      return;
    }
    marked?.remove();
    const [left, right] = [Math.min(dragFrom, share), Math.max(dragFrom, share)];
    const { box } = chart;
    marked = draw("rect", {
      x: box.left + left * box.width,
      y: 0,
      width: (right - left) * box.width,
      height: box.stripTop,
      class: "marked",
    });
    svg.append(marked);
  });
  const end = (event: PointerEvent, cancelled: boolean): void => {
    if (dragFrom === undefined) return;
    const share = chart.shareAt(event.clientX);
    const [left, right] = [Math.min(dragFrom, share), Math.max(dragFrom, share)];
    dragFrom = undefined;
    marked?.remove();
    if (cancelled || inStrip || (right - left) * chart.box.width < 6) return;
    const { from, to } = view.scene();
    view.show(from + left * (to - from), from + right * (to - from));
    changed();
  };
  svg.addEventListener("pointerup", (event) => end(event, false));
  svg.addEventListener("pointercancel", (event) => end(event, true));

  const keys: Readonly<Record<string, () => void>> = {
    "+": () => view.zoom(0.667),
    "=": () => view.zoom(0.667),
    "-": () => view.zoom(1.5),
    _: () => view.zoom(1.5),
    "0": () => view.show(view.scene().first, view.scene().last),
    Home: () => view.show(view.scene().first, view.scene().last),
    ArrowLeft: () => view.pan(-0.2),
    ArrowRight: () => view.pan(0.2),
  };
  svg.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };
    const by = steps[event.key];
    const act = keys[event.key];
    if (by === undefined && act === undefined) return;
    event.preventDefault();
    if (by !== undefined) {
      step(by);
      return;
    }
    act?.();
    changed();
  });
}
