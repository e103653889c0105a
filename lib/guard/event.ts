import type { ResourceKind } from "../kinds";

/** What a write is about. */
interface Subject {
  readonly kind: ResourceKind | "connection" | "connection-project";
  /** The API's id; null for what has none yet. */
  readonly id: string | null;
  readonly name: string;
}

/** What happened at the guard: plain JSON, without a secret. */
export type GuardEvent =
  /** The server has done it; `already done`: it was as it shall be before anything was sent. */
  | ({
      readonly type: "written";
      readonly what: "re-pointed" | "linked again" | "made" | "changed" | "attached" | "already done";
    } & Subject)
  | {
      readonly type: "refused";
      readonly rule: string;
      readonly message: string;
      readonly method: string;
      readonly path: string;
    }
  /** Not changed, since it is no longer what was reviewed. */
  | ({ readonly type: "left"; readonly reason: string } & Subject)
  | { readonly type: "read-ahead-off"; readonly reason: string }
  /** Retries and waits. */
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "paused" }
  | { readonly type: "resumed" };
