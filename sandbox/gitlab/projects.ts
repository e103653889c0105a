import type { Received, Reply } from "../http/serve";
import { type GitlabCall, type GitlabRoute, reply } from "./call";
import { paged } from "./pages";
import type { GitlabProject } from "./project";
import type { GitlabState } from "./state";

/** A project as the API shows it to one of its members. */
export function showProject(
  state: GitlabState,
  userId: number,
  project: GitlabProject,
  { headers }: Received,
): unknown {
  const { id, path, archived } = project;
  const name = path.split("/").at(-1) ?? path;
  const address = `http://${headers.host}/${path}`;
  const access = (level: number) => (level > 0 ? { access_level: level, notification_level: 3 } : null);
  return {
    id,
    description: null,
    name,
    name_with_namespace: path.replaceAll("/", " / "),
    path: name,
    path_with_namespace: path,
    default_branch: "main",
    ssh_url_to_repo: `git@${headers.host?.replace(/:\d+$/, "")}:${path}.git`,
    http_url_to_repo: `${address}.git`,
    web_url: address,
    visibility: "private",
    archived,
    permissions: {
      project_access: access(project.members.get(userId) ?? 0),
      group_access: access(state.groupLevelOf(userId, project)),
    },
  };
}

/** The projects of which a user is a member, at the level that the request asks for. */
export function visibleProjects(state: GitlabState, userId: number, { query }: Received): readonly GitlabProject[] {
  const level = Math.max(1, Number(query.get("min_access_level")) || 1);
  return [...state.projects.values()].filter((project) => state.levelOf(userId, project) >= level);
}

/** A route's project, by its id or its full path in any case; the refusal when the user is no member of it. */
export function findProject({ state, request, token }: GitlabCall, id: string): GitlabProject | Reply {
  const path = id.toLowerCase();
  const moved = state.projects.has(path) ? undefined : state.moved.get(path);
  const found =
    moved ?? state.projects.get(path) ?? [...state.projects.values()].find((candidate) => String(candidate.id) === id);
  if (found === undefined || state.levelOf(token.userId, found) === 0) return noProject();
  return moved === undefined ? found : redirected(request, moved);
}

/** GitLab leads readers of a moved project to the same address with its id (lib/api/helpers.rb, `find_project!`). */
function redirected({ method, path, query, headers }: Received, { id }: GitlabProject): Reply {
  if (method !== "GET" && method !== "HEAD") {
    return reply(405, { message: "405 Non GET methods are not allowed for moved projects" });
  }
  const to = `http://${headers.host}${path.replace(/\/projects\/[^/]+/, `/projects/${id}`)}${query.size > 0 ? `?${query}` : ""}`;
  return { status: 301, text: `This resource has been moved permanently to ${to}.`, headers: { Location: to } };
}

export const noProject = () => reply(404, { message: "404 Project Not Found" });

/** Newest first. */
function list({ state, request, token }: GitlabCall) {
  const search = request.query.get("search")?.toLowerCase() ?? "";
  const found = visibleProjects(state, token.userId, request).filter(({ path }) => path.toLowerCase().includes(search));
  return paged(
    request,
    [...found].sort((a, b) => b.id - a.id).map((project) => showProject(state, token.userId, project, request)),
  );
}

/** A member as the API shows it, with what the groups above the project give. */
function showMember({ users }: GitlabState, userId: number, level: number): unknown {
  const { username, state } = users.get(userId) ?? { username: `user-${userId}`, state: "active" };
  return { id: userId, username, name: username, state, locked: false, access_level: level, expires_at: null };
}

/** Members with the roles of the groups above ("Members API", "all"), in the order of their ids. */
function membersOf(state: GitlabState, project: GitlabProject): readonly (readonly [id: number, level: number])[] {
  const ids = new Set([...project.members.keys(), ...[...state.groups.values()].flatMap((group) => [...group.keys()])]);
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
      return level === 0
        ? reply(404, { message: "404 Not found" })
        : reply(200, showMember(call.state, Number(userId), level));
    },
  },
];
