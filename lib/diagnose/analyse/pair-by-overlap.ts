import { unlikelyByChance, unlikelyCrowd } from "./chance";
import { commonDoubts, doubt, grantOf, type IsOneGrant, relationOf } from "./law";
import { groupBy, mayHaveLost, mayShareToken, type Pair } from "./pair";
import { isPlaced, type Placed, type TimedRefresh } from "./timed";
import { overlap, Winners } from "./winners";

/** From this chance on that a refusal meets a success of the same application by accident, an overlap is weak evidence. */
const LIKELY_BY_CHANCE = 0.2;
/** From this chance on it is none. */
const SURE_BY_CHANCE = 0.8;

function doubts(
  winner: Placed,
  loser: Placed,
  chance: number,
  isOneGrant: IsOneGrant,
  tolerance: number,
): readonly string[] {
  const found = [...commonDoubts(winner, loser, isOneGrant), ...relationOf(winner, loser, tolerance).doubts];
  if (chance >= LIKELY_BY_CHANCE) found.push(doubt.often);
  return found;
}

/**
 * Pairs a refused refresh with a granted one of the same application that was in progress at the same time. Where so many of an
 * application's refusals overlap as chance alone would have it, none of them is paired, but for a crowd around one success.
 */
export function pairByOverlap(
  refreshes: readonly TimedRefresh[],
  paired: ReadonlySet<TimedRefresh>,
  isOneGrant: IsOneGrant,
  tolerance: number,
): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const group of groupBy(refreshes, (refresh) => refresh.client).values()) {
    const winners = new Winners(group.filter(isPlaced));
    const met: { winner: Placed; loser: Placed; chance: number }[] = [];
    const chances: number[] = [];
    for (const loser of group) {
      if (!isPlaced(loser) || !mayHaveLost(loser) || paired.has(loser)) continue;
      const { span } = loser;
      let winner: Placed | undefined;
      for (const one of winners.overlapping(span)) {
        if (!mayShareToken(one, loser) || grantOf(one, loser) === "other") continue;
        if (winner === undefined || overlap(one.span, span) > overlap(winner.span, span)) winner = one;
      }
      const chance = winners.chance(span, winner?.span);
      chances.push(chance);
      if (winner !== undefined) met.push({ winner, loser, chance });
    }
    const evidence = unlikelyByChance(chances, met.length);
    const crowds = countBy(met.map(({ winner }) => winner));
    for (const { winner, loser, chance } of met) {
      const crowded = unlikelyCrowd(crowds.get(winner) ?? 0, winners.expectedAt(winner, chances.length), winners.count);
      if ((evidence === "none" || chance >= SURE_BY_CHANCE) && !crowded) continue;
      const why = doubts(winner, loser, evidence === "some" && !crowded ? 1 : chance, isOneGrant, tolerance);
      pairs.push({ winner, loser, basis: "overlap", doubts: why });
    }
  }
  return pairs;
}

function countBy<T>(items: readonly T[]): ReadonlyMap<T, number> {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}
