import { groupBy, isGranted, isRefused, mayShareToken, type Pair } from "./pair";
import { isPlaced, type Placed, type TimedRefresh } from "./timed";

const noTime = "the log gives no time for the two, so that only their sequence speaks for a race";
const noDuration =
  "the log gives no duration for one of the two, so that only their nearness in time speaks for a race";
/** So near, in milliseconds, are refreshes that may have been simultaneous: GitLab ends a request after a minute. */
const NEAR = 60_000;

/** Pairs refreshes of one application of which only the order is known, or how near their times are. */
export function pairBySequence(refreshes: readonly TimedRefresh[], paired: ReadonlySet<TimedRefresh>): readonly Pair[] {
  return [...byOrder(refreshes, paired), ...byNearness(refreshes, paired)];
}

/**
 * Refreshes that have no time, as in the support article's sample: a refused one goes with the granted one nearest before it in the same
 * input, or else after it.
 */
function byOrder(refreshes: readonly TimedRefresh[], paired: ReadonlySet<TimedRefresh>): readonly Pair[] {
  const untimed = refreshes.filter((refresh) => !isPlaced(refresh));
  const pairs: Pair[] = [];
  for (const group of groupBy(untimed, (refresh) => `${refresh.input} ${refresh.client}`).values()) {
    const inOrder = [...group].sort((a, b) => a.spot.offset - b.spot.offset);
    for (const [index, loser] of inOrder.entries()) {
      if (!isRefused(loser) || paired.has(loser)) continue;
      const fits = (other: TimedRefresh): boolean => isGranted(other) && mayShareToken(other, loser);
      const winner = inOrder.slice(0, index).findLast(fits) ?? inOrder.slice(index + 1).find(fits);
      if (winner !== undefined) pairs.push({ winner, loser, basis: "sequence", doubts: [noTime] });
    }
  }
  return pairs;
}

/** Refreshes that have a time and no duration: whether they overlap cannot be known, how near they are can. */
function byNearness(refreshes: readonly TimedRefresh[], paired: ReadonlySet<TimedRefresh>): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const group of groupBy(refreshes.filter(isPlaced), (refresh) => refresh.client).values()) {
    const winners = group.filter(isGranted);
    // An application that refreshes all the time is always near to one that was granted.
    const spread = Math.max(...winners.map(({ span }) => span.end)) - Math.min(...winners.map(({ span }) => span.end));
    if (winners.length > 2 && spread / winners.length < 10 * NEAR) continue;
    for (const loser of group) {
      if (!isRefused(loser) || paired.has(loser)) continue;
      const apart = (other: Placed): number => Math.abs(other.span.end - loser.span.end);
      const [winner] = winners
        .filter((one) => (one.duration === null || loser.duration === null) && apart(one) <= NEAR)
        .filter((one) => mayShareToken(one, loser))
        .sort((a, b) => apart(a) - apart(b));
      if (winner !== undefined) pairs.push({ winner, loser, basis: "sequence", doubts: [noDuration] });
    }
  }
  return pairs;
}
