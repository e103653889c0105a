import { commonDoubts, doubt, REPEAT, relationOf } from "./law";
import { groupBy, isGranted, mayHaveLost, type Pair } from "./pair";
import { isPlaced, type TimedRefresh } from "./timed";

/** What equal hashes tell. */
export interface ByHash {
  readonly pairs: readonly Pair[];
  /** Refused refreshes with a token that was used long before, each with the refresh that used it. */
  readonly stale: readonly TimedRefresh[];
  /** Refused ones with a token that was accepted later. */
  readonly early: readonly TimedRefresh[];
}

/** What a refused refresh is to a granted one of the same token; the lower, the more it tells. */
interface Finding {
  readonly rank: number;
  readonly apart: number;
  readonly pair: Pair | "stale" | "early";
}

function compare(winner: TimedRefresh, loser: TimedRefresh, tolerance: number): Finding {
  const pair = (doubts: readonly string[]): Pair => ({
    winner,
    loser,
    basis: "hash",
    doubts: [...doubts, ...commonDoubts(winner, loser, () => true)],
  });
  if (!isPlaced(winner) || !isPlaced(loser)) return { rank: 3, apart: 0, pair: pair([doubt.noTimeOfHash]) };
  const { relation, gap, doubts } = relationOf(winner, loser, tolerance);
  const apart = Math.abs(winner.span.end - loser.span.end);
  const isLong = winner.duration === null || loser.duration === null;
  if (relation === "together") return { rank: 0, apart, pair: pair([]) };
  if (isLong && apart <= REPEAT) return { rank: 1, apart, pair: pair([doubt.noDuration]) };
  if (relation === "maybe") return { rank: 1, apart, pair: pair(doubts) };
  if (relation === "before") return { rank: 4, apart, pair: "early" };
  return gap <= REPEAT
    ? { rank: 2, apart, pair: pair([doubt.repeated, ...doubts]) }
    : { rank: 5, apart, pair: "stale" };
}

/** Whether two applications sent one token, which GitLab refuses to the one that it was not issued to (RFC 6749, 5.2: `invalid_grant`). */
const isForeign = (a: TimedRefresh, b: TimedRefresh): boolean =>
  a.client !== "" && b.client !== "" && a.client !== b.client;

/** Pairs refreshes of one token by GitLab's hash of it. That two requests had one token does not make them simultaneous: their times do. */
export function pairByHash(refreshes: readonly TimedRefresh[], tolerance: number): ByHash {
  const pairs: Pair[] = [];
  const stale: TimedRefresh[] = [];
  const early: TimedRefresh[] = [];
  const withHash = refreshes.filter((refresh) => refresh.hash !== null);
  for (const group of groupBy(withHash, (refresh) => refresh.hash ?? "").values()) {
    const winners = group.filter(isGranted);
    for (const loser of group.filter(mayHaveLost)) {
      let best: Finding | undefined;
      for (const winner of winners) {
        if (isForeign(winner, loser)) continue;
        const found = compare(winner, loser, tolerance);
        const isBetter =
          best === undefined || found.rank < best.rank || (found.rank === best.rank && found.apart < best.apart);
        if (isBetter) best = found;
      }
      if (best === undefined) continue;
      if (best.pair === "stale") stale.push(loser);
      else if (best.pair === "early") early.push(loser);
      else pairs.push(best.pair);
    }
  }
  return { pairs, stale, early };
}

/**
 * Refresh tokens that were used twice with success, as Doorkeeper allows in its other mode until one of the new tokens is used; each list
 * holds the refreshes of one token.
 */
export function grantedTwice(refreshes: readonly TimedRefresh[]): readonly (readonly TimedRefresh[])[] {
  const granted = refreshes.filter((refresh) => refresh.hash !== null && isGranted(refresh));
  return [...groupBy(granted, (refresh) => refresh.hash ?? "").values()].filter((group) => group.length > 1);
}
