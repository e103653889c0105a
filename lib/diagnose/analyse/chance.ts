/** The least number of refusals of which a share tells anything. */
const ENOUGH = 5;

/**
 * What it tells that `met` of an application's refusals overlap with a success, when each does so by accident with its chance: nothing, when
 * accidents explain so many.
 */
export function unlikelyByChance(chances: readonly number[], met: number): "none" | "some" | "strong" {
  const tail = atLeast(chances, met);
  if (tail < 0.01) return "strong";
  return tail >= 0.05 && chances.length >= ENOUGH ? "none" : "some";
}

/**
 * Whether chance does not bring `met` refusals together at one success of `successes`, where it brings `expected` to each of them.
 */
export function unlikelyCrowd(met: number, expected: number, successes: number): boolean {
  let term = Math.exp(-expected);
  let fewer = 0;
  for (let index = 0; index < met; index += 1) {
    fewer += term;
    term *= expected / (index + 1);
  }
  return met > 1 && (1 - fewer) * successes < 0.01;
}

/** How likely it is that at least `count` of independent events come true, by the normal approximation where they are many. */
function atLeast(chances: readonly number[], count: number): number {
  if (count === 0) return 1;
  const mean = chances.reduce((sum, one) => sum + one, 0);
  if (chances.length > 400) {
    const deviation = Math.sqrt(chances.reduce((sum, one) => sum + one * (1 - one), 0));
    return count - 0.5 > mean + 2.33 * deviation ? 0 : count - 0.5 > mean + 1.65 * deviation ? 0.02 : 0.5;
  }
  // How likely exactly so many came true of those looked at so far; the last entry holds `count` and more.
  const exactly = [1, ...Array.from({ length: count }, () => 0)];
  for (const chance of chances) {
    exactly[count] = (exactly[count] ?? 0) + (exactly[count - 1] ?? 0) * chance;
    for (let index = count - 1; index >= 0; index -= 1) {
      exactly[index] = (exactly[index] ?? 0) * (1 - chance) + (index > 0 ? (exactly[index - 1] ?? 0) * chance : 0);
    }
  }
  return exactly[count] ?? 0;
}
