import { knownToBeOurs } from "../analyse/case";
import { authRule, bySubject, isRoutine, type Rule, together } from "./rule";

const known = ["token_revoked", "token_expired", "insufficient_scope", "impersonation_disabled", "user_blocked"];
/** Reasons that say nothing about a token. */
const ofNoToken = ["rate_limited", "forbidden", "unauthorized"];
const whose =
  '`curl --header "PRIVATE-TOKEN: $GITLAB_PAT" https://GITLAB/api/v4/personal_access_tokens/self` shows the id and state of the new one.';

export const tokenRevoked: Rule = {
  id: "token-revoked",
  role: "cause",
  severity: "error",
  explains: ["token-revoked", "unauthorized"],
  title: "A revoked personal access token is in use",
  explanation:
    "GitLab refused API requests because the token they carried was revoked. A personal access token is revoked by a person, by rotation, or because an older token of the same rotation was used again.",
  remedy: `Create a new token with scope api, give it to the connection, then check it. ${whose}`,
  find: (the) => authRule(the, ["token_revoked"], undefined),
};

export const tokenExpired: Rule = {
  id: "token-expired",
  role: "cause",
  severity: "error",
  explains: ["unauthorized"],
  title: "An expired token is in use",
  explanation:
    "GitLab refused API requests because the token they carried has expired. The GitLab server limits the lifetime of personal access tokens, often to 365 days.",
  remedy: `Create a new token with a later expiry, give it to the connection, and monitor its expiry. ${whose}`,
  find: (the) => authRule(the, ["token_expired"], "token-expired"),
};

export const insufficientScope: Rule = {
  id: "insufficient-scope",
  role: "cause",
  severity: "error",
  explains: ["unauthorized"],
  title: "A token lacks a scope",
  explanation:
    "GitLab refused API requests because the token's scopes do not allow them. Terraform Enterprise needs scope api to create webhooks and commit statuses.",
  remedy: `Create a token with scope api and give it to the connection. ${whose}`,
  find: (the) => authRule(the, ["insufficient_scope"], "insufficient-scope"),
};

export const impersonationDisabled: Rule = {
  id: "impersonation-disabled",
  role: "cause",
  severity: "error",
  explains: ["unauthorized"],
  title: "An impersonation token is in use, and impersonation is switched off",
  explanation:
    "GitLab refused API requests because they carried an impersonation token and the instance does not allow impersonation.",
  remedy: "Create a personal access token as the user, or better for a service account, and give it to the connection.",
  find: (the) => authRule(the, ["impersonation_disabled"], undefined),
};

export const userBlocked: Rule = {
  id: "user-blocked",
  role: "cause",
  severity: "error",
  explains: ["unauthorized"],
  title: "The user behind the connection is blocked",
  explanation:
    "GitLab refused requests because their account is blocked or deactivated. Every token of the account fails until the account is active again.",
  remedy:
    "Have an administrator unblock the account, or use a service account's token, which does not depend on a person.",
  find: (the) => authRule(the, ["user_blocked"], "user-blocked"),
};

export const otherRefusal: Rule = {
  id: "refused-otherwise",
  role: "cause",
  severity: "error",
  explains: ["unauthorized"],
  title: "GitLab refused a token for another reason",
  explanation: "GitLab refused API requests for a reason that Repoint does not know; the line above gives it.",
  remedy: "Look the reason up in GitLab's documentation of `meta.auth_fail_reason`.",
  find: (the) =>
    bySubject(
      the.authFailures.filter((one) => ![...known, ...ofNoToken].includes(one.reason)).filter(knownToBeOurs(the)),
      (one) => one.reason,
    ),
};

export const termsNotAccepted: Rule = {
  id: "terms-not-accepted",
  role: "cause",
  severity: "error",
  explains: ["unauthorized"],
  title: "The user behind the connection has not accepted the Terms of Service",
  explanation:
    "GitLab refuses every API request of the account until its user has accepted the instance's Terms of Service.",
  remedy:
    "Sign in to GitLab as that user and accept the terms (an administrator may also exempt service accounts, or switch the terms off).",
  find: (the) => together(the.symptoms.filter(({ kind }) => kind === "terms-not-accepted")),
};

export const passwordExpired: Rule = {
  id: "password-expired",
  role: "cause",
  severity: "error",
  explains: ["unauthorized"],
  title: "The password of the user behind the connection has expired",
  explanation: "GitLab refuses every API request of the account with any token until its password is changed.",
  remedy: "Sign in to GitLab as that user and set a new password, or use a service account's token.",
  find: (the) => together(the.symptoms.filter(({ kind }) => kind === "password-expired")),
};

export const foreignToken: Rule = {
  id: "token-of-others",
  role: "context",
  severity: "warning",
  isOpen: true,
  title: "GitLab refused tokens that are not known to be the connection's",
  explanation:
    "On any GitLab, some tokens are expired, revoked or lack a scope. These logs do not show whether one of them is the connection's. A personal access token is never refreshed, so it does not explain a refused refresh.",
  remedy:
    'Find its owner: as an administrator, `curl --header "PRIVATE-TOKEN: $GITLAB_PAT" https://GITLAB/api/v4/personal_access_tokens/ID` names it and its user.',
  find: (the) => {
    const isOurs = knownToBeOurs(the);
    const others = the.authFailures.filter((one) => !ofNoToken.includes(one.reason) && !isRoutine(one) && !isOurs(one));
    return bySubject(others, ({ tokenId, reason }) => `${tokenId ?? "an unnamed token"} (${reason})`);
  },
};
