import type { AuthFailure, Ban, GrantRefusal, Symptom, SymptomKind } from "../observation";
import type { InputFacts } from "../read/input-facts";
import type { Found } from "./find-races";
import type { TimedRefresh } from "./timed";
import type { Timing } from "./timing";

/** Something that was observed, and in which input. */
export type Located<T> = T & { readonly input: number };

/** Whether an application is Terraform Enterprise's, as far as the user or the inventory says. */
export type Whose = "terraform" | "other" | "unknown";

/** Everything the rules judge by. Times are milliseconds since 1970. */
export interface Case {
  readonly inputs: readonly InputFacts[];
  readonly timings: readonly (readonly Timing[])[];
  readonly refreshes: readonly TimedRefresh[];
  readonly found: Found;
  readonly authFailures: readonly Located<AuthFailure>[];
  readonly grantRefusals: readonly Located<GrantRefusal>[];
  readonly bans: readonly Located<Ban>[];
  readonly symptoms: readonly Located<Symptom>[];
  /** Webhooks by second, in the order of time. */
  readonly webhooks: readonly { readonly second: number; readonly count: number }[];
  /** How far clocks may differ, in milliseconds. */
  readonly tolerance: number;
  readonly whose: (client: string) => Whose;
}

/** Says whose an application is by the ids that are Terraform Enterprise's; an id may be shortened to eight letters or more. */
export function whoseBy(ids: readonly string[]): Case["whose"] {
  if (ids.length === 0) return () => "unknown";
  return (client) => {
    if (client === "") return "unknown";
    return ids.some((id) => client === id || (id.length >= 8 && client.startsWith(id))) ? "terraform" : "other";
  };
}

/** The applications whose refreshes were refused. Where there are any, a fault of others explains nothing. */
function suspects({ found }: Case): ReadonlySet<string> {
  const losers = found.races.flatMap((race) => race.losers);
  return new Set(
    [...losers, ...found.unexplained, ...found.afterFailure, ...found.stale, ...found.early].map(
      ({ client }) => client,
    ),
  );
}

/** Which of some refreshes may be those of Terraform Enterprise's connection, as far as the application tells. */
export function mayBeOurs(the: Case): (refresh: TimedRefresh) => boolean {
  const refused = suspects(the);
  return ({ client }) => {
    const whose = the.whose(client);
    if (whose !== "unknown") return whose === "terraform";
    return refused.size === 0 || (client !== "" && refused.has(client));
  };
}

/** In which words Terraform Enterprise logs what GitLab logs under a reason. */
const sameSense: Readonly<Record<string, readonly SymptomKind[]>> = {
  token_revoked: ["token-revoked", "unauthorized"],
  token_expired: ["token-expired", "unauthorized"],
  insufficient_scope: ["insufficient-scope", "unauthorized"],
  impersonation_disabled: ["unauthorized"],
  user_blocked: ["user-blocked", "unauthorized"],
  rate_limited: ["rate-limited"],
  throttle: ["rate-limited"],
  blocklist: ["unauthorized"],
};
const otherSense: readonly SymptomKind[] = ["unauthorized", "refused-otherwise"];

/**
 * Which refusals in GitLab's logs Terraform Enterprise logged too, in the same sense and at the same time: those are its own. A personal
 * access token is never refreshed, so none is the connection's where the connection was seen to be.
 */
export function knownToBeOurs(the: Case): (refusal: AuthFailure | Ban) => boolean {
  const times = new Map<SymptomKind, (number | null)[]>();
  for (const { kind, at } of the.symptoms) {
    const known = times.get(kind);
    if (known === undefined) times.set(kind, [at]);
    else known.push(at);
  }
  const refreshes = isRefreshed(the);
  return (refusal) => {
    const reason = refusal.type === "ban" ? refusal.env : refusal.reason;
    const isPat =
      refusal.type === "auth-failure" &&
      !isOauthToken(refusal.tokenId) &&
      reason !== "rate_limited" &&
      reason !== "forbidden";
    if (isPat && refreshes) return false;
    return (sameSense[reason] ?? otherSense).some((kind) => isNear(times.get(kind) ?? [], refusal.at, the.tolerance));
  };
}

/** @param times those that are known in the order of time, those that are not last. */
function isNear(times: readonly (number | null)[], at: number | null, tolerance: number): boolean {
  if (times.length === 0) return false;
  if (at === null || times.at(-1) === null) return true;
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) < at - tolerance) low = middle + 1;
    else high = middle;
  }
  return (times[low] ?? Number.POSITIVE_INFINITY) <= at + tolerance;
}

export const isOauthToken = (tokenId: string | null): boolean =>
  tokenId !== null && /^(?:Oauth|Doorkeeper|OAuth)/.test(tokenId);

/** Whether the logs show that the connection is refreshed, and so is none with a personal access token. */
function isRefreshed(the: Case): boolean {
  if (the.symptoms.some(({ kind }) => kind === "grant-invalid" || kind === "invalid-client")) return true;
  return the.refreshes.some(({ client, status }) => the.whose(client) !== "other" && status >= 400);
}
