import type { Received, Reply } from "../http/serve";
import { reply } from "./call";
import type { GitlabState, OauthGrant, PersonalAccessToken } from "./state";
import { denialOf } from "./users";

/** The access level that may see, make and change webhooks. */
export const MAINTAINER = 40;

/** The token that a request carries, or the refusal: 401 when it is not good, 403 when its scopes do not reach. */
export function authorize(
  state: GitlabState,
  request: Received,
  now: Date,
  anyScope: boolean,
): PersonalAccessToken | Reply {
  const token = tokenOf(state, givenToken(request) ?? "");
  if (token === undefined) return reply(401, { message: "401 Unauthorized" });
  const refusal = refusalOf(state, token, now);
  if (refusal !== undefined) return refusal;
  const needed = request.method === "GET" || request.method === "HEAD" ? ["api", "read_api"] : ["api"];
  if (!anyScope && !token.scopes.some((scope) => needed.includes(scope))) {
    const error_description = "The request requires higher privileges than provided by the access token.";
    return reply(403, { error: "insufficient_scope", error_description, scope: needed.join(" ") });
  }
  token.lastUsedAt = now.toISOString();
  return token;
}

/** What a text stands for: a personal access token, or an OAuth access token, the use of which ends the one that it renewed. */
function tokenOf(state: GitlabState, given: string): PersonalAccessToken | undefined {
  const grant = state.grants.find(({ accessToken }) => accessToken === given);
  if (grant === undefined) return state.tokens.find((candidate) => candidate.token === given);
  if (!grant.revoked && grant.previous !== null) {
    grant.previous.revoked = true;
    grant.previous = null;
  }
  return asToken(grant);
}

function refusalOf({ users }: GitlabState, token: PersonalAccessToken, now: Date): Reply | undefined {
  const invalid = (description: string) => reply(401, { error: "invalid_token", error_description: description });
  // GitLab says the same of a revoked personal access token as of a revoked OAuth token.
  if (token.revoked) return invalid("Token was revoked. You have to re-authorize from the user.");
  if (isExpired(token, now)) {
    return invalid("Token is expired. You can either do re-authorization or token refresh.");
  }
  const user = users.get(token.userId);
  const denial = user === undefined ? undefined : denialOf(user);
  return denial === undefined ? undefined : reply(403, { message: `403 Forbidden - ${denial}` });
}

/** Whether a token is there, neither revoked nor expired, and its user may use the API. */
export function isGood(state: GitlabState, given: string, now: Date): boolean {
  const token = tokenOf(state, given);
  return token !== undefined && refusalOf(state, token, now) === undefined;
}

/** What a token lets TFE do with a repository: nothing, read it, or make webhooks on it, as Maintainers may. */
export function reachOf(state: GitlabState, given: string, path: string, now: Date): "none" | "read" | "maintain" {
  const token = tokenOf(state, given);
  const project = state.projects.get(path.toLowerCase());
  if (token === undefined || project === undefined || refusalOf(state, token, now) !== undefined) return "none";
  if (!token.scopes.some((scope) => scope === "api" || scope === "read_api")) return "none";
  const level = state.levelOf(token.userId, project);
  if (level === 0) return "none";
  return level >= MAINTAINER && token.scopes.includes("api") && !project.archived ? "maintain" : "read";
}

/** In one of three places ("REST API authentication"). */
function givenToken({ headers, query }: Received): string | null | undefined {
  const header = headers["private-token"];
  if (typeof header === "string" && header !== "") return header;
  return /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? query.get("private_token");
}

/** A token ends with the first moment of its day of expiry, in UTC. */
export function isExpired({ expiresAt }: PersonalAccessToken, now: Date): boolean {
  return expiresAt !== null && expiresAt <= now.toISOString().slice(0, 10);
}

/** An OAuth access token, as far as the API tells it from a personal one. */
function asToken({ revoked, userId }: OauthGrant): PersonalAccessToken {
  return { id: 0, name: "oauth", token: "", revoked, scopes: ["api"], userId, expiresAt: null, lastUsedAt: null };
}
