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
  token.otherRefusal,
  endpoint.invalidClient,
  endpoint.staleToken,
  endpoint.gitlabFailing,
  endpoint.rateLimited,
  context.grantInvalidError,
  context.tokenRevokedError,
  context.unauthorizedError,
  context.refusedRefresh,
  context.slowRefresh,
  context.webhookBurst,
  context.oauthTokenRevoked,
];
