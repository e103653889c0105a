import { groupBy, isGranted, isRefused, type Pair, sameClock } from "./pair";
import type { TimedRefresh } from "./timed";

/**
 * Later than this, in milliseconds, a used refresh token is no longer presented in a race but out of an old memory (a restored backup, a
 * lost answer): the access token that came with it has lived its 7200 s.
 */
export const LONGEST_RACE = 7200_000;

/** How a refused refresh stands to a granted one of the same refresh token. */
type Relation = "race" | "stale" | "unrelated";

/** How long before its answer a request may have begun whose duration is not known, in milliseconds: GitLab ends it after a minute. */
const LONGEST_REQUEST = 60_000;

function relation(winner: TimedRefresh, loser: TimedRefresh, tolerance: number): Relation {
  if (winner.span === undefined || loser.span === undefined) return "race";
  const oneClock = sameClock(winner, loser);
  const slack = (oneClock ? 0 : tolerance) + (winner.duration === null ? LONGEST_REQUEST : 0);
  // A token is refused once it is used, so a refusal that came before its use has another cause, such as a wrong client secret. That one is
  // answered with 401; with 400 and another clock, it is the clock that is wrong.
  const before = loser.span.end + slack < winner.span.start;
  if (before && (oneClock || loser.status !== 400)) return "unrelated";
  return loser.span.start - winner.span.end > LONGEST_RACE ? "stale" : "race";
}

const distance = (a: TimedRefresh, b: TimedRefresh): number =>
  a.span === undefined || b.span === undefined ? 0 : Math.abs(a.span.end - b.span.end);

/** What equal hashes tell. */
export interface ByHash {
  readonly pairs: readonly Pair[];
  /** Refused refreshes with a token that was used hours before. */
  readonly stale: readonly TimedRefresh[];
}

/** Pairs refreshes of one token by GitLab's hash of it: exact, whatever their times. */
export function pairByHash(refreshes: readonly TimedRefresh[], tolerance: number): ByHash {
  const pairs: Pair[] = [];
  const stale: TimedRefresh[] = [];
  const withHash = refreshes.filter((refresh) => refresh.hash !== null);
  for (const group of groupBy(withHash, (refresh) => refresh.hash ?? "").values()) {
    const winners = group.filter(isGranted);
    for (const loser of group.filter(isRefused)) {
      const related = winners.filter((winner) => relation(winner, loser, tolerance) === "race");
      const [winner] = related.sort((a, b) => distance(a, loser) - distance(b, loser));
      if (winner !== undefined) pairs.push({ winner, loser, basis: "hash", doubts: [] });
      else if (winners.some((one) => relation(one, loser, tolerance) === "stale")) stale.push(loser);
    }
  }
  return { pairs, stale };
}

/**
 * Refresh tokens that were used twice with success, as Doorkeeper allows in its other mode until one of the new tokens is used; each list
 * holds the refreshes of one token.
 */
export function grantedTwice(refreshes: readonly TimedRefresh[]): readonly (readonly TimedRefresh[])[] {
  const granted = refreshes.filter((refresh) => refresh.hash !== null && isGranted(refresh));
  return [...groupBy(granted, (refresh) => refresh.hash ?? "").values()].filter((group) => group.length > 1);
}
