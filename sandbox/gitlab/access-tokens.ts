import type { Reply } from "../http/serve";
import { MAINTAINER } from "./authorize";
import { type GitlabCall, type GitlabRoute, parametersOf, reply } from "./call";
import { badParameter, badRequest, notFound, unauthorized } from "./errors";
import { findGroup } from "./groups";
import { paged } from "./pages";
import { isActive, type PersonalAccessToken, showToken } from "./personal-access-token";
import { findProject } from "./projects";
import { groupLevel } from "./roles";
import { rotate } from "./tokens";
import { make } from "./user-tokens";

const OWNER = 50;
const LEVELS = [10, 15, 20, 30, 40, 50];

/** A project or group as the owner of tokens: each has a bot user of its own as a member. */
interface Resource {
  readonly kind: "project" | "group";
  readonly id: number;
  readonly level: number;
  readonly members: Map<number, number>;
}

function resourceOf(call: GitlabCall, kind: (typeof KINDS)[number], id: string): Resource | Reply {
  const { state, user } = call;
  if (kind === "projects") {
    const project = findProject(call, id);
    if ("status" in project) return project;
    const level = user.isAdmin === true ? OWNER : state.levelOf(user.id, project);
    return { kind: "project", id: project.id, level, members: project.members };
  }
  const group = findGroup(call, id);
  if ("status" in group) return group;
  const level = user.isAdmin === true ? OWNER : groupLevel(state, user.id, group.path);
  return { kind: "group", id: state.groupId(group.path), level, members: state.membersOf(group.path) };
}

/** Maintainers manage a project's tokens, Owners a group's (app/policies). */
const mayManage = ({ kind, level }: Resource) => level >= (kind === "project" ? MAINTAINER : OWNER);

function create(call: GitlabCall, resource: Resource): Reply {
  if (!mayManage(resource)) return badRequest(`User does not have permission to create ${resource.kind} access token`);
  const level = Number(parametersOf(call.request).access_level ?? MAINTAINER);
  if (!LEVELS.includes(level)) return badParameter(400, "access_level does not have a valid value");
  const { state } = call;
  const username = state.nameFor(`${resource.kind}_${resource.id}_bot`);
  const bot = state.addUser(username, { type: `${resource.kind}_bot` });
  const made = make(call, bot.id);
  if (made.status >= 400) {
    state.users.delete(bot.id);
    return made;
  }
  resource.members.set(bot.id, level);
  return { ...made, body: { ...Object(made.body), access_level: level } };
}

const KINDS = ["projects", "groups"] as const;

/** Routes for the tokens of a project and of a group. */
const tokens = (
  method: GitlabRoute["method"],
  rest: string,
  handle: (call: GitlabCall, resource: Resource, token: PersonalAccessToken | undefined) => Reply,
  since = "13.10",
): readonly GitlabRoute[] =>
  KINDS.map((kind) => ({
    method,
    path: new RegExp(`^${kind}/([^/]+)/access_tokens${rest}$`),
    since,
    handle: (call, id = "", tokenId = "") => {
      const resource = resourceOf(call, kind, id);
      if ("status" in resource) return resource;
      if (method !== "POST" && !mayManage(resource)) return unauthorized();
      const found = tokensOf(call, resource).find((token) => String(token.id) === tokenId);
      return handle(call, resource, found);
    },
  }));

function tokensOf({ state }: GitlabCall, { kind, members }: Resource): readonly PersonalAccessToken[] {
  return state.tokens.filter(({ userId }) => members.has(userId) && state.users.get(userId)?.type === `${kind}_bot`);
}

const show = (token: PersonalAccessToken, { members }: Resource, now: Date) => ({
  ...showToken(token, now),
  access_level: members.get(token.userId) ?? 0,
});

/** Tokens of projects and groups ("Project access tokens API", "Group access tokens API"), whose users are bots. */
export const accessTokenRoutes: readonly GitlabRoute[] = [
  ...tokens("GET", "", (call, resource) => {
    const active = tokensOf(call, resource).filter((token) => isActive(token, call.now));
    return paged(
      call.request,
      active.map((token) => show(token, resource, call.now)),
    );
  }),
  ...tokens("POST", "", create),
  ...tokens("GET", "/(\\d+)", (call, resource, token) =>
    token === undefined ? notFound() : reply(200, show(token, resource, call.now)),
  ),
  ...tokens(
    "POST",
    "/(\\d+)/rotate",
    (call, resource, token) => {
      if (!mayManage(resource)) return unauthorized();
      return token === undefined ? notFound() : rotate(call, token);
    },
    "16.0",
  ),
  ...tokens("DELETE", "/(\\d+)", (_, __, token) => {
    if (token === undefined) return notFound();
    token.revoked = true;
    return { status: 204 };
  }),
];
