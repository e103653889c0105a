import type { AuthFailure, Ban, GrantRefusal, NotUnderstood, Refresh, Spot, Symptom } from "../observation";
import type { Unread } from "./unread";

/** How many observations of each sort are kept of one part of an input; the rest is counted. Bounds the memory. */
export const limits = {
  refreshes: 4_000,
  authFailures: 5_000,
  grantRefusals: 5_000,
  bans: 5_000,
  symptoms: 10_000,
  webhookSeconds: 50_000,
};

/** Something that is counted, with the first few places. */
export interface Tally {
  count: number;
  readonly first: Spot[];
}

/** A request of the input's beginning, by which the unit of its durations and the meaning of its times are told. */
export interface Sample {
  readonly at: number | null;
  readonly duration: number;
  readonly field: "duration" | "duration_s";
  /** A token request, which may take a minute; most others take no second. */
  readonly token: boolean;
}

/** What was read from one part of an input (the whole, unless a large file is shared among threads). Passes between threads. */
export interface PartResult {
  /** Where the part begins, in bytes of the unpacked input. */
  readonly from: number;
  bytes: number;
  /** Line ends. */
  lines: number;
  /** Too long lines between two line ends. */
  longLines: number;
  /** Bytes before the first line end; all, when there is none. */
  leadLine: number;
  /** Bytes behind the last line end; 0 when there is none. */
  openLine: number;
  /** Lines and records that contained a needle. */
  relevant: number;
  irrelevant: number;
  readonly refreshes: Refresh[];
  readonly authFailures: AuthFailure[];
  readonly grantRefusals: GrantRefusal[];
  readonly bans: Ban[];
  readonly symptoms: Symptom[];
  /** Webhooks by second since 1970. */
  readonly webhooks: Map<number, number>;
  webhooksWithoutTime: number;
  readonly notUnderstood: Map<NotUnderstood, Tally>;
  /** Observations that were understood but not kept, by sort. */
  readonly notKept: Record<string, number>;
  /** Damaged JSON of which enough was left. */
  salvaged: number;
  withNul: number;
  withBadBytes: number;
  readonly kinds: Set<string>;
  readonly wrappings: Set<string>;
  readonly samples: Sample[];
  /** Some lines say which machine they are of, so that one that does not may be of any. */
  namesMachines: boolean;
  /** Under which heading it ends, by what that says about the source; null where there is none in it. */
  heading: string | null;
  /** In which way it holds what was not read. */
  unread: Unread | null;
  /** Why reading ended early, in words. */
  damage: string | null;
}

export function emptyPart(from: number): PartResult {
  return {
    from,
    bytes: 0,
    lines: 0,
    longLines: 0,
    leadLine: 0,
    openLine: 0,
    relevant: 0,
    irrelevant: 0,
    refreshes: [],
    authFailures: [],
    grantRefusals: [],
    bans: [],
    symptoms: [],
    webhooks: new Map(),
    webhooksWithoutTime: 0,
    notUnderstood: new Map(),
    notKept: {},
    salvaged: 0,
    withNul: 0,
    withBadBytes: 0,
    kinds: new Set(),
    wrappings: new Set(),
    samples: [],
    namesMachines: false,
    heading: null,
    unread: null,
    damage: null,
  };
}
