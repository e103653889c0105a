import type { PreflightFacts } from "../facts";
import type { Said } from "../finding";

/** One question of a preflight: facts in, findings out. Pure. */
export interface Check {
  /** Stable: scripts go by it. */
  readonly name: string;
  readonly check: (facts: PreflightFacts) => readonly Said[];
}
