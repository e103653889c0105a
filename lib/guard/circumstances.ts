import type { GuardExpectation } from "./expectation";
import type { Known } from "./known";
import type { RuleId } from "./rules";

/** What a request is judged by, beside itself. */
export interface Circumstances {
  readonly expectation: GuardExpectation;
  /** What the server showed in this run. */
  readonly known: Known;
  /** The rule of the refusal that stopped the run; undefined while it goes on. */
  readonly stopped?: RuleId | undefined;
  /** Readings from before this time (of `known`'s clock) are too old for a write. @default every reading of this run will do */
  readonly freshSince?: number;
  /** SHA-256, in hex, of the token that a connection is made or changed with; undefined when the run was given none. */
  readonly patSha256?: string | undefined;
}
