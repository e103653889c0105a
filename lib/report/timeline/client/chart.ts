import type { DomTools } from "../../html/client/dom";
import type { Bar, TimelineData } from "../timeline-data";
import type { TimeAxis } from "./time-axis";

export interface Placed {
  readonly bar: Bar;
  readonly start: number;
  readonly end: number;
  readonly lane: number;
}

/** What is to be drawn. */
export interface Scene {
  readonly placed: readonly Placed[];
  /** Drawn strongly; all others are drawn faintly. Null: all strongly. */
  readonly race: string | null;
  readonly revoked: readonly { readonly at: number; readonly race: string }[];
  /** In the order of the log, since it gives no times. */
  readonly bySequence: boolean;
  readonly from: number;
  readonly to: number;
  /** The whole, for the strip below. */
  readonly first: number;
  readonly last: number;
}

/** Draws a scene into an SVG element; texts go in as text, never as markup. */
export function chart(dom: DomTools, axis: TimeAxis, data: TimelineData, svg: SVGSVGElement) {
  const { draw } = dom;
  const MOST_BARS = 400;
  const MOST_LANES = 70;
  const symbols: Readonly<Record<string, string>> = {
    won: "✓",
    granted: "✓",
    lost: "✕",
    later: "✕",
    refused: "✕",
    failed: "!",
  };
  const box = { left: 96, right: 20, width: 0, height: 0, stripTop: 0, stripHeight: 30 };
  const compact = (): boolean => box.left < 50;

  const label = (y: number, text: string): SVGElement =>
    draw("text", { x: compact() ? box.left : 0, y, class: "band" }, text);
  /** Where a moment is, in pixels. */
  const x = (time: number, { from, to }: Scene): number => box.left + ((time - from) / (to - from)) * box.width;

  function webhookTicks(scene: Scene, top: number, height: number): SVGElement {
    const group = draw("g", { class: "webhooks" }, label(top + (compact() ? 2 : height - 6), "Webhooks"));
    const bins = new Map<number, { count: number; from: number; to: number }>();
    for (const [at, count] of data.webhooks) {
      if (at + 1000 < scene.from || at > scene.to) continue;
      const bin = Math.round(x(at, scene) / 4);
      const known = bins.get(bin) ?? { count: 0, from: at, to: at };
      bins.set(bin, { count: known.count + count, from: known.from, to: at });
    }
    const most = Math.max(...[...bins.values()].map(({ count }) => count), 1);
    for (const { count, from, to } of bins.values()) {
      const at = Math.max(x(from, scene), box.left);
      const tall = 5 + (height - 12) * Math.sqrt(count / most);
      const text = `${dom.count(count, "webhook")} in the second ${axis.clock(from, 1000)}${to > from ? ` to ${axis.clock(to, 1000)}` : ""} UTC`;
      const wide = Math.max(3, Math.min(x(from + 1000, scene) - at - 1, 3));
      group.append(
        draw("rect", { x: at - 4, y: top, width: 10, height, class: "hit", "data-tip": text }),
        draw("rect", { x: at, y: top + height - tall, width: wide, height: tall, class: "tick" }),
      );
    }
    if (data.webhooks.length === 0)
      group.append(draw("text", { x: box.left + 6, y: top + height - 6, class: "none" }, "none in these logs"));
    return group;
  }

  function errorMarks(scene: Scene, top: number): SVGElement {
    const group = draw("g", { class: "errors" }, label(top + (compact() ? 0 : 18), "Errors"));
    const bins = new Map<number, { at: number; texts: string[] }>();
    for (const { at, text } of data.errors) {
      if (at < scene.from || at > scene.to) continue;
      const bin = Math.round(x(at, scene) / 12);
      const known = bins.get(bin);
      if (known === undefined) bins.set(bin, { at, texts: [text] });
      else known.texts.push(text);
    }
    for (const { at, texts } of bins.values()) {
      const middle = x(at, scene);
      const more = texts.length > 3 ? `\nand ${texts.length - 3} more` : "";
      const tip = `${axis.clock(at, 1)} UTC\n${texts.slice(0, 3).join("\n")}${more}`;
      group.append(
        draw("path", { d: `M${middle} ${top + 5}l6.5 11h-13z`, class: "mark" }),
        draw("rect", { x: middle - 8, y: top, width: 16, height: 30, class: "hit", "data-tip": tip }),
      );
      if (texts.length > 1)
        group.append(
          draw("text", { x: middle, y: top + 29, "text-anchor": "middle", class: "count" }, String(texts.length)),
        );
    }
    if (data.errors.length === 0)
      group.append(draw("text", { x: box.left + 6, y: top + 18, class: "none" }, "none with a time"));
    return group;
  }

  /** @param roomEnd where the next bar of the lane begins: a label ends before it. */
  function oneBar(scene: Scene, { bar, start, end }: Placed, y: number, height: number, roomEnd: number): SVGElement {
    const left = Math.max(x(start, scene), box.left - 4);
    const right = Math.min(Math.max(x(end, scene), left + 3), box.left + box.width + 4);
    const took = scene.bySequence ? "" : `, ${axis.length(end - start)}`;
    const words = `${data.words[bar.kind]}, ${bar.status}${took}`;
    const faint = scene.race !== null && bar.race !== scene.race;
    const group = draw("g", {
      class: `bar ${bar.kind}${faint ? " faint" : ""}`,
      role: "img",
      tabindex: -1,
      "data-id": bar.id,
      "aria-label": `${bar.id}: ${words}${bar.race === null ? "" : `, ${bar.race}`}${scene.bySequence || bar.start === null ? "" : `, began ${axis.clock(bar.start, 1)}`}`,
    });
    group.append(draw("rect", { x: left, y, width: right - left, height, rx: Math.min(4, height / 3), class: "body" }));
    if (height < 14) return group;
    const text = `${symbols[bar.kind] ?? ""} ${words}`;
    const wide = text.length * 7.2 + 14;
    const plate = (width: number): SVGElement =>
      draw("rect", { x: left + 2, y: y + 1, width, height: height - 2, rx: 3, class: "plate" });
    const place = { y: y + height / 2 + 4.5 };
    if (right - left > wide) {
      group.append(plate(wide - 8), draw("text", { ...place, x: left + 8, class: "inside" }, text));
    } else if (right + wide < roomEnd) group.append(draw("text", { ...place, x: right + 6, class: "beside" }, text));
    else if (right - left > 22) {
      group.append(plate(16), draw("text", { ...place, x: left + 6, class: "inside" }, symbols[bar.kind] ?? ""));
    }
    return group;
  }

  /** Too many to tell apart: columns of how many began when; granted upwards, refused downwards. */
  function columns(scene: Scene, visible: readonly Placed[], top: number, height: number): SVGElement {
    const group = draw("g", { class: "columns" });
    const wide = 8;
    const bins = new Map<number, { up: number; down: number }>();
    for (const { bar, start } of visible) {
      const bin = Math.floor((Math.max(x(start, scene), box.left) - box.left) / wide);
      const known = bins.get(bin) ?? { up: 0, down: 0 };
      const up = bar.kind === "won" || bar.kind === "granted" ? 1 : 0;
      bins.set(bin, { up: known.up + up, down: known.down + 1 - up });
    }
    const ups = Math.max(...[...bins.values()].map(({ up }) => up), 1);
    const downs = Math.max(...[...bins.values()].map(({ down }) => down), 0);
    const unit = (height - 30) / (ups + downs);
    const base = top + 24 + ups * unit;
    for (const [bin, { up, down }] of bins) {
      const at = box.left + bin * wide;
      const moment = scene.from + ((bin * wide) / box.width) * (scene.to - scene.from);
      const tip = `${up} granted, ${down} not, from ${scene.bySequence ? "here" : `${axis.clock(moment, 1)} UTC`} on`;
      if (up > 0)
        group.append(
          draw("rect", {
            x: at,
            y: base - Math.max(up * unit, 4),
            width: wide - 1,
            height: Math.max(up * unit, 4),
            class: "granted",
          }),
        );
      if (down > 0)
        group.append(
          draw("rect", { x: at, y: base + 1, width: wide - 1, height: Math.max(down * unit, 4), class: "refused" }),
        );
      group.append(draw("rect", { x: at, y: top, width: wide, height, class: "hit", "data-tip": tip }));
    }
    group.append(
      draw("line", { x1: box.left, x2: box.left + box.width, y1: base, y2: base, class: "base" }),
      draw(
        "text",
        { x: box.left + 6, y: top + 10, class: "none" },
        `✓ granted above the line, ✕ refused below; ${visible.length} in view: zoom in to see each`,
      ),
    );
    return group;
  }

  function refreshes(scene: Scene, top: number, height: number): SVGElement {
    const group = draw("g", {}, label(top + (compact() ? -4 : 16), "Refreshes"));
    const visible = scene.placed.filter(({ start, end }) => end >= scene.from && start <= scene.to);
    const rows = [...new Set(visible.map(({ lane }) => lane))].sort((a, b) => a - b);
    if (visible.length === 0) {
      group.append(
        draw(
          "text",
          { x: box.left + 6, y: top + 16, class: "none" },
          data.bars.length === 0 ? "none in these logs" : "none in view",
        ),
      );
      return group;
    }
    if (visible.length > MOST_BARS || rows.length > MOST_LANES) {
      group.append(columns(scene, visible, top, height));
      return group;
    }
    const step = Math.min(28, height / rows.length);
    const place = new Map(rows.map((lane, index) => [lane, top + index * step]));
    const gap = step > 12 ? 6 : step > 7 ? 2 : 1;
    const following = new Map<number, number>();
    const drawn = [...visible]
      .sort((a, b) => b.start - a.start)
      .map((one) => {
        const roomEnd = following.get(one.lane) ?? box.left + box.width;
        following.set(one.lane, x(one.start, scene));
        return oneBar(scene, one, (place.get(one.lane) ?? top) + gap / 2, step - gap, roomEnd);
      });
    group.append(...drawn);
    return group;
  }

  /** The moments of revocation, each named where there is room. */
  function revocations(scene: Scene, top: number, bottom: number): SVGElement {
    const group = draw("g", { class: "revocations" });
    const inView = scene.revoked.filter(({ at }) => at >= scene.from && at <= scene.to);
    const lineEnd = inView.length > 6 ? top + 20 : bottom;
    const wide = 205;
    let labelled = Number.NEGATIVE_INFINITY;
    for (const { at, race } of inView) {
      const middle = x(at, scene);
      const strong = scene.race === null || scene.race === race;
      const tip = scene.bySequence
        ? `${race}: the winner's answer revoked the refresh token`
        : `${race}: refresh token revoked at ${axis.clock(at, 1)} UTC at the latest`;
      group.append(
        draw("line", { x1: middle, x2: middle, y1: top + 6, y2: lineEnd, class: strong ? "revoked" : "revoked faint" }),
        draw("path", { d: `M${middle} ${top}l6 6l-6 6l-6-6z`, class: "diamond" }),
        draw("rect", { x: middle - 5, y: top, width: 10, height: lineEnd - top, class: "hit", "data-tip": tip }),
      );
      const leftwards = middle + wide > box.left + box.width;
      const begin = leftwards ? middle - wide : middle - 8;
      if (!strong || inView.length > 6 || begin < labelled) continue;
      labelled = leftwards ? middle + 8 : middle + wide;
      const when = scene.bySequence ? "" : ` ${axis.clock(at, 1)}`;
      const place = {
        x: leftwards ? middle - 10 : middle + 10,
        y: top + 10,
        "text-anchor": leftwards ? "end" : "start",
      };
      group.append(draw("text", { ...place, class: "revoked" }, `token revoked${when}`));
    }
    return group;
  }

  /** The time in which the race's winner was under way: whoever came meanwhile with the same token had to lose. */
  function losingTime(scene: Scene, top: number, bottom: number): SVGElement {
    const winner = scene.placed.find(({ bar }) => bar.kind === "won" && scene.race !== null && bar.race === scene.race);
    const group = draw("g");
    if (winner === undefined || scene.bySequence || winner.end < scene.from || winner.start > scene.to) return group;
    const left = Math.max(x(winner.start, scene), box.left);
    const right = Math.min(x(winner.end, scene), box.left + box.width);
    group.append(
      draw("rect", { x: left, y: top, width: Math.max(right - left, 0), height: bottom - top, class: "losing" }),
    );
    return group;
  }

  function ruler(scene: Scene, y: number, top: number): SVGElement {
    const group = draw("g", { class: "axis" }, draw("line", { x1: box.left, x2: box.left + box.width, y1: y, y2: y }));
    if (scene.bySequence) {
      group.append(
        draw(
          "text",
          { x: box.left, y: y + 18 },
          "→ the order in the log; the logs give no times, so lengths mean nothing",
        ),
      );
      return group;
    }
    for (const { at, text } of axis.ticks(scene.from, scene.to, box.width / 110)) {
      const middle = x(at, scene);
      group.append(
        draw("line", { x1: middle, x2: middle, y1: top, y2: y + 5, class: "grid" }),
        ...(compact() || middle > box.left + 40
          ? [draw("text", { x: middle, y: y + 18, "text-anchor": "middle" }, text)]
          : []),
      );
    }
    group.append(
      draw(
        "text",
        { x: compact() ? box.left : 0, y: y + (compact() ? 32 : 18) },
        `${axis.clock(scene.from, 86_400_000)} UTC`,
      ),
    );
    return group;
  }

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
      losingTime(scene, 16, rulerTop),
      ruler(scene, rulerTop, 16),
      ...(scene.bySequence ? [] : [webhookTicks(scene, hooksTop, 40), errorMarks(scene, errorsTop)]),
      revocations(scene, 2, rulerTop),
      refreshes(scene, barsTop, middle),
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
