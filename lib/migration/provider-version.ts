import { MODULES_IN_PLACE_SINCE } from "../util/tfe-provider";

const registryModules = MODULES_IN_PLACE_SINCE.split(".").map(Number);

/**
 * Whether every version that a constraint such as `~> 0.80.0`, `>= 0.80, < 1` or `0.80.1` allows re-points registry
 * modules in place. What cannot be read as a constraint does not.
 */
export function registryModulesInPlace(constraint: string): boolean {
  const parts = constraint
    .split(",")
    .map((part) => /^\s*(=|!=|>=|>|<=|<|~>)?\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?\s*$/.exec(part));
  if (parts.includes(null)) return false;
  return parts.some((match) => {
    if (match === null || /^[!<]/.test(match[1] ?? "")) return false;
    const version = [Number(match[2]), Number(match[3] ?? 0), Number(match[4] ?? 0)];
    return compare(version, registryModules) >= 0;
  });
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}
