import type { AuthFailure, Symptom } from "../observation";
import type { InputFacts } from "../read/input-facts";
import type { Found } from "./find-races";
import type { TimedRefresh } from "./timed";
import type { Timing } from "./timing";

/** Something that was observed, and in which input. */
export type Located<T> = T & { readonly input: number };

/** Everything the rules judge by. Times are milliseconds since 1970. */
export interface Case {
  readonly inputs: readonly InputFacts[];
  readonly timings: readonly (readonly Timing[])[];
  readonly refreshes: readonly TimedRefresh[];
  readonly found: Found;
  readonly authFailures: readonly Located<AuthFailure>[];
  readonly symptoms: readonly Located<Symptom>[];
  /** Webhooks by second, in the order of time. */
  readonly webhooks: readonly { readonly second: number; readonly count: number }[];
  /** How far the clocks of TFE and GitLab may differ, in milliseconds. */
  readonly tolerance: number;
}
