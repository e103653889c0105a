import type { Received } from "../http/serve";
import { type GitlabCall, type GitlabRoute, reply } from "./call";
import { paged } from "./pages";
import type { GitlabProject, GitlabState } from "./state";

/** A project as the API shows it to its members. */
export function showProject({ id, path, accessLevel }: GitlabProject, { headers }: Received): unknown {
  const name = path.split("/").at(-1) ?? path;
  const address = `http://${headers.host}/${path}`;
  const access = { access_level: accessLevel, notification_level: 3 };
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
    archived: false,
    permissions: { project_access: accessLevel > 0 ? access : null, group_access: null },
  };
}

/** The projects of which the token's user is a member, at the level that the request asks for. */
export function visibleProjects(state: GitlabState, { query }: Received): readonly GitlabProject[] {
  const level = Math.max(1, Number(query.get("min_access_level")) || 1);
  return [...state.projects.values()].filter(({ accessLevel }) => accessLevel >= level);
}

/** The project of an id or of a full path; undefined when the user is no member of it. */
export function findProject({ projects }: GitlabState, id: string): GitlabProject | undefined {
  const found = projects.get(id) ?? [...projects.values()].find((candidate) => String(candidate.id) === id);
  return found === undefined || found.accessLevel === 0 ? undefined : found;
}

export const noProject = () => reply(404, { message: "404 Project Not Found" });

/** Newest first. */
function list({ state, request }: GitlabCall) {
  const search = request.query.get("search")?.toLowerCase() ?? "";
  const found = visibleProjects(state, request).filter(({ path }) => path.toLowerCase().includes(search));
  return paged(
    request,
    found.sort((a, b) => b.id - a.id).map((project) => showProject(project, request)),
  );
}

export const projectRoutes: readonly GitlabRoute[] = [
  { method: "GET", path: /^projects$/, handle: list },
  {
    method: "GET",
    path: /^projects\/([^/]+)$/,
    handle: ({ state, request }, id = "") => {
      const project = findProject(state, id);
      return project === undefined ? noProject() : reply(200, showProject(project, request));
    },
  },
];
