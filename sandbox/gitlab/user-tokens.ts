import type { Reply } from "../http/serve";
import { type GitlabCall, type GitlabRoute, parametersOf, reply } from "./call";
import { badParameter, forbidden, notFound, unprocessable } from "./errors";
import { expiryTrouble, showToken, usualExpiry } from "./personal-access-token";

/** Scopes that a token may have ("Access token scopes"), as far as a VCS connection may meet them. */
const SCOPES = [
  "api",
  "read_api",
  "read_user",
  "read_repository",
  "write_repository",
  "self_rotate",
  "k8s_proxy",
  "sudo",
];

/** Makes a token for a user, of what the request says. */
export function make(call: GitlabCall, userId: number, allowed: readonly string[] = SCOPES): Reply {
  const { state, request, now } = call;
  const { name, scopes, expires_at: day, description } = parametersOf(request);
  const missing = [
    ...(typeof name === "string" && name !== "" ? [] : ["name is missing"]),
    ...(Array.isArray(scopes) ? [] : ["scopes is missing"]),
  ];
  if (missing.length > 0 || !Array.isArray(scopes)) return badParameter(400, missing.join(", "));
  const wanted = scopes.map(String);
  if (!wanted.every((scope) => allowed.includes(scope))) return badParameter(400, "scopes does not have a valid value");
  const given = typeof day === "string" && day !== "" ? day : undefined;
  if (given !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(given)) return badParameter(400, "expires_at is invalid");
  const trouble = given === undefined ? undefined : expiryTrouble(given, now, state.settings);
  if (trouble !== undefined) return unprocessable(trouble);
  const expiresAt = given ?? usualExpiry(state.users.get(userId), now, state.settings);
  const text = typeof description === "string" ? description : null;
  const made = state.createToken({ name: String(name), scopes: wanted, userId, expiresAt, description: text });
  return reply(201, { ...showToken(made, now), token: made.token });
}

/** Tokens that are made over the API ("User tokens API"): for anybody by an administrator, for oneself with two scopes alone. */
export const userTokenRoutes: readonly GitlabRoute[] = [
  {
    method: "POST",
    path: /^user\/personal_access_tokens$/,
    since: "16.5",
    handle: (call) => make(call, call.user.id, ["k8s_proxy", "self_rotate"]),
  },
  {
    method: "POST",
    path: /^users\/(\d+)\/personal_access_tokens$/,
    handle: (call, id = "") => {
      if (call.user.isAdmin !== true) return forbidden();
      return call.state.users.has(Number(id)) ? make(call, Number(id)) : notFound("User");
    },
  },
];
