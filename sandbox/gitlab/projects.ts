import type { Received, Reply } from "../http/serve";
import { type GitlabCall, type GitlabRoute, reply } from "./call";
import { notAllowed, notFound } from "./errors";
import { keyset, paged } from "./pages";
import type { GitlabProject } from "./project";
import { groupsAbove, inheritedLevel } from "./roles";
import type { GitlabState } from "./state";

export const addressOf = (host: string | undefined, path: string) => `http://${host}/${path}`;

/** The group, or the user, that a project is in. */
export function namespaceOf(state: GitlabState, path: string, host: string | undefined): unknown {
  const above = groupsAbove(path);
  const full = above.at(-1) ?? "";
  const name = full.split("/").at(-1) ?? full;
  const parent = above.at(-2);
  return {
    id: state.groupId(full),
    name,
    path: name,
    kind: "group",
    full_path: full,
    parent_id: parent === undefined ? null : state.groupId(parent),
    avatar_url: null,
    web_url: `http://${host}/groups/${full}`,
  };
}

/** What every answer that shows a project says of it. */
export function identityOf(state: GitlabState, { id, path }: GitlabProject, host: string | undefined) {
  const name = path.split("/").at(-1) ?? path;
  return {
    id,
    description: null,
    name,
    name_with_namespace: path.replaceAll("/", " / "),
    path: name,
    path_with_namespace: path,
    web_url: addressOf(host, path),
    namespace: namespaceOf(state, path, host),
  };
}

/**
 * A project as the API shows it to one of its members. What `permissions` leave out is the role by a group that the project is shared
 * with (lib/api/entities/project_with_access.rb). `simple`: without what takes time, `archived` among it.
 */
export function showProject(
  state: GitlabState,
  userId: number,
  project: GitlabProject,
  { headers, query }: Received,
): unknown {
  const { path, archived } = project;
  const address = addressOf(headers.host, path);
  const access = (level: number) => (level > 0 ? { access_level: level, notification_level: 3 } : null);
  const isSimple = query.get("simple") === "true";
  return {
    ...identityOf(state, project, headers.host),
    default_branch: "main",
    ssh_url_to_repo: `git@${headers.host?.replace(/:\d+$/, "")}:${path}.git`,
    http_url_to_repo: `${address}.git`,
    ...(isSimple
      ? {}
      : {
          visibility: "private",
          archived,
          permissions: {
            project_access: access(project.members.get(userId) ?? 0),
            group_access: access(inheritedLevel(state, userId, project)),
          },
        }),
  };
}

/** The projects of which a user is a member, at the level that the request asks for. */
export function visibleProjects(state: GitlabState, userId: number, { query }: Received): readonly GitlabProject[] {
  const level = Math.max(1, Number(query.get("min_access_level")) || 1);
  return [...state.projects.values()].filter((project) => state.levelOf(userId, project) >= level);
}

/** A route's project, by its id or its full path in any case; the refusal when the user is no member of it and no administrator. */
export function findProject({ state, request, user }: GitlabCall, id: string): GitlabProject | Reply {
  const path = id.toLowerCase();
  const moved = state.projects.has(path) ? undefined : state.moved.get(path);
  const found =
    moved ?? state.projects.get(path) ?? [...state.projects.values()].find((candidate) => String(candidate.id) === id);
  const seen = found !== undefined && (user.isAdmin === true || state.levelOf(user.id, found) > 0);
  if (!seen) return notFound("Project");
  return moved === undefined ? found : redirected(request, moved);
}

/** GitLab leads readers of a moved project to the same address with its id (lib/api/helpers.rb, `find_project!`). */
function redirected({ method, path, query, headers }: Received, { id }: GitlabProject): Reply {
  if (method !== "GET" && method !== "HEAD") {
    return notAllowed("405 Non GET methods are not allowed for moved projects");
  }
  const to = `http://${headers.host}${path.replace(/\/projects\/[^/]+/, `/projects/${id}`)}${query.size > 0 ? `?${query}` : ""}`;
  return { status: 301, text: `This resource has been moved permanently to ${to}.`, headers: { Location: to } };
}

/** Newest first, unless asked otherwise. */
function list({ state, request, user }: GitlabCall) {
  const { query } = request;
  const search = query.get("search")?.toLowerCase() ?? "";
  const archived = query.get("archived");
  const found = visibleProjects(state, user.id, request)
    .filter(({ path }) => path.toLowerCase().includes(search))
    .filter((project) => archived === null || String(project.archived) === archived);
  const byId = new Map(found.map((project) => [project.id, project]));
  const show = (id: number) => {
    const project = byId.get(id);
    return project === undefined ? null : showProject(state, user.id, project, request);
  };
  if (query.get("pagination") === "keyset") return keyset(request, found, show);
  const up = query.get("sort") === "asc";
  const ids = found.map(({ id }) => id).sort((a, b) => (up ? a - b : b - a));
  const shown = paged(request, ids);
  return Array.isArray(shown.body) ? { ...shown, body: shown.body.map(show) } : shown;
}

/** A member as the API shows it, with what the groups above the project give. */
export function showMember({ users }: GitlabState, userId: number, level: number): unknown {
  const { username, state } = users.get(userId) ?? { username: `user-${userId}`, state: "active" };
  return { id: userId, username, name: username, state, locked: false, access_level: level, expires_at: null };
}

/** Members with the roles of the groups above ("Members API", "all"), in the order of their ids. */
function membersOf(state: GitlabState, project: GitlabProject): readonly (readonly [id: number, level: number])[] {
  const inGroups = [...state.groups.values()].flatMap((group) => [...group.keys()]);
  const ids = new Set([...project.members.keys(), ...inGroups]);
  return [...ids]
    .sort((a, b) => a - b)
    .map((id) => [id, state.levelOf(id, project)] as const)
    .filter(([, level]) => level > 0);
}

export const projectRoutes: readonly GitlabRoute[] = [
  { method: "GET", path: /^projects$/, handle: list },
  {
    method: "GET",
    path: /^projects\/([^/]+)$/,
    handle: (call, id = "") => {
      const project = findProject(call, id);
      if ("status" in project) return project;
      return reply(200, showProject(call.state, call.token.userId, project, call.request));
    },
  },
  {
    method: "GET",
    path: /^projects\/([^/]+)\/members\/all$/,
    handle: (call, id = "") => {
      const project = findProject(call, id);
      if ("status" in project) return project;
      const { state, request } = call;
      return paged(
        request,
        membersOf(state, project).map(([user, level]) => showMember(state, user, level)),
      );
    },
  },
  {
    method: "GET",
    path: /^projects\/([^/]+)\/members\/all\/(\d+)$/,
    handle: (call, id = "", userId = "") => {
      const project = findProject(call, id);
      if ("status" in project) return project;
      const level = call.state.levelOf(Number(userId), project);
      return level === 0 ? notFound() : reply(200, showMember(call.state, Number(userId), level));
    },
  },
];
