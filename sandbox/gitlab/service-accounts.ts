import type { Reply } from "../http/serve";
import { type GitlabCall, type GitlabRoute, parametersOf, reply } from "./call";
import { forbidden, notFound } from "./errors";
import { findGroup } from "./groups";
import type { PersonalAccessToken } from "./personal-access-token";
import { groupLevel } from "./roles";
import { rotate } from "./tokens";
import { make } from "./user-tokens";
import type { GitlabUser } from "./users";

const OWNER = 50;

const show = ({ id, username }: GitlabUser) => ({
  id,
  username,
  name: username,
  email: `${username}@noreply.gitlab.sandbox.test`,
});

function create({ state, request }: GitlabCall, usual: string): Reply {
  const { username } = parametersOf(request);
  const name = typeof username === "string" && username !== "" ? username : usual;
  return reply(201, show(state.addUser(name, { type: "service_account" })));
}

/** The group, and the refusal where the user is no Owner of it: they alone manage its service accounts. */
function owned(call: GitlabCall, id: string): { readonly path: string } | Reply {
  const group = findGroup(call, id);
  if ("status" in group) return group;
  const isOwner = call.user.isAdmin === true || groupLevel(call.state, call.user.id, group.path) >= OWNER;
  return isOwner ? group : forbidden();
}

const account = ({ state }: GitlabCall, id: string): GitlabUser | undefined => {
  const user = state.users.get(Number(id));
  return user?.type === "service_account" ? user : undefined;
};

/** A route for a service account of a group. */
const ofAccount = (
  method: GitlabRoute["method"],
  rest: string,
  handle: (call: GitlabCall, user: GitlabUser, tokenId: string) => Reply,
): GitlabRoute => ({
  method,
  path: new RegExp(`^groups/([^/]+)/service_accounts/(\\d+)/personal_access_tokens${rest}$`),
  since: "16.1",
  handle: (call, id = "", userId = "", tokenId = "") => {
    const group = owned(call, id);
    if ("status" in group) return group;
    const user = account(call, userId);
    return user === undefined ? notFound("User") : handle(call, user, tokenId);
  },
});

const tokenOf = ({ state }: GitlabCall, user: GitlabUser, id: string): PersonalAccessToken | undefined =>
  state.tokens.find((token) => String(token.id) === id && token.userId === user.id);

/** Users that no person signs in as ("Service accounts API"). */
export const serviceAccountRoutes: readonly GitlabRoute[] = [
  {
    method: "POST",
    path: /^service_accounts$/,
    since: "16.1",
    handle: (call) => (call.user.isAdmin === true ? create(call, call.state.nameFor("service_account")) : forbidden()),
  },
  {
    method: "POST",
    path: /^groups\/([^/]+)\/service_accounts$/,
    since: "16.1",
    handle: (call, id = "") => {
      const group = owned(call, id);
      if ("status" in group) return group;
      return create(call, call.state.nameFor(`service_account_group_${call.state.groupId(group.path)}`));
    },
  },
  ofAccount("POST", "", (call, user) => make(call, user.id)),
  ofAccount("POST", "/(\\d+)/rotate", (call, user, id) => {
    const token = tokenOf(call, user, id);
    return token === undefined ? notFound("Personal Access Token") : rotate(call, token);
  }),
  ofAccount("DELETE", "/(\\d+)", (call, user, id) => {
    const token = tokenOf(call, user, id);
    if (token === undefined) return notFound("Personal Access Token");
    token.revoked = true;
    return { status: 204 };
  }),
];
