import { groupBy, isGranted, isRefused, type Pair } from "./pair";
import { grantedTwice, LONGEST_RACE, pairByHash } from "./pair-by-hash";
import { byChance, pairByOverlap } from "./pair-by-overlap";
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

/** What the refreshes of all inputs tell. */
export interface Found {
  readonly races: readonly FoundRace[];
  readonly stale: readonly TimedRefresh[];
  /** Refused ones that belong to no race, nor to what followed one. */
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

const isStrong = ({ basis, doubts }: Pair): boolean =>
  basis === "overlap" && doubts.length <= 1 && !doubts.includes(byChance);

const rank = (pair: Pair): number => ["hash", "overlap", "sequence"].indexOf(pair.basis) * 10 + pair.doubts.length;

/** The refused ones after a race, of the same application, until it is granted one again or a token's life has passed. */
function laterRefusals(race: Omit<FoundRace, "later">, ofClient: OfClient, taken: ReadonlySet<TimedRefresh>) {
  const { span } = race;
  const later: TimedRefresh[] = [];
  if (span === undefined) return later;
  for (let index = ofClient.from(span.start); ; index += 1) {
    const one = ofClient.placed[index];
    if (one === undefined || one.span.start > span.end + LONGEST_RACE) return later;
    if (isGranted(one) && one.span.start > span.end) return later;
    if (isRefused(one) && one.span.end >= span.start && !taken.has(one)) later.push(one);
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
export function findRaces(refreshes: readonly TimedRefresh[], tolerance: number): Found {
  const byHash = pairByHash(refreshes, tolerance);
  const settled = new Set([...byHash.pairs.map((pair) => pair.loser), ...byHash.stale]);
  const byOverlap = pairByOverlap(refreshes, settled);
  for (const { loser } of byOverlap) settled.add(loser);
  const bySequence = pairBySequence(refreshes, settled);
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
  return {
    races,
    stale: byHash.stale,
    unexplained: refreshes.filter((refresh) => isRefused(refresh) && !settled.has(refresh)),
  };
}

function grantedTwiceRace(winner: TimedRefresh, losers: readonly TimedRefresh[]): Omit<FoundRace, "later"> {
  return {
    basis: "granted-twice",
    certainty: "likely",
    strength: "exact",
    doubts: ["no refresh was refused: whether one made the other's tokens invalid is not in this log"],
    winner,
    losers,
    span: spanOf([winner, ...losers]),
  };
}
