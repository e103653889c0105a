import { AFTERMATH, doubt, grantOf } from "./law";
import { type Known, oneGrant } from "./one-grant";
import { groupBy, isGranted, isInvalidClient, isRefused, mayHaveLost, type Pair } from "./pair";
import { grantedTwice, pairByHash } from "./pair-by-hash";
import { pairByOverlap } from "./pair-by-overlap";
import { pairBySequence } from "./pair-by-sequence";
import { isPlaced, type Placed, type Span, type TimedRefresh } from "./timed";
import { firstFrom } from "./winners";

/** Simultaneous refreshes of one token. */
export interface FoundRace {
  readonly basis: "hash" | "overlap" | "sequence" | "granted-twice";
  readonly certainty: "proven" | "likely";
  readonly strength: "exact" | "strong" | "weak";
  readonly doubts: readonly string[];
  readonly winner: TimedRefresh;
  /** The refused ones; for `granted-twice`, those granted after the first. */
  readonly losers: readonly TimedRefresh[];
  /** From the first request to the last answer. */
  readonly span: Span | undefined;
  /** Refused ones of the application after it, up to its next granted one. */
  readonly later: readonly TimedRefresh[];
}

/** What the refreshes of all inputs tell. Each refused one is in a race, or in one of the lists. */
export interface Found {
  readonly races: readonly FoundRace[];
  /** With a token that had been used long before. */
  readonly stale: readonly TimedRefresh[];
  /** With a token that was accepted later. */
  readonly early: readonly TimedRefresh[];
  /** Without a refresh token. */
  readonly withoutToken: readonly TimedRefresh[];
  /** For the application's id or secret. */
  readonly invalidClient: readonly TimedRefresh[];
  /** After one of the application that got no answer, which may have used the token. */
  readonly afterFailure: readonly TimedRefresh[];
  readonly unexplained: readonly TimedRefresh[];
}

function spanOf(members: readonly TimedRefresh[]): Span | undefined {
  const spans = members.filter(isPlaced).map((member) => member.span);
  if (spans.length === 0) return undefined;
  return { start: Math.min(...spans.map((one) => one.start)), end: Math.max(...spans.map((one) => one.end)) };
}

/** A race is as certain as its most certain pair: one is enough to prove it. */
function fromPairs(pairs: readonly Pair[]): Omit<FoundRace, "later"> | undefined {
  const [best] = [...pairs].sort((a, b) => rank(a) - rank(b));
  if (best === undefined) return undefined;
  const losers = pairs.map((pair) => pair.loser);
  const certain = best.doubts.length === 0;
  return {
    basis: best.basis,
    certainty: certain ? "proven" : "likely",
    strength: best.basis === "hash" ? "exact" : isStrong(best) ? "strong" : "weak",
    doubts: best.doubts,
    winner: best.winner,
    losers,
    span: spanOf([best.winner, ...losers]),
  };
}

/** An overlap that nothing but the two's grant, or one more doubt, leaves open. */
const isStrong = ({ basis, doubts }: Pair): boolean =>
  basis === "overlap" && doubts.filter((one) => one !== doubt.grant).length <= 1 && !doubts.includes(doubt.often);

const rank = (pair: Pair): number => ["hash", "overlap", "sequence"].indexOf(pair.basis) * 10 + pair.doubts.length;

/** The refused ones after a race, of the same application, until it is granted one again or a token's life has passed. */
function laterRefusals(race: Omit<FoundRace, "later">, ofClient: OfClient, taken: ReadonlySet<TimedRefresh>) {
  const { span } = race;
  const later: TimedRefresh[] = [];
  if (span === undefined) return later;
  for (let index = ofClient.from(span.start); ; index += 1) {
    const one = ofClient.placed[index];
    if (one === undefined || one.span.start > span.end + AFTERMATH) return later;
    if (isGranted(one) && one.span.start > span.end) return later;
    if (mayHaveLost(one) && one.span.end >= span.start && !taken.has(one) && grantOf(race.winner, one) !== "other")
      later.push(one);
  }
}

/** An application's refreshes in the order of time. */
class OfClient {
  readonly placed: readonly Placed[];
  private readonly longest: number;

  constructor(refreshes: readonly TimedRefresh[]) {
    this.placed = refreshes.filter(isPlaced);
    this.longest = this.placed.reduce((most, { span }) => Math.max(most, span.end - span.start), 0);
  }

  /** The index of the first that may last until `time`. */
  from(time: number): number {
    return firstFrom(this.placed, time - this.longest);
  }
}

/** Finds the races, by hash where GitLab logs it, by overlapping times, and by sequence where there are no times. */
export function findRaces(refreshes: readonly TimedRefresh[], known: Known, tolerance: number): Found {
  const isOneGrant = oneGrant(refreshes, known, tolerance);
  const byHash = pairByHash(refreshes, tolerance);
  const settled = new Set([...byHash.pairs.map((pair) => pair.loser), ...byHash.early]);
  const byOverlap = pairByOverlap(refreshes, new Set([...settled, ...byHash.stale]), isOneGrant, tolerance);
  for (const { loser } of byOverlap) settled.add(loser);
  const bySequence = pairBySequence(refreshes, new Set([...settled, ...byHash.stale]), isOneGrant);
  for (const { loser } of bySequence) settled.add(loser);

  const pairs = [...byHash.pairs, ...byOverlap, ...bySequence];
  const ids = new Map(refreshes.map((refresh, index) => [refresh, String(index)]));
  const grouped = [...groupBy(pairs, (pair) => ids.get(pair.winner) ?? "").values()].flatMap(
    (group) => fromPairs(group) ?? [],
  );
  const winners = new Set(grouped.map((race) => race.winner));
  const twice = grantedTwice(refreshes)
    .filter((group) => !group.some((one) => winners.has(one)))
    .flatMap(([winner, ...losers]) => (winner === undefined ? [] : [grantedTwiceRace(winner, losers)]));

  const byClient = new Map(
    [...groupBy(refreshes, (refresh) => refresh.client)].map(([client, group]) => [client, new OfClient(group)]),
  );
  const races = [...grouped, ...twice]
    .sort((a, b) => (a.span?.start ?? Number.POSITIVE_INFINITY) - (b.span?.start ?? Number.POSITIVE_INFINITY) || 0)
    .map((race) => {
      const ofClient = race.winner.client === "" ? undefined : byClient.get(race.winner.client);
      const later = ofClient === undefined ? [] : laterRefusals(race, ofClient, settled);
      for (const one of later) settled.add(one);
      return { ...race, later };
    });
  const open = refreshes.filter((one) => isRefused(one) && !settled.has(one));
  const stale = new Set(byHash.stale);
  const failed = afterFailure(refreshes);
  const kinds = groupBy(open, (one) => {
    if (isInvalidClient(one)) return "invalidClient";
    if (!one.carriedToken) return "withoutToken";
    if (stale.has(one)) return "stale";
    return failed.has(one) ? "afterFailure" : "unexplained";
  });
  const of = (kind: string): readonly TimedRefresh[] => kinds.get(kind) ?? [];
  return {
    races,
    stale: of("stale"),
    early: byHash.early,
    withoutToken: of("withoutToken"),
    invalidClient: of("invalidClient"),
    afterFailure: of("afterFailure"),
    unexplained: of("unexplained"),
  };
}

/** Refused refreshes of a named application whose last one before had no answer of GitLab's (5xx): the token may have been used all the same. */
function afterFailure(refreshes: readonly TimedRefresh[]): ReadonlySet<TimedRefresh> {
  const found = new Set<TimedRefresh>();
  for (const [client, group] of groupBy(refreshes.filter(isPlaced), (one) => one.client)) {
    if (client === "") continue;
    let failed: Placed | undefined;
    for (const one of [...group].sort((a, b) => a.span.end - b.span.end)) {
      if (one.status >= 500) failed = one;
      else if (isGranted(one)) failed = undefined;
      else if (
        failed !== undefined &&
        mayHaveLost(one) &&
        one.span.end - failed.span.end <= AFTERMATH &&
        grantOf(failed, one) !== "other"
      )
        found.add(one);
    }
  }
  return found;
}

function grantedTwiceRace(winner: TimedRefresh, losers: readonly TimedRefresh[]): Omit<FoundRace, "later"> {
  return {
    basis: "granted-twice",
    certainty: "likely",
    strength: "exact",
    doubts: ["no refresh was refused: this log does not show whether one made the other's tokens invalid"],
    winner,
    losers,
    span: spanOf([winner, ...losers]),
  };
}
