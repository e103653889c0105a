import type { Case } from "../analyse/case";
import type { TimedRefresh } from "../analyse/timed";
import type { SymptomKind } from "../observation";
import { bySubject, type Hit, type Rule, together } from "./rule";

const logged = (the: Case, kind: SymptomKind) => the.symptoms.filter((symptom) => symptom.kind === kind);

const answered = (the: Case, status: (code: number) => boolean): readonly TimedRefresh[] =>
  the.refreshes.filter((refresh) => status(refresh.status));

/**
 * Since Doorkeeper 5.1 an invalid grant is answered with 400, and 401 is left to clients that are not known. In a log in which a race's
 * losers have 401, it means an invalid grant.
 */
export function refusedClients(the: Case): readonly TimedRefresh[] {
  const losers = the.found.races.flatMap((race) => race.losers).filter(({ status }) => status === 401);
  const meansGrant = new Set(losers.map(({ input }) => input));
  return the.found.unexplained.filter((one) => one.status === 401 && one.modern && !meansGrant.has(one.input));
}

export const invalidClient: Rule = {
  id: "invalid-client",
  role: "cause",
  severity: "error",
  title: "GitLab does not accept the application's id or secret",
  explanation:
    "Refreshes were refused before the refresh token mattered: the application was deleted, its secret renewed, or another instance is addressed.",
  remedy:
    "Compare the application id and secret of the connection with the application's page in GitLab; a connection by personal access token needs neither.",
  find: (the): readonly Hit[] => [
    ...bySubject(refusedClients(the), (refresh) => (refresh.client === "" ? null : refresh.client.slice(0, 8))),
    ...together(logged(the, "invalid-client")),
  ],
};

export const staleToken: Rule = {
  id: "stale-refresh-token",
  role: "cause",
  severity: "error",
  title: "A refresh token was presented hours after its use",
  explanation:
    "The refresh token had been used more than two hours before. Whoever presents it did not get or keep the token that replaced it: a lost answer, or a database that was restored.",
  remedy:
    "Authorize the connection again, or replace it by one with a personal access token, which is never refreshed.",
  find: (the) => together(the.found.stale),
};

export const gitlabFailing: Rule = {
  id: "gitlab-failing",
  role: "cause",
  severity: "error",
  title: "GitLab failed to answer",
  explanation:
    "GitLab (or a proxy before it) answered with a server error, to token requests or to API requests of Terraform Enterprise.",
  remedy:
    "Look at GitLab's health at these times (exceptions_json.log, puma, database). The connection recovers by itself unless a refresh was among the failed requests.",
  find: (the) => together([...answered(the, (code) => code >= 500), ...logged(the, "gitlab-error")]),
};

export const rateLimited: Rule = {
  id: "rate-limited",
  role: "cause",
  severity: "error",
  title: "GitLab's rate limit was hit",
  explanation:
    "GitLab answered with 429 (Too Many Requests), to token requests or to API requests of Terraform Enterprise.",
  remedy:
    "Raise the rate limit for Terraform Enterprise's address (`GITLAB_THROTTLE_USER_ALLOWLIST`, or the admin area's network settings), or spread what causes the load.",
  find: (the) => together([...answered(the, (code) => code === 429), ...logged(the, "rate-limited")]),
};
