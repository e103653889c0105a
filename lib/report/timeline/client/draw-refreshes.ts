import type { Drawing, Placed, Scene } from "./drawing";

/** The refreshes: a bar each, or columns of how many where they are too many. */
export function drawRefreshes({ draw, axis, data, box, compact, label, x }: Drawing) {
  const MOST_BARS = 400;
  const MOST_LANES = 130;
  const symbols: Readonly<Record<string, string>> = {
    won: "✓",
    granted: "✓",
    lost: "✕",
    later: "✕",
    refused: "✕",
    failed: "!",
  };

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
  return { refreshes };
}
