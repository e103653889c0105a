import type { Received, Reply } from "../http/serve";
import type { GitlabRoute } from "./call";
import { expiredToken, forbidden, insufficientScope, revokedToken, unauthorized } from "./errors";
import { isExpired, noteUse, type PersonalAccessToken, revokeFamily } from "./personal-access-token";
import { isSince } from "./settings";
import type { GitlabState, OauthGrant } from "./state";
import { denialOf } from "./users";

/** The access level that may see, make and change webhooks. */
export const MAINTAINER = 40;

/** Routes that rotate the token which is presented (lib/gitlab/auth/auth_finders.rb, `access_token_rotation_request?`). */
const ROTATION = /access_tokens\/(\d+|self)\/rotate$/;

/** The token that a request carries, or the refusal: 401 when it is not good, 403 when its scopes do not reach. */
export function authorize(
  state: GitlabState,
  request: Received,
  now: Date,
  { scopes = [] }: Pick<GitlabRoute, "scopes">,
): PersonalAccessToken | Reply {
  const token = tokenOf(state, givenToken(request) ?? "");
  if (token === undefined) return unauthorized();
  if (token.revoked && ROTATION.test(request.path) && isSince(state.settings.version, "16.3"))
    revokeFamily(state.tokens, token);
  const refusal = refusalOf(state, token, now);
  if (refusal !== undefined) return refusal;
  const reading = request.method === "GET" || request.method === "HEAD";
  const needed = ["api", ...(reading ? ["read_api"] : []), ...(scopes === "any" ? [] : scopes)];
  if (scopes !== "any" && !token.scopes.some((scope) => needed.includes(scope))) return insufficientScope(needed);
  noteUse(token, now);
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
  if (token.revoked) return revokedToken();
  if (isExpired(token, now)) return expiredToken();
  const user = users.get(token.userId);
  const denial = user === undefined ? undefined : denialOf(user);
  return denial === undefined ? undefined : forbidden(denial);
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
  noteUse(token, now);
  return level >= MAINTAINER && token.scopes.includes("api") && !project.archived ? "maintain" : "read";
}

/** In one of three places ("REST API authentication"). */
function givenToken({ headers, query }: Received): string | null | undefined {
  const header = headers["private-token"];
  if (typeof header === "string" && header !== "") return header;
  return /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1] ?? query.get("private_token");
}

/** An OAuth access token, as far as the API tells it from a personal one. */
function asToken({ revoked, userId }: OauthGrant): PersonalAccessToken {
  return { id: 0, name: "oauth", token: "", revoked, scopes: ["api"], userId, expiresAt: null, lastUsedAt: null };
}
