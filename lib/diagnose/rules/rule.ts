import { type Case, isOauthToken, knownToBeOurs } from "../analyse/case";
import type { Finding } from "../diagnosis";
import type { AuthFailure, Spot, SymptomKind } from "../observation";

/** What a rule found, before it is dressed for people. */
export interface Hit {
  /** What it is about, such as a token's id; null when there is nothing to tell apart. */
  readonly subject: string | null;
  readonly places: readonly RulePlace[];
}

/** An observation that speaks for a rule. */
export interface RulePlace {
  readonly input: number;
  readonly spot: Spot;
  readonly at: number | null;
  readonly correlationId: string | null;
}

/** What a user sees of a lost connection, which a cause may explain. */
export type Seen = "refused-refresh" | "token-revoked" | "unauthorized";

/** One thing that can be found. Rules are independent of each other; the verdict weighs them. */
export interface Rule {
  readonly id: string;
  /** `cause`: explains a lost connection by itself. `context`: explains or accompanies. */
  readonly role: "cause" | "context";
  readonly severity: Finding["severity"];
  /** What a cause explains beside itself, by the table in docs/explanation/the-race.md; of context, what it is a sign of. */
  readonly explains?: readonly Seen[];
  /** A refusal for which no cause is known: with one of these, there is something to do. */
  readonly isOpen?: true;
  readonly title: string;
  readonly explanation: string;
  readonly remedy: string;
  readonly find: (the: Case) => readonly Hit[];
}

/** What Terraform Enterprise logged of a kind. */
export const logged = (the: Case, kind: SymptomKind): Case["symptoms"] =>
  the.symptoms.filter((symptom) => symptom.kind === kind);

/** One hit for each subject, in the order of their first places; none when there are no items. */
export function bySubject<T extends RulePlace>(
  items: readonly T[],
  subject: (item: T) => string | null,
): readonly Hit[] {
  const groups = new Map<string | null, RulePlace[]>();
  for (const item of items) {
    const key = subject(item);
    const places = groups.get(key);
    if (places === undefined) groups.set(key, [item]);
    else places.push(item);
  }
  return [...groups].map(([key, places]) => ({ subject: key, places }));
}

/** One hit for all items together. */
export const together = (items: readonly RulePlace[]): readonly Hit[] => bySubject(items, () => null);

/** What TFE logged in a sense, and the refused API requests that are known to be its own. */
export function authRule(the: Case, reasons: readonly string[], kind: SymptomKind | undefined): readonly Hit[] {
  const isOurs = knownToBeOurs(the);
  const refused = the.authFailures.filter((one) => reasons.includes(one.reason) && !isRoutine(one) && isOurs(one));
  const told = the.symptoms.filter((symptom) => symptom.kind === kind);
  return [...bySubject(refused, (one) => one.tokenId ?? "an unnamed token"), ...together(told)];
}

/** OAuth access tokens expire and are revoked in the normal course of things; what lacks a scope will not come right by itself. */
export function isRoutine({ tokenId, reason }: AuthFailure): boolean {
  return isOauthToken(tokenId) && (reason === "token_expired" || reason === "token_revoked");
}
