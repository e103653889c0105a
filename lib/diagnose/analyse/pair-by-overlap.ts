import { groupBy, isGranted, isRefused, type Pair, sameClock } from "./pair";
import { isPlaced, type Placed, type Span, type TimedRefresh } from "./timed";

/** How far two spans overlap, in milliseconds; not at all when negative or 0. */
function overlap(a: Span, b: Span): number {
  return Math.min(a.end, b.end) - Math.max(a.start, b.start);
}

/** Two clocks agree well enough when the overlap is at least this long, in milliseconds. */
const SURE_ACROSS_CLOCKS = 5000;
/** From this chance on that a refusal meets a success of the same application by accident, an overlap is weak evidence. */
const LIKELY_BY_CHANCE = 0.2;
const HOUR = 3600_000;

/** Whether both refreshes may be of one token, as far as hashes tell. */
const mayShareToken = (a: TimedRefresh, b: TimedRefresh): boolean =>
  a.hash === null || b.hash === null || a.hash === b.hash;

/** The granted refreshes of one application, to be searched by time. */
class Winners {
  private readonly sorted: readonly Placed[];
  private readonly longest: number;

  constructor(refreshes: readonly TimedRefresh[]) {
    this.sorted = refreshes.filter(isPlaced).sort((a, b) => a.span.start - b.span.start);
    this.longest = this.sorted.reduce((most, { span }) => Math.max(most, span.end - span.start), 0);
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

  /** How many others would overlap `span` by chance, going by how often the application refreshes within an hour of it. */
  expected(winner: Placed, span: Span): number {
    const others = this.sorted.slice(this.from(span.start - HOUR), this.from(span.end + HOUR)).filter((one) => {
      return one !== winner && overlap(one.span, span) <= 0 && overlap(one.span, winner.span) <= 0;
    });
    const window = span.end - span.start + (winner.span.end - winner.span.start);
    return (others.length * window) / (2 * HOUR);
  }
}

function doubts(winner: Placed, loser: Placed, chance: number): string[] {
  const found: string[] = [];
  if (loser.client === "") found.push("the log does not name the application, so the two may be of different ones");
  const always = winner.possibleSpans.every((a) => loser.possibleSpans.every((b) => overlap(a, b) > 0));
  if (!always)
    found.push("unit or meaning of the times had to be assumed (see inputs), and decides whether the two overlap");
  if (!sameClock(winner, loser) && overlap(winner.span, loser.span) < SURE_ACROSS_CLOCKS) {
    found.push("the two were logged by different machines, whose clocks may differ by more than the overlap");
  }
  if (chance >= LIKELY_BY_CHANCE) {
    found.push("the application refreshes so often that an overlap may be chance");
  }
  return found;
}

/** Pairs a refused refresh with a granted one of the same application that was in progress at the same time. */
export function pairByOverlap(refreshes: readonly TimedRefresh[], paired: ReadonlySet<TimedRefresh>): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const group of groupBy(refreshes, (refresh) => refresh.client).values()) {
    const winners = new Winners(group.filter(isGranted));
    for (const loser of group) {
      if (!isPlaced(loser) || !isRefused(loser) || paired.has(loser)) continue;
      const { span } = loser;
      const candidates = winners.overlapping(span).filter((winner) => mayShareToken(winner, loser));
      const [winner] = [...candidates].sort((a, b) => overlap(b.span, span) - overlap(a.span, span));
      if (winner === undefined) continue;
      const why = doubts(winner, loser, winners.expected(winner, span));
      pairs.push({ winner, loser, basis: "overlap", doubts: why });
    }
  }
  return pairs;
}
