import { type Case, knownToBeOurs, mayBeOurs, type Whose } from "../analyse/case";
import { AFTERMATH } from "../analyse/law";
import type { TimedRefresh } from "../analyse/timed";
import type { GrantRefusal } from "../observation";
import { bySubject, type Hit, logged, type Rule, type RulePlace, together } from "./rule";

/** Refreshes that were answered so, Terraform Enterprise's or others'. */
function answered(the: Case, whose: "ours" | "others", fits: (status: number) => boolean): readonly TimedRefresh[] {
  const isOurs = mayBeOurs(the);
  return the.refreshes.filter((refresh) => fits(refresh.status) && isOurs(refresh) === (whose === "ours"));
}

const notOthers = (the: Case, refreshes: readonly TimedRefresh[]): readonly TimedRefresh[] =>
  refreshes.filter(({ client }) => the.whose(client) !== "other");

export const invalidClient: Rule = {
  id: "invalid-client",
  role: "cause",
  severity: "error",
  explains: ["refused-refresh"],
  title: "GitLab does not accept the application's id or secret",
  explanation:
    "GitLab answered 401 (invalid_client) before it looked at the refresh token: the application was deleted, its secret was renewed, or the requests went to another instance.",
  remedy:
    "Compare the application id and secret of the connection with the application's page in GitLab; a connection with a personal access token needs neither.",
  find: (the): readonly Hit[] => [
    ...bySubject(notOthers(the, the.found.invalidClient), ({ client }) => (client === "" ? null : client)),
    ...together(logged(the, "invalid-client")),
  ],
};

export const withoutToken: Rule = {
  id: "refresh-without-token",
  role: "cause",
  severity: "error",
  title: "Refreshes were sent without a refresh token",
  explanation:
    "GitLab refused requests that carried no refresh_token. Such a request has no token, so it cannot lose a race.",
  remedy:
    "Check the client that sends them. If it is Terraform Enterprise, its connection has no refresh token: authorize it again.",
  find: (the) => bySubject(notOthers(the, the.found.withoutToken), ({ client }) => (client === "" ? null : client)),
};

export const refusedThenAccepted: Rule = {
  id: "refused-then-accepted",
  role: "cause",
  severity: "error",
  explains: ["refused-refresh"],
  title: "A valid refresh token was refused and accepted later",
  explanation:
    "GitLab refused a refresh token and accepted the same one afterwards, so no other request had used it. A database replica that lags behind does this (gitlab-org/gitlab#599181).",
  remedy: "Check the replicas' lag at these times. A connection with a personal access token is never refreshed.",
  find: (the) => together(notOthers(the, the.found.early)),
};

/** Terraform Enterprise's refreshes that got no answer, and after which one was refused. */
function unansweredBefore(the: Case): readonly RulePlace[] {
  const refusals = [...logged(the, "grant-invalid"), ...notOthers(the, the.found.unexplained)];
  return logged(the, "refresh-unanswered").filter(({ at: lost }) =>
    refusals.some(({ at }) => at !== null && lost !== null && at >= lost && at <= lost + AFTERMATH),
  );
}

export const lostAnswer: Rule = {
  id: "lost-answer",
  role: "cause",
  severity: "error",
  explains: ["refused-refresh", "token-revoked"],
  title: "A refresh got no answer, and the next one was refused",
  explanation:
    "A refresh ended with a server error, or its client did not wait for the answer. GitLab may still have used the token. The client got no new token, so it sent the old one again. If several users use the application, the two requests may belong to different users.",
  remedy:
    "Check GitLab's health at these times. Authorize the connection again, or replace it with one that uses a personal access token.",
  find: (the) => together([...notOthers(the, the.found.afterFailure), ...unansweredBefore(the)]),
};

export const staleToken: Rule = {
  id: "stale-refresh-token",
  role: "cause",
  severity: "error",
  explains: ["refused-refresh", "token-revoked"],
  title: "A refresh token was sent again after its use",
  explanation:
    "The refused request began more than a minute after another had used its refresh token and been answered, so the two did not overlap. The sender did not receive or did not keep the new token: an answer was lost, or a database was restored.",
  remedy:
    "Authorize the connection again, or replace it with one that uses a personal access token, which is never refreshed.",
  find: (the) => together(notOthers(the, the.found.stale)),
};

const isServerError = (status: number): boolean => status >= 500;
const isThrottled = (status: number): boolean => status === 429;
const isForbidden = (status: number): boolean => status === 403;

export const gitlabFailing: Rule = {
  id: "gitlab-failing",
  role: "cause",
  severity: "error",
  title: "GitLab failed to answer",
  explanation:
    "GitLab, or a proxy in front of it, answered token requests or Terraform Enterprise's API requests with a server error.",
  remedy:
    "Check GitLab's health at these times (exceptions_json.log, Puma, database). The connection recovers on its own unless a refresh was among the failed requests.",
  find: (the) => together([...answered(the, "ours", isServerError), ...logged(the, "gitlab-error")]),
};

export const failingElsewhere: Rule = {
  id: "gitlab-failing-elsewhere",
  role: "context",
  severity: "warning",
  isOpen: true,
  title: "GitLab failed to answer refreshes that are not known to be the connection's",
  explanation:
    "Token requests of another application, or of one that the log does not name, ended with a server error.",
  remedy: "Check GitLab's health at these times (exceptions_json.log, Puma, database).",
  find: (the) => bySubject(answered(the, "others", isServerError), ({ client }) => (client === "" ? null : client)),
};

/** Refusals before GitLab saw the request, and what the API answered likewise, Terraform Enterprise's or others'. */
function kept(
  the: Case,
  whose: "ours" | "others",
  env: "throttle" | "blocklist",
  reason: string,
): readonly RulePlace[] {
  const isOurs = knownToBeOurs(the);
  const bans = the.bans.filter((one) => one.env === env && isOurs(one) === (whose === "ours"));
  const api = the.authFailures.filter((one) => one.reason === reason && isOurs(one) === (whose === "ours"));
  return [...bans, ...api];
}

export const rateLimited: Rule = {
  id: "rate-limited",
  role: "cause",
  severity: "error",
  title: "GitLab's rate limit was hit",
  explanation: "GitLab answered token requests or Terraform Enterprise's API requests with 429 (Too Many Requests).",
  remedy:
    "Raise the rate limit for Terraform Enterprise's address (`GITLAB_THROTTLE_USER_ALLOWLIST`, or the admin area's network settings), or reduce the load that causes it.",
  find: (the) =>
    together([
      ...answered(the, "ours", isThrottled),
      ...kept(the, "ours", "throttle", "rate_limited"),
      ...logged(the, "rate-limited"),
    ]),
};

const whoseAddress = "The log names only addresses: compare them (--show-names) with Terraform Enterprise's.";

export const throttledOthers: Rule = {
  id: "throttled",
  role: "context",
  severity: "warning",
  isOpen: true,
  title: "GitLab throttled requests (429) that are not known to be the connection's",
  explanation: `A throttled request never reaches GitLab itself, so it does not explain a refresh that was answered. ${whoseAddress}`,
  remedy:
    "If it is Terraform Enterprise's address, raise its rate limit (`GITLAB_THROTTLE_USER_ALLOWLIST`, or the admin area's network settings).",
  find: (the) =>
    together([...kept(the, "others", "throttle", "rate_limited"), ...answered(the, "others", isThrottled)]),
};

export const banned: Rule = {
  id: "banned",
  role: "context",
  severity: "warning",
  isOpen: true,
  title: "GitLab banned addresses (403) that are not known to be Terraform Enterprise's",
  explanation: `Rack::Attack refuses every request from a blocked address, for example after too many failed logins. ${whoseAddress}`,
  remedy:
    "If it is Terraform Enterprise's address, remove it from the blocklist and add it to the allowlist (`gitlab_rails['rack_attack_git_basic_auth']`).",
  find: (the) => {
    const isOurs = knownToBeOurs(the);
    return together(the.bans.filter((one) => one.env === "blocklist" && !isOurs(one)));
  },
};

export const bannedOurs: Rule = {
  id: "banned-address",
  role: "cause",
  severity: "error",
  explains: ["unauthorized"],
  title: "GitLab banned Terraform Enterprise's address",
  explanation: "Rack::Attack refused requests with 403 when Terraform Enterprise logged a refusal.",
  remedy:
    "Remove the address from the blocklist and add it to the allowlist (`gitlab_rails['rack_attack_git_basic_auth']`).",
  find: (the) => together(the.bans.filter((one) => one.env === "blocklist").filter(knownToBeOurs(the))),
};

export const tokenRequestForbidden: Rule = {
  id: "token-request-forbidden",
  role: "cause",
  severity: "error",
  explains: ["unauthorized"],
  title: "GitLab refused token requests with 403",
  // GitLab's app/controllers/oauth/tokens_controller.rb answers 403 for an organization in maintenance. Doorkeeper itself answers 400 or 401.
  explanation:
    "This is neither a used refresh token (400) nor a wrong secret (401). GitLab itself logged these requests, so they passed Rack::Attack, whose bans are in auth_json.log. The reason may be an IP address restriction, a blocked user or an organization in maintenance; the record does not say.",
  remedy:
    "Check whether the connection's user is active and allowed from Terraform Enterprise's address. GitLab's other logs may give the reason under the same correlation_id.",
  find: (the) => together(answered(the, "ours", isForbidden)),
};

/** Neither granted nor refused in a way that is known. */
const isOtherwise = (status: number): boolean => {
  const isKnown = (status >= 200 && status < 300) || [400, 401, 403, 429].includes(status) || status >= 500;
  return !isKnown;
};

export const answeredOtherwise: Rule = {
  id: "token-request-otherwise",
  role: "context",
  severity: "warning",
  isOpen: true,
  title: "GitLab answered token requests in an unusual way",
  explanation:
    "The line above gives the status. A token endpoint answers 200, 400 or 401: a redirect, 404 or 422 may come from a wrong address, a proxy or a web page.",
  remedy: "Compare the connection's HTTP URL with GitLab's address, and check the proxies between the two.",
  find: (the) =>
    bySubject(
      notOthers(the, the.refreshes).filter(({ status }) => isOtherwise(status)),
      ({ status }) => `status ${status}`,
    ),
};

/** Other grants' refused requests of Terraform Enterprise's application, of others, or of those that are not known. */
const refusedGrants = (the: Case, whose: Whose) =>
  the.grantRefusals.filter(({ client }) => the.whose(client) === whose);

const grantAndStatus = ({ grant, status }: GrantRefusal): string => `${grant} (${status})`;

export const authorizationRefused: Rule = {
  id: "authorization-refused",
  role: "cause",
  severity: "error",
  title: "GitLab refused to authorize the connection",
  explanation:
    "Terraform Enterprise's application asked for its first token, and GitLab refused it. 400: the code was used, has expired, or is for another redirect URI. 401: the application's id or secret is wrong. 403, 429 or 5xx: GitLab could not answer for another reason.",
  remedy:
    "Compare the application's redirect URI with the callback URL of the connection in Terraform Enterprise, and its id and secret with the connection's. Then authorize it again.",
  find: (the) => bySubject(refusedGrants(the, "terraform"), grantAndStatus),
};

export const grantRefused: Rule = {
  id: "grant-refused",
  role: "context",
  severity: "warning",
  isOpen: true,
  title: "GitLab refused token requests that are not refreshes",
  explanation:
    "Somebody tried to authorize an application (`authorization_code`), or to sign in with another grant, and was refused. These logs do not show whether it was Terraform Enterprise's application.",
  remedy:
    "If somebody authorized the connection at that time, compare the application's redirect URI, id and secret with the connection's. Use `--application ID` to name Terraform Enterprise's application.",
  find: (the) => bySubject(refusedGrants(the, "unknown"), grantAndStatus),
};

export const forbidden: Rule = {
  id: "forbidden",
  role: "context",
  severity: "warning",
  isOpen: true,
  title: "GitLab refused API requests (403) without a reason",
  explanation:
    "The sender lacks the permission or is locked out (blocked, Terms of Service, an expired password). These logs do not show whether it was Terraform Enterprise.",
  remedy: "Compare the time with Terraform Enterprise's log, which has GitLab's message.",
  find: (the) => {
    const api = the.authFailures.filter((one) => one.reason === "forbidden");
    return together([...api, ...answered(the, "others", isForbidden)]);
  },
};

export const unauthorized: Rule = {
  id: "unauthorized-requests",
  role: "context",
  severity: "warning",
  isOpen: true,
  title: "GitLab refused API requests (401) without a reason",
  explanation:
    "They carried no token, or one that GitLab does not accept. Versions before 17.2 log no reason. These logs do not show whether it was Terraform Enterprise.",
  remedy: "Compare the time with Terraform Enterprise's log, which has GitLab's message.",
  find: (the) => together(the.authFailures.filter((one) => one.reason === "unauthorized")),
};

export const movedProject: Rule = {
  id: "moved-project",
  role: "cause",
  severity: "error",
  title: "A project was moved",
  explanation:
    "GitLab answers requests to a project's old path with a redirect, and refuses all writes (405, “Non GET methods are not allowed for moved projects”): Terraform Enterprise cannot set webhooks or statuses there.",
  remedy: "Change the repository of the workspaces that use the old path to the new one (vcs_repo.identifier).",
  find: (the) => together(logged(the, "moved-project")),
};

export const notFound: Rule = {
  id: "not-found",
  role: "cause",
  severity: "error",
  title: "GitLab does not find what Terraform Enterprise asks for (404)",
  explanation:
    "The project was deleted or renamed, or the connection's user cannot see it: GitLab answers 404 in both cases.",
  remedy: "Open the project as the connection's user, and give that user the role Maintainer in it.",
  find: (the) => together(logged(the, "not-found")),
};

export const webhookRefused: Rule = {
  id: "webhook-refused",
  role: "cause",
  severity: "error",
  title: "GitLab refused a change by Terraform Enterprise (422)",
  explanation:
    "Usually a webhook: GitLab does not allow requests to that address (local network), or the project has reached its limit of webhooks.",
  remedy:
    "Allow Terraform Enterprise's address under Admin > Settings > Network > Outbound requests, or remove unused webhooks.",
  find: (the) => together(logged(the, "webhook-refused")),
};
