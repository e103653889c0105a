import type { Received, Reply } from "../http/serve";
import { reply } from "./call";
import type { GitlabState, OauthGrant, PersonalAccessToken } from "./state";

/** The token that a request carries, or the refusal: 401 when it is not good, 403 when its scopes do not reach. */
export function authorize(
  state: GitlabState,
  request: Received,
  now: Date,
  anyScope: boolean,
): PersonalAccessToken | Reply {
  const given = givenToken(request);
  const grant = state.grants.find(({ accessToken }) => accessToken === given);
  if (grant !== undefined && !grant.revoked && grant.previous !== null) {
    grant.previous.revoked = true;
    grant.previous = null;
  }
  const token = grant === undefined ? state.tokens.find((candidate) => candidate.token === given) : asToken(grant);
  if (token === undefined) return reply(401, { message: "401 Unauthorized" });
  const invalid = (description: string) => reply(401, { error: "invalid_token", error_description: description });
  // GitLab says the same of a revoked personal access token as of a revoked OAuth token.
  if (token.revoked) return invalid("Token was revoked. You have to re-authorize from the user.");
  if (isExpired(token, now)) {
    return invalid("Token is expired. You can either do re-authorization or token refresh.");
  }
  const needed = request.method === "GET" ? ["api", "read_api"] : ["api"];
  if (!anyScope && !token.scopes.some((scope) => needed.includes(scope))) {
    const error_description = "The request requires higher privileges than provided by the access token.";
    return reply(403, { error: "insufficient_scope", error_description, scope: needed.join(" ") });
  }
  token.lastUsedAt = now.toISOString();
  return token;
}

/** In one of three places ("REST API authentication"). */
function givenToken({ headers, query }: Received): string | null | undefined {
  const header = headers["private-token"];
  if (typeof header === "string") return header;
  return /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? query.get("private_token");
}

/** A token ends with the first moment of its day of expiry, in UTC. */
export function isExpired({ expiresAt }: PersonalAccessToken, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now.toISOString().slice(0, 10);
}

/** An OAuth access token, as far as the API tells it from a personal one. */
function asToken({ revoked }: OauthGrant): PersonalAccessToken {
  return { id: 0, name: "oauth", token: "", revoked, scopes: ["api"], userId: 7, expiresAt: null, lastUsedAt: null };
}
