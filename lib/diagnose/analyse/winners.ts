import { isGranted } from "./pair";
import type { Placed, Span } from "./timed";

const HOUR = 3600_000;
/** A log that is shorter than this, in milliseconds, tells too little about how often an application refreshes. */
const SHORTEST = HOUR / 2;

/** How far two spans overlap, in milliseconds; not at all when negative or 0. A moment within a span counts as a millisecond. */
export function overlap(a: Span, b: Span): number {
  const [start, end] = [Math.max(a.start, b.start), Math.min(a.end, b.end)];
  const within = start === end && (start > a.start || start > b.start) && (end < a.end || end < b.end);
  return within && (a.start === a.end || b.start === b.end) ? 1 : end - start;
}

/** The index of the first that starts at `time` or later, of some in the order of time. */
export function firstFrom(sorted: readonly Placed[], time: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.span.start ?? time) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The granted refreshes of one application, to be searched by time. */
export class Winners {
  private readonly sorted: readonly Placed[];
  private readonly longest: number;
  /** How long those before an index took together, in milliseconds. */
  private readonly lengths: readonly number[];
  /** How long the application was seen, in milliseconds. */
  private readonly seen: number;

  /** @param refreshes those of the application, refused ones too. */
  constructor(refreshes: readonly Placed[]) {
    this.sorted = refreshes.filter(isGranted).sort((a, b) => a.span.start - b.span.start);
    this.longest = this.sorted.reduce((most, { span }) => Math.max(most, span.end - span.start), 0);
    const lengths = [0];
    for (const { span } of this.sorted) lengths.push((lengths.at(-1) ?? 0) + lengthOf(span));
    this.lengths = lengths;
    const first = refreshes.reduce((least, { span }) => Math.min(least, span.start), Number.POSITIVE_INFINITY);
    const last = refreshes.reduce((most, { span }) => Math.max(most, span.end), Number.NEGATIVE_INFINITY);
    this.seen = Math.max(last - first, SHORTEST);
  }

  get count(): number {
    return this.sorted.length;
  }

  /** How many of so many refusals, spread evenly, fall into the time of one of them. */
  expectedAt({ span }: Placed, refusals: number): number {
    return (refusals * (span.end - span.start)) / this.seen;
  }

  /** Those that overlap the span. */
  overlapping(span: Span): readonly Placed[] {
    const near = this.sorted.slice(firstFrom(this.sorted, span.start - this.longest), firstFrom(this.sorted, span.end));
    return near.filter((one) => overlap(one.span, span) > 0);
  }

  /**
   * How likely it is that `span` overlaps one of them by accident, going by those within an hour of it. What overlaps it, or the one it is
   * taken to have lost to, is no accident but the thing to be explained.
   */
  chance(span: Span, winner: Span | undefined): number {
    const window = Math.min(this.seen, 2 * HOUR);
    const [from, to] = [firstFrom(this.sorted, span.start - HOUR), firstFrom(this.sorted, span.end + HOUR)];
    const met = new Set([...this.overlapping(span), ...(winner === undefined ? [] : this.overlapping(winner))]);
    const metLength = [...met].reduce((sum, one) => sum + lengthOf(one.span), 0);
    const length = (this.lengths[to] ?? 0) - (this.lengths[from] ?? 0) - metLength;
    const count = to - from - met.size;
    return 1 - Math.exp(-Math.max(0, (count * lengthOf(span) + length) / window));
  }
}

const lengthOf = (span: Span): number => span.end - span.start;
