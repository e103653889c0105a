import { distance } from "fastest-levenshtein";

/** The known word that is closest to one that was mistyped; undefined when none is close. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((candidate) => ({ candidate, slips: slips(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.slips - b.slips);
  return best !== undefined && best.slips <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : undefined;
}

/** Letters to add, drop or change. Two letters in each other's place are one slip, not two changes. */
function slips(a: string, b: string): number {
  const edits = distance(a, b);
  return edits === 2 && letters(a) === letters(b) ? 1 : edits;
}

const letters = (word: string): string => [...word].sort().join("");
