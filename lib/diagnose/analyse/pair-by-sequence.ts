import { groupBy, isGranted, isRefused, type Pair } from "./pair";
import { isPlaced, type TimedRefresh } from "./timed";

const doubt = "the log gives no time for the two, so that only their sequence speaks for a race";

/**
 * Pairs refreshes of one application that have no time, as in the support article's sample: a refused one goes with the granted one
 * nearest before it in the same input, or else after it.
 */
export function pairBySequence(refreshes: readonly TimedRefresh[], paired: ReadonlySet<TimedRefresh>): readonly Pair[] {
  const untimed = refreshes.filter((refresh) => !isPlaced(refresh));
  const pairs: Pair[] = [];
  for (const group of groupBy(untimed, (refresh) => `${refresh.input} ${refresh.client}`).values()) {
    const inOrder = [...group].sort((a, b) => a.spot.offset - b.spot.offset);
    for (const [index, loser] of inOrder.entries()) {
      if (!isRefused(loser) || paired.has(loser)) continue;
      const fits = (other: TimedRefresh): boolean =>
        isGranted(other) && (other.hash === null || loser.hash === null || other.hash === loser.hash);
      const winner = inOrder.slice(0, index).findLast(fits) ?? inOrder.slice(index + 1).find(fits);
      if (winner !== undefined) pairs.push({ winner, loser, basis: "sequence", doubts: [doubt] });
    }
  }
  return pairs;
}
