import type { Bar, TimelineData } from "../timeline-data";
import type { Placed, Scene } from "./drawing";
import type { lanes } from "./lanes";

/** What of the timeline is in view, and how that is changed. */
export function timelineView(data: TimelineData, giveLanes: typeof lanes) {
  const LEAST_SPAN = 10;
  const timed = data.bars.filter(({ start }) => start !== null);
  let scene: Scene = { placed: [], race: null, revoked: [], bySequence: false, from: 0, to: 1, first: 0, last: 1 };

  function whole(): readonly [number, number] {
    const times: number[] = [];
    for (const { start, end } of timed) times.push(start ?? 0, end ?? start ?? 0);
    for (const [at] of data.webhooks) times.push(at, at + 1000);
    for (const { at } of data.errors) times.push(at);
    // Math.min(...) takes no arrays of any length.
    const first = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
    const last = times.reduce((most, time) => Math.max(most, time), Number.NEGATIVE_INFINITY);
    if (times.length === 0) return [0, 1000];
    const edge = Math.max((last - first) * 0.03, 500);
    return [first - edge, last + edge];
  }
  /** Bars of the race first and the winner before all, so that they have the upper lanes. */
  function inOrder(bars: readonly Bar[], race: string | null): readonly Bar[] {
    const weight = (bar: Bar): number => (race === null || bar.race !== race ? 2 : bar.kind === "won" ? 0 : 1);
    return [...bars].sort((a, b) => weight(a) - weight(b) || (a.start ?? 0) - (b.start ?? 0));
  }
  function sequence(race: string | null): void {
    const bars = data.bars.filter((bar) => (race === null ? true : bar.race === race));
    const placed = bars.map((bar, index): Placed => ({ bar, start: index, end: index + 0.8, lane: index % 24 }));
    const revoked = placed.flatMap(({ bar, end }) =>
      bar.kind === "won" && bar.race !== null ? [{ at: end, race: bar.race }] : [],
    );
    const last = Math.max(bars.length, 1) + 0.2;
    scene = { placed, race, revoked, bySequence: true, from: -0.2, to: last, first: -0.2, last };
  }
  /** Shows one race, or everything. */
  function select(race: string | null): void {
    const chosen = data.races.find(({ id }) => id === race);
    if (timed.length === 0 || chosen?.timed === false) {
      sequence(chosen?.id ?? null);
      return;
    }
    const [first, last] = whole();
    const bars = inOrder(timed, chosen?.id ?? null);
    const spans = bars.map(({ start, end }) => ({ start: start ?? 0, end: Math.max(end ?? 0, (start ?? 0) + 1) }));
    const lane = giveLanes(spans);
    const placed = bars.map(
      (bar, index): Placed => ({ bar, ...(spans[index] ?? { start: 0, end: 0 }), lane: lane[index] ?? 0 }),
    );
    const revoked = data.races.flatMap(({ id, revoked: at, timed: known }) =>
      at === null || !known ? [] : [{ at, race: id }],
    );
    scene = { placed, race: chosen?.id ?? null, revoked, bySequence: false, from: first, to: last, first, last };
    if (chosen !== undefined && chosen.start !== null && chosen.end !== null) {
      const edge = Math.max((chosen.end - chosen.start) * 0.25, 1000);
      show(chosen.start - edge, chosen.end + edge);
    }
  }
  /** Shows a span, kept inside of the whole. */
  function show(from: number, to: number): void {
    const { first, last } = scene;
    const least = scene.bySequence ? 1 : LEAST_SPAN;
    const span = Math.min(Math.max(to - from, least), last - first);
    const middle = (from + to) / 2;
    const start = Math.min(Math.max(middle - span / 2, first), last - span);
    scene = { ...scene, from: start, to: start + span };
  }
  /** Makes the span in view `factor` times as long, around the moment at `share` of it. */
  function zoom(factor: number, share = 0.5): void {
    const span = scene.to - scene.from;
    const fixed = scene.from + span * share;
    const next = Math.min(Math.max(span * factor, scene.bySequence ? 1 : LEAST_SPAN), scene.last - scene.first);
    show(fixed - next * share, fixed + next * (1 - share));
  }
  function pan(share: number): void {
    const by = (scene.to - scene.from) * share;
    show(scene.from + by, scene.to + by);
  }
  /** Whether everything is in view. */
  function isWhole(): boolean {
    return scene.to - scene.from >= (scene.last - scene.first) * 0.9999;
  }
  return { select, show, zoom, pan, isWhole, scene: (): Scene => scene };
}

export type TimelineView = ReturnType<typeof timelineView>;
