import { authRule, bySubject, type Rule } from "./rule";

const known = ["token_revoked", "token_expired", "insufficient_scope", "impersonation_disabled", "user_blocked"];
const whose =
  "Compare the token's id with the connection's own: `curl --header \"PRIVATE-TOKEN: $GITLAB_PAT\" https://GITLAB/api/v4/personal_access_tokens/self` names it.";

export const tokenRevoked: Rule = {
  id: "token-revoked",
  role: "cause",
  severity: "error",
  title: "A revoked personal access token is in use",
  explanation:
    "GitLab refused API requests since the token they carried was revoked. A personal access token is revoked by hand, by rotation, or because an older member of its family was presented again.",
  remedy: `Create a new token with scope api, give it to the connection, then check it. ${whose}`,
  find: (the) => authRule(the, ["token_revoked"], undefined),
};

export const tokenExpired: Rule = {
  id: "token-expired",
  role: "cause",
  severity: "error",
  title: "An expired token is in use",
  explanation:
    "GitLab refused API requests since the token they carried has expired. How long personal access tokens may live is the GitLab server's choice, often 365 days.",
  remedy: `Create a new token with a later expiry, give it to the connection, and watch its expiry from now on. ${whose}`,
  find: (the) => authRule(the, ["token_expired"], "token-expired"),
};

export const insufficientScope: Rule = {
  id: "insufficient-scope",
  role: "cause",
  severity: "error",
  title: "A token lacks a scope",
  explanation:
    "GitLab refused API requests since the token's scopes do not allow them. Terraform Enterprise creates webhooks and commit statuses, for which it needs scope api.",
  remedy: `Create a token with scope api and give it to the connection. ${whose}`,
  find: (the) => authRule(the, ["insufficient_scope"], "insufficient-scope"),
};

export const impersonationDisabled: Rule = {
  id: "impersonation-disabled",
  role: "cause",
  severity: "error",
  title: "An impersonation token is in use, and impersonation is switched off",
  explanation:
    "GitLab refused API requests since they carried an impersonation token and the instance does not allow impersonation.",
  remedy:
    "Create a personal access token as the user itself (better: of a service account) and give it to the connection.",
  find: (the) => authRule(the, ["impersonation_disabled"], undefined),
};

export const userBlocked: Rule = {
  id: "user-blocked",
  role: "cause",
  severity: "error",
  title: "The user behind the connection is blocked",
  explanation:
    "GitLab refused requests since the account they were made with is blocked or deactivated. Every token of the account fails until it is active again.",
  remedy:
    "Have an administrator unblock the account, or connect with a service account's token, which no departure of a person blocks.",
  find: (the) => authRule(the, ["user_blocked"], "user-blocked"),
};

export const otherRefusal: Rule = {
  id: "refused-otherwise",
  role: "cause",
  severity: "error",
  title: "GitLab refused a token for another reason",
  explanation:
    "GitLab refused API requests, and the reason it logged is not one that is known here. The reason is the subject of the finding.",
  remedy: "Look the reason up in GitLab's documentation of `meta.auth_fail_reason`.",
  find: (the) =>
    bySubject(
      the.authFailures.filter((one) => !known.includes(one.reason)),
      (one) => one.reason,
    ),
};
