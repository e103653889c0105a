import * as context from "./context";
import * as endpoint from "./endpoint-causes";
import type { Rule } from "./rule";
import * as token from "./token-causes";

/** Every rule but those about races, which need more than one observation (analyse/find-races.ts). The order is that of the report. */
export const rules: readonly Rule[] = [
  token.tokenRevoked,
  token.tokenExpired,
  token.insufficientScope,
  token.impersonationDisabled,
  token.userBlocked,
  token.termsNotAccepted,
  token.passwordExpired,
  token.otherRefusal,
  endpoint.invalidClient,
  endpoint.withoutToken,
  endpoint.staleToken,
  endpoint.lostAnswer,
  endpoint.refusedThenAccepted,
  endpoint.gitlabFailing,
  endpoint.rateLimited,
  endpoint.bannedOurs,
  endpoint.movedProject,
  endpoint.notFound,
  endpoint.webhookRefused,
  context.grantInvalidError,
  context.tokenRevokedError,
  context.unauthorizedError,
  context.otherError,
  context.refusedRefresh,
  context.otherGrants,
  token.foreignToken,
  endpoint.throttledOthers,
  endpoint.banned,
  endpoint.forbidden,
  endpoint.failingElsewhere,
  context.otherApplications,
  context.slowRefresh,
  context.webhookBurst,
  context.oauthTokenRevoked,
];
