import { matchesPath } from "./log";
import type { Reply } from "./reply";

/** What goes wrong with a request. */
export type Fault =
  /** Answers this status and does nothing; with `Retry-After` where it is to say when to come back, in seconds. */
  | { readonly status: number; readonly retryAfter?: number }
  /** Answers exactly this and does nothing: any body, of a page, a proxy, or a server's own form of a refusal. */
  | { readonly answer: Reply }
  /** Answers as ever, later; does nothing when the connection ends before. */
  | { readonly delayMs: number }
  /** Ends the connection; the request did nothing. */
  | { readonly drop: true }
  /** Does what was asked, then ends the connection in the middle of the answer. */
  | { readonly truncate: true }
  /** Does what was asked, then ends the connection before the answer begins. */
  | { readonly lose: true }
  /** Answers a write as a reading of the same path, with the same status, and does nothing. */
  | { readonly ignore: true }
  /** Answers 429 and asks for this many seconds of patience. */
  | { readonly rateLimit: number };

export interface FaultRule {
  /** @default both */
  readonly server?: "tfe" | "gitlab";
  /** @default every method */
  readonly method?: string;
  /** A text as a part of the path, or a regular expression. @default every path */
  readonly path?: string | RegExp;
  /** After this many matching requests. @default 0 */
  readonly after?: number;
  /** For this many requests. @default all */
  readonly times?: number;
  readonly fault: Fault;
}

/** Faults that a test or a control request scripts. */
export class Faults {
  private entries: { readonly rule: FaultRule; seen: number }[] = [];

  add(rule: FaultRule): void {
    this.entries.push({ rule, seen: 0 });
  }

  clear(): void {
    this.entries = [];
  }

  get rules(): readonly FaultRule[] {
    return this.entries.map(({ rule }) => rule);
  }

  /** The fault for a request, if any; the first rule that applies decides. */
  take(server: "tfe" | "gitlab", method: string, path: string): Fault | undefined {
    for (const entry of this.entries) {
      const { rule } = entry;
      if (rule.server !== undefined && rule.server !== server) continue;
      if (rule.method !== undefined && rule.method.toUpperCase() !== method) continue;
      if (rule.path !== undefined && !matchesPath(path, rule.path)) continue;
      entry.seen += 1;
      const from = rule.after ?? 0;
      if (entry.seen > from && entry.seen <= from + (rule.times ?? Number.POSITIVE_INFINITY)) return rule.fault;
    }
    return undefined;
  }
}
