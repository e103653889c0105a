import type { Reply } from "../http/serve";
import { type GitlabCall, type GitlabRoute, parametersOf, reply } from "./call";
import { badParameter, badRequest, forbidden, notAllowed, notFound, unauthorized } from "./errors";
import { paged } from "./pages";
import {
  expiryTrouble,
  isActive,
  type PersonalAccessToken,
  revokeFamily,
  rotatedExpiry,
  showToken,
} from "./personal-access-token";
import { isSince } from "./settings";

/** "This endpoint requires token type to be a personal access token" (lib/api/personal_access_tokens/self_information.rb). */
function onlyPersonal(call: GitlabCall): Reply | undefined {
  return call.state.tokens.includes(call.token)
    ? undefined
    : badRequest("This endpoint requires token type to be a personal access token");
}

/**
 * A token that a path names. Only administrators are told that there is none; of others' tokens, or none, everybody else hears 401
 * ("Get details on a personal access token").
 */
function named({ state, user }: GitlabCall, id: string): PersonalAccessToken | Reply {
  const found = state.tokens.find((token) => String(token.id) === id);
  if (user.isAdmin === true) return found ?? notFound();
  return found?.userId === user.id ? found : unauthorized();
}

/** Revokes a token at once and makes its successor, of the same family. */
export function rotate({ state, request, now }: GitlabCall, token: PersonalAccessToken): Reply {
  const { settings, tokens, users } = state;
  if (token.revoked) {
    if (isSince(settings.version, "16.3")) revokeFamily(tokens, token);
    return badRequest("Token already revoked");
  }
  const wanted = parametersOf(request).expires_at;
  const day = isSince(settings.version, "16.6") && typeof wanted === "string" && wanted !== "" ? wanted : undefined;
  if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day)) return badParameter(400, "expires_at is invalid");
  const trouble = day === undefined ? undefined : expiryTrouble(day, now, settings);
  if (trouble !== undefined) return badRequest(trouble);
  token.revoked = true;
  const { name, scopes, userId, description = null } = token;
  const expiresAt = day ?? rotatedExpiry(users.get(userId), now, settings);
  const made = state.createToken({ name, scopes, userId, description, expiresAt, previousId: token.id });
  return reply(200, { ...showToken(made, now), token: made.token });
}

function list({ state, request, user, now }: GitlabCall): Reply {
  const { query } = request;
  const wanted = query.get("user_id");
  if (user.isAdmin !== true && wanted !== null && wanted !== String(user.id)) return unauthorized();
  const revoked = query.get("revoked");
  const status = query.get("state");
  const found = state.tokens
    .filter(({ userId }) => (user.isAdmin === true ? wanted === null || String(userId) === wanted : userId === user.id))
    .filter((token) => revoked === null || String(token.revoked) === revoked)
    .filter((token) => status === null || isActive(token, now) === (status === "active"))
    .filter(({ name }) => name.includes(query.get("search") ?? ""));
  return paged(
    request,
    found.map((token) => showToken(token, now)),
  );
}

/** Personal access tokens ("Personal access tokens API"). */
export const tokenRoutes: readonly GitlabRoute[] = [
  { method: "GET", path: /^personal_access_tokens$/, handle: list },
  {
    method: "GET",
    path: /^personal_access_tokens\/self$/,
    since: "15.5",
    scopes: "any",
    handle: (call) => onlyPersonal(call) ?? reply(200, showToken(call.token, call.now)),
  },
  {
    method: "DELETE",
    path: /^personal_access_tokens\/self$/,
    since: "15.0",
    scopes: "any",
    handle: (call) => {
      const refusal = onlyPersonal(call);
      if (refusal !== undefined) return refusal;
      call.token.revoked = true;
      return { status: 204 };
    },
  },
  {
    method: "POST",
    path: /^personal_access_tokens\/self\/rotate$/,
    since: "16.10",
    scopes: ["self_rotate"],
    handle: (call) => (call.state.tokens.includes(call.token) ? rotate(call, call.token) : notAllowed()),
  },
  {
    method: "GET",
    path: /^personal_access_tokens\/(\d+)$/,
    since: "15.1",
    handle: (call, id = "") => {
      const token = named(call, id);
      return "status" in token ? token : reply(200, showToken(token, call.now));
    },
  },
  {
    method: "DELETE",
    path: /^personal_access_tokens\/(\d+)$/,
    handle: (call, id = "") => {
      const token = call.state.tokens.find((candidate) => String(candidate.id) === id);
      if (token === undefined) return notFound();
      if (call.user.isAdmin !== true && token.userId !== call.user.id) return forbidden();
      token.revoked = true;
      return { status: 204 };
    },
  },
  {
    method: "POST",
    path: /^personal_access_tokens\/(\d+)\/rotate$/,
    since: "16.0",
    handle: (call, id = "") => {
      const token = named(call, id);
      return "status" in token ? token : rotate(call, token);
    },
  },
];
