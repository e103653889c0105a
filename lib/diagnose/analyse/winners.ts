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

/** The granted refreshes of one application, to be searched by time. */
export class Winners {
  private readonly sorted: readonly Placed[];
  private readonly longest: number;
  /** How long the application was seen, in milliseconds. */
  private readonly seen: number;

  /** @param refreshes those of the application, refused ones too. */
  constructor(refreshes: readonly Placed[]) {
    this.sorted = refreshes.filter(isGranted).sort((a, b) => a.span.start - b.span.start);
    this.longest = this.sorted.reduce((most, { span }) => Math.max(most, span.end - span.start), 0);
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

  /** The index of the first that starts at `time` or later. */
  private from(time: number): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle]?.span.start ?? time) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Those that overlap the span. */
  overlapping(span: Span): readonly Placed[] {
    const near = this.sorted.slice(this.from(span.start - this.longest), this.from(span.end));
    return near.filter((one) => overlap(one.span, span) > 0);
  }

  /**
   * How likely it is that `span` overlaps one of them by accident, going by those within an hour of it. What overlaps it, or the one it is
   * taken to have lost to, is no accident but the thing to be explained.
   */
  chance(span: Span, winner: Span | undefined): number {
    const window = Math.min(this.seen, 2 * HOUR);
    const expected = this.sorted
      .slice(this.from(span.start - HOUR), this.from(span.end + HOUR))
      .filter((one) => overlap(one.span, span) <= 0 && (winner === undefined || overlap(one.span, winner) <= 0))
      .reduce((sum, one) => sum + (span.end - span.start + (one.span.end - one.span.start)) / window, 0);
    return 1 - Math.exp(-expected);
  }
}
