import type { ResourceKind } from "../kinds";
import { printable } from "../util/plain-text";
import { masked } from "../util/secret";
import { type RuleId, rules } from "./rules";

/** A request as it came, before anything of it is understood. */
export interface GuardRequest {
  /** As it came: methods are told apart by case (RFC 9110, 9.1). */
  readonly method: string;
  /** What follows the API's root, as it came and not decoded, such as `workspaces/ws-1?include=effective_tag_bindings`. */
  readonly target: string;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Empty for none. */
  readonly body: Uint8Array;
}

/** What a write is about. */
export interface Subject {
  readonly kind: ResourceKind | "connection" | "connection-project";
  /** The object's id; null for a connection that is being made. */
  readonly id: string | null;
  readonly name: string;
}

/** What is done with one request. */
export type Ruling =
  /** A read: passed on as it came. */
  | { readonly type: "forward" }
  /** From memory, and nothing is sent. `subject` is there when it answers a write whose object is as it shall be already. */
  | { readonly type: "answer"; readonly status: number; readonly body: unknown; readonly subject?: Subject }
  /** The write that passes, with the request's method and path: `body` is all that is sent. */
  | { readonly type: "send"; readonly body: unknown; readonly subject: Subject; readonly what: Written }
  /**
   * The object has to be read (GET `path`, below the API's root) and learned before this can be decided. `tags`: a reading without
   * its tags will not do.
   */
  | {
      readonly type: "read-first";
      readonly kind: Subject["kind"];
      readonly id: string;
      readonly path: string;
      readonly tags: boolean;
    }
  /** It is no longer what was reviewed: it is left for the next plan, and the run goes on. */
  | { readonly type: "leave"; readonly subject: Subject; readonly reason: string }
  /** Not sent, and nothing that writes is sent after it. */
  | { readonly type: "refuse"; readonly rule: RuleId; readonly message: string };

/** What a write does, in words for events and the journal. */
export type Written = "re-pointed" | "linked again" | "made" | "changed" | "attached";

const LONGEST_PATH = 200;

/**
 * A refusal in words: what was asked for, why not, what passes, what to do. It goes to a terminal through other programs, so what
 * cannot be seen is escaped here, and secrets are masked.
 */
export function refusal(
  rule: RuleId,
  { method, target }: Pick<GuardRequest, "method" | "target">,
  why: string,
): Ruling {
  const { expected, todo } = rules[rule];
  const path = target.length > LONGEST_PATH ? `${target.slice(0, LONGEST_PATH)}…` : target;
  const message = printable(masked(`${method.slice(0, 20)} /${path} was not sent: ${why}. ${expected} ${todo}`));
  return { type: "refuse", rule, message };
}
