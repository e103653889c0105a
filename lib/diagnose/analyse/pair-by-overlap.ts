import { unlikelyByChance, unlikelyCrowd } from "./chance";
import { groupBy, isRefused, mayShareToken, type Pair, sameClock } from "./pair";
import { isPlaced, type Placed, type TimedRefresh } from "./timed";
import { overlap, Winners } from "./winners";

/** Two clocks agree well enough when the overlap is at least this long, in milliseconds. */
const SURE_ACROSS_CLOCKS = 5000;
/** From this chance on that a refusal meets a success of the same application by accident, an overlap is weak evidence. */
const LIKELY_BY_CHANCE = 0.2;
/** From this chance on it is none. */
const SURE_BY_CHANCE = 0.8;

/** The doubt that makes an overlap weak evidence. */
export const byChance = "the application refreshes so often that an overlap may be chance";

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
    found.push(byChance);
  }
  return found;
}

/**
 * Pairs a refused refresh with a granted one of the same application that was in progress at the same time. Where so many of an
 * application's refusals overlap as chance alone would have it, none of them is paired, but for a crowd around one success.
 */
export function pairByOverlap(refreshes: readonly TimedRefresh[], paired: ReadonlySet<TimedRefresh>): readonly Pair[] {
  const pairs: Pair[] = [];
  for (const group of groupBy(refreshes, (refresh) => refresh.client).values()) {
    const winners = new Winners(group.filter(isPlaced));
    const met: { winner: Placed; loser: Placed; chance: number }[] = [];
    const chances: number[] = [];
    for (const loser of group) {
      if (!isPlaced(loser) || !isRefused(loser) || paired.has(loser)) continue;
      const { span } = loser;
      const near = winners.overlapping(span);
      const [winner] = near
        .filter((one) => mayShareToken(one, loser))
        .sort((a, b) => overlap(b.span, span) - overlap(a.span, span));
      const chance = winners.chance(span, winner?.span);
      chances.push(chance);
      if (winner !== undefined) met.push({ winner, loser, chance });
    }
    const evidence = unlikelyByChance(chances, met.length);
    const crowds = countBy(met.map(({ winner }) => winner));
    for (const { winner, loser, chance } of met) {
      const crowded = unlikelyCrowd(crowds.get(winner) ?? 0, winners.expectedAt(winner, chances.length), winners.count);
      if ((evidence === "none" || chance >= SURE_BY_CHANCE) && !crowded) continue;
      const why = doubts(winner, loser, evidence === "some" && !crowded ? 1 : chance);
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
