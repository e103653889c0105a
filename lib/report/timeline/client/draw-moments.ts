import type { Drawing, Scene } from "./drawing";

/** Moments and spans that cross the timeline: revocations, the time in which others lose, the ruler. */
export function drawMoments({ draw, axis, box, compact, x }: Drawing) {
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
        draw("text", { x: box.left, y: y + 18 }, "→ the order in the log; without times, lengths have no meaning"),
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
  return { revocations, losingTime, ruler };
}
