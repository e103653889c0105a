import { commonDoubts, doubt, grantOf, type IsOneGrant } from "./law";
import { groupBy, isGranted, mayHaveLost, mayShareToken, type Pair } from "./pair";
import { isPlaced, type Placed, type TimedRefresh } from "./timed";

/** So near, in milliseconds, are refreshes that may have been simultaneous: GitLab ends a request after a minute. */
const NEAR = 60_000;

const mayBeOne = (a: TimedRefresh, b: TimedRefresh): boolean => mayShareToken(a, b) && grantOf(a, b) !== "other";

/** Pairs refreshes of one application of which only the order is known, or how near their times are. */
export function pairBySequence(
  refreshes: readonly TimedRefresh[],
  paired: ReadonlySet<TimedRefresh>,
  isOneGrant: IsOneGrant,
): readonly Pair[] {
  const pairOf = (winner: TimedRefresh, loser: TimedRefresh, why: string): Pair => {
    return { winner, loser, basis: "sequence", doubts: [why, ...commonDoubts(winner, loser, isOneGrant)] };
  };
  return [...byOrder(refreshes, paired, pairOf), ...byNearness(refreshes, paired, pairOf)];
}

type PairOf = (winner: TimedRefresh, loser: TimedRefresh, why: string) => Pair;

/**
 * Refreshes that have no time, as in the support article's sample: a refused one goes with the granted one nearest before it in the same
 * input, or else after it.
 */
function byOrder(
  refreshes: readonly TimedRefresh[],
  paired: ReadonlySet<TimedRefresh>,
  pairOf: PairOf,
): readonly Pair[] {
  const untimed = refreshes.filter((refresh) => !isPlaced(refresh));
  const pairs: Pair[] = [];
  for (const group of groupBy(untimed, (refresh) => `${refresh.input} ${refresh.client}`).values()) {
    const inOrder = [...group].sort((a, b) => a.spot.offset - b.spot.offset);
    for (const [index, loser] of inOrder.entries()) {
      if (!mayHaveLost(loser) || paired.has(loser)) continue;
      const fits = (other: TimedRefresh): boolean => isGranted(other) && mayBeOne(other, loser);
      const winner = inOrder.slice(0, index).findLast(fits) ?? inOrder.slice(index + 1).find(fits);
      if (winner !== undefined) pairs.push(pairOf(winner, loser, doubt.noTime));
    }
  }
  return pairs;
}

/** Refreshes that have a time and no duration: whether they overlap cannot be known, how near they are can. */
function byNearness(
  refreshes: readonly TimedRefresh[],
  paired: ReadonlySet<TimedRefresh>,
  pairOf: PairOf,
): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const group of groupBy(refreshes.filter(isPlaced), (refresh) => refresh.client).values()) {
    const winners = group.filter(isGranted);
    // An application that refreshes all the time is always near to one that was granted.
    const ends = winners.map(({ span }) => span.end);
    const spread =
      ends.reduce((a, b) => Math.max(a, b), 0) - ends.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    if (winners.length > 2 && spread / winners.length < 10 * NEAR) continue;
    for (const loser of group) {
      if (!mayHaveLost(loser) || paired.has(loser)) continue;
      const apart = (other: Placed): number => Math.abs(other.span.end - loser.span.end);
      let winner: Placed | undefined;
      for (const one of winners) {
        if ((one.duration !== null && loser.duration !== null) || apart(one) > NEAR || !mayBeOne(one, loser)) continue;
        if (winner === undefined || apart(one) < apart(winner)) winner = one;
      }
      if (winner !== undefined) pairs.push(pairOf(winner, loser, doubt.noDuration));
    }
  }
  return pairs;
}
