import type { DomTools } from "../../html/client/dom";
import type { Bar, TimelineData } from "../timeline-data";

/** Details beside the pointer, or beside the bar that has the focus. */
export function tooltip({ byId, make }: DomTools, data: TimelineData, svg: SVGSVGElement) {
  const tip = byId("tip", HTMLElement);
  const bars = new Map(data.bars.map((bar) => [bar.id, bar]));

  function facts(bar: Bar, className: string): HTMLElement {
    const list = make("dl", { class: className });
    for (const [name, value] of bar.facts) list.append(make("dt", {}, name), make("dd", {}, make("bdi", {}, value)));
    return list;
  }
  function about(id: string): readonly Node[] {
    const bar = bars.get(id);
    return bar === undefined ? [] : [make("strong", {}, `${bar.id}: ${data.words[bar.kind]}`), facts(bar, "")];
  }
  function hide(): void {
    tip.hidden = true;
  }
  function show(content: readonly Node[], left: number, top: number): void {
    tip.replaceChildren(...content);
    tip.hidden = false;
    const frame = svg.parentElement?.getBoundingClientRect() ?? svg.getBoundingClientRect();
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(Math.min(left - frame.left + 14, frame.width - width - 4), 4)}px`;
    const below = top - frame.top + 18;
    tip.style.top = `${below + height > frame.height + 40 ? Math.max(top - frame.top - height - 12, 0) : below}px`;
  }

  svg.addEventListener("pointermove", ({ target, clientX, clientY, buttons }) => {
    if (buttons !== 0 || !(target instanceof Element)) return;
    const id = target.closest("[data-id]")?.getAttribute("data-id");
    const text = target.getAttribute("data-tip");
    if (typeof id === "string") show(about(id), clientX, clientY);
    else if (text === null) hide();
    else {
      const lines = text.split("\n").map((line) => make("div", {}, line));
      show(lines, clientX, clientY);
    }
  });
  svg.addEventListener("pointerleave", hide);
  svg.addEventListener("focusin", ({ target }) => {
    const id = target instanceof Element ? target.getAttribute("data-id") : null;
    if (id === null || !(target instanceof Element)) return;
    const { left, bottom } = target.getBoundingClientRect();
    show(about(id), Math.max(left, svg.getBoundingClientRect().left), bottom - 12);
  });
  svg.addEventListener("focusout", hide);
  addEventListener("keydown", ({ key }) => {
    if (key === "Escape") hide();
  });
  return { hide, facts };
}

export type Tooltip = ReturnType<typeof tooltip>;
