import type { Drawing, Scene } from "./drawing";

/** What happened around the refreshes: webhooks above them, errors below. */
export function drawEvents({ draw, many, axis, data, box, compact, label, x }: Drawing) {
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
      const text = `${many(count, "webhook")} in the second ${axis.clock(from, 1000)}${to > from ? ` to ${axis.clock(to, 1000)}` : ""} UTC`;
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
  return { webhookTicks, errorMarks };
}
