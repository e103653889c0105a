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

/** What everything on the timeline is drawn with. */
export function drawing(dom: DomTools, axis: TimeAxis, data: TimelineData) {
  const { draw, count } = dom;
  /** In pixels. On a narrow screen there is no room for labels on the left: they stand above. */
  const box = { left: 96, right: 20, width: 0, height: 0, stripTop: 0, stripHeight: 30 };
  const compact = (): boolean => box.left < 50;
  const label = (y: number, text: string): SVGElement =>
    draw("text", { x: compact() ? box.left : 0, y, class: "band" }, text);
  /** Where a moment is. */
  const x = (time: number, { from, to }: Scene): number => box.left + ((time - from) / (to - from)) * box.width;
  return { draw, many: count, axis, data, box, compact, label, x };
}

export type Drawing = ReturnType<typeof drawing>;
