import { grantOf } from "../analyse/law";
import { isGranted } from "../analyse/pair";
import { isPlaced } from "../analyse/timed";
import { overlap } from "../analyse/winners";
import { bySubject, isRoutine, type Rule, type RulePlace, type Seen, together } from "./rule";

/** A refresh normally takes 0.1 s; from here on, in milliseconds, the window for a race is wide open. */
const SLOW = 5000;
/** Webhooks within {@link BURST_SPAN} seconds that make a burst. */
const BURST = 5;
const BURST_SPAN = 10;

export const slowRefresh: Rule = {
  id: "slow-refresh",
  role: "context",
  severity: "warning",
  title: "Refreshes are slow",
  explanation:
    "Refreshes took more than 5 s; 0.1 s is normal. While one is in progress, every other refresh of the same token will be refused.",
  remedy:
    "Find out what GitLab waits for at these times (database locks, Puma's queue). Faster refreshes make races rarer, but not impossible.",
  find: (the) => together(the.refreshes.filter(({ span }) => span !== undefined && span.end - span.start > SLOW)),
};

export const webhookBurst: Rule = {
  id: "webhook-burst",
  role: "context",
  severity: "info",
  title: "Webhooks come in bursts",
  explanation:
    "Five or more webhooks within ten seconds. Each makes Terraform Enterprise call GitLab, and refresh the token if it has expired.",
  remedy: "With a personal access token, none needed.",
  find: (the) => together(bursts(the.webhooks)),
};

function bursts(webhooks: readonly { second: number; count: number }[]): readonly RulePlace[] {
  const found: RulePlace[] = [];
  let from = 0;
  let sum = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { second, count } of webhooks) {
    sum += count;
    while (second - (webhooks[from]?.second ?? second) >= BURST_SPAN) {
      sum -= webhooks[from]?.count ?? 0;
      from += 1;
    }
    if (sum < BURST) continue;
    const start = webhooks[from]?.second ?? second;
    if (start > until) found.push({ input: -1, spot: { offset: 0, line: 1 }, at: start * 1000, correlationId: null });
    until = second;
  }
  return found;
}

export const oauthTokenRevoked: Rule = {
  id: "oauth-token-refused",
  role: "context",
  severity: "info",
  title: "OAuth access tokens were refused",
  explanation:
    "API requests carried an OAuth access token that was expired or revoked. Expiry is normal. A revoked token had been replaced by a refresh; after a race, the loser still uses it.",
  remedy: "None on its own; see the races.",
  find: (the) => together(the.authFailures.filter(isRoutine)),
};

export const refusedRefresh: Rule = {
  id: "refused-refresh",
  role: "context",
  severity: "warning",
  explains: ["refused-refresh"],
  isOpen: true,
  title: "Refreshes were refused, and no granted refresh in these logs explains it",
  explanation:
    "A refused refresh alone proves nothing. If another one won, it may be in another node's log or in a rotated file. If an application refreshes all the time, overlaps prove nothing either.",
  remedy: "Give the logs of all nodes that answer web requests, including rotated ones.",
  find: (the) => together(the.found.unexplained.filter(({ client }) => the.whose(client) !== "other")),
};

export const otherGrants: Rule = {
  id: "overlap-of-other-grants",
  role: "context",
  severity: "info",
  title: "Refused refreshes overlap with granted ones of other users or addresses",
  explanation:
    "One application's refreshes for two users, or from two addresses, belong to two grants, which do not share tokens. If Terraform Enterprise reaches GitLab from several addresses, they may belong to one grant: compare them with --show-names.",
  remedy: "None on its own.",
  find: (the) => {
    const placed = the.refreshes.filter(isPlaced);
    const granted = placed.filter(isGranted);
    const others = the.found.unexplained.filter(isPlaced).slice(0, 200);
    return together(
      others.filter((loser) =>
        granted.some(
          (one) => one.client === loser.client && overlap(one.span, loser.span) > 0 && grantOf(one, loser) === "other",
        ),
      ),
    );
  },
};

export const otherApplications: Rule = {
  id: "other-application",
  role: "context",
  severity: "info",
  title: "Token requests of an application that is not Terraform Enterprise's were refused",
  explanation:
    "According to --application or the inventory's key, Terraform Enterprise uses another application. These refusals say nothing about the connection, even if they are a race.",
  remedy: "None for the connection. Inform the application's owner.",
  find: (the) => {
    const { races, stale, early, withoutToken, invalidClient, afterFailure, unexplained } = the.found;
    const refused = [...races.flatMap((race) => [...race.losers, ...race.later]), ...stale, ...early, ...withoutToken];
    return bySubject(
      [...refused, ...invalidClient, ...afterFailure, ...unexplained, ...the.grantRefusals].filter(
        ({ client }) => the.whose(client) === "other",
      ),
      ({ client }) => client,
    );
  },
};

const symptomRule = (
  id: string,
  kind: "grant-invalid" | "token-revoked" | "unauthorized" | "refused-otherwise",
  seen: readonly Seen[],
  title: string,
  explanation: string,
): Rule => ({
  id,
  role: "context",
  severity: "error",
  explains: seen,
  isOpen: true,
  title,
  explanation,
  remedy: "Look for the cause in GitLab's logs of the same period.",
  find: (the) => together(the.symptoms.filter((symptom) => symptom.kind === kind)),
});

export const grantInvalidError = symptomRule(
  "error-grant-invalid",
  "grant-invalid",
  ["refused-refresh"],
  "Terraform Enterprise's refresh was refused (first half of the known error)",
  "“The provided authorization grant is invalid …”: the refresh token was used, revoked or never valid.",
);

export const tokenRevokedError = symptomRule(
  "error-token-revoked",
  "token-revoked",
  ["token-revoked"],
  "Terraform Enterprise's token was revoked (second half of the known error)",
  "“Token was revoked. You have to re-authorize from the user.”: GitLab says this for OAuth tokens and for personal access tokens, so it does not prove a race.",
);

export const unauthorizedError = symptomRule(
  "error-unauthorized",
  "unauthorized",
  ["unauthorized"],
  "GitLab refused Terraform Enterprise's requests (401 or 403)",
  "The answer does not say why: the token may be deleted, mistyped or from another instance, or its user may lack permissions in the project.",
);

export const otherError = symptomRule(
  "error-refused-otherwise",
  "refused-otherwise",
  [],
  "GitLab refused Terraform Enterprise's requests for another reason",
  "Repoint does not know this status. Terraform Enterprise's log has GitLab's message.",
);
