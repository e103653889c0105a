import { type AttributeTable, readAttributes } from "../api/attributes";
import { documentOf } from "../api/body";
import { ApiError, unprocessable } from "../api/errors";
import { findOrganization, findRecord, ownedBy } from "../api/find-organization";
import { object, text } from "../api/json";
import { page } from "../api/page";
import { idsOf } from "../api/relationship";
import { type Call, created, includes, noContent, ok, type Route, route } from "../api/route";
import type { Project } from "../state/records";
import type { TfeState } from "../state/tfe-state";
import { requireAgentMode } from "./require-agent-mode";
import { showProject } from "./show-project";
import { matchesTagged, mergeBindings, ownBindings, readBindings, showBindings, sortBindings } from "./tag-bindings";

const ATTRIBUTES: AttributeTable = {
  name: "text",
  description: "text",
  "auto-destroy-activity-duration": "duration",
  "default-execution-mode": ["remote", "local", "agent"],
  "default-agent-pool-id": "optional-text",
};

const find = (call: Call) => findRecord(call, call.state.projects);

/** Adds a project with the defaults of the API. */
export function addProject(state: TfeState, organization: string, name: string, createdAt: string): Project {
  const project: Project = {
    id: state.newId("prj"),
    organization,
    name,
    description: "",
    attributes: {
      "created-at": createdAt,
      "is-unified": false,
      "auto-destroy-activity-duration": null,
      "default-execution-mode": "remote",
      "setting-overwrites": { "default-execution-mode": false, "default-agent-pool": false },
    },
    defaultAgentPoolId: null,
    tagBindings: [],
  };
  state.projects.set(project.id, project);
  return project;
}

/** Applies a request; `organization` is where its name must be unique. */
function apply(call: Call, project: Project): void {
  const { attributes, relationships } = documentOf(call);
  const { name, description, "default-agent-pool-id": pool, ...rest } = readAttributes(ATTRIBUTES, attributes);
  const bindings = object(relationships["tag-bindings"]).data;
  const given = bindings === undefined ? undefined : readBindings(bindings, "/data/relationships/tag-bindings/data");
  if (name !== undefined) project.name = requireName(call, project, text(name) ?? "");
  if (description !== undefined) project.description = text(description) ?? "";
  if (given !== undefined) project.tagBindings = sortBindings(given);
  Object.assign(project.attributes, rest);
  applyDefaults(call, project, pool, object(attributes["setting-overwrites"]));
}

/** Where the runs of the project's workspaces happen: its own choice, or the organization's given back to it. */
function applyDefaults(
  call: Call,
  project: Project,
  pool: unknown,
  overwrites: Readonly<Record<string, unknown>>,
): void {
  const given = documentOf(call).attributes["default-execution-mode"];
  const own = typeof given === "string" ? true : overwrites["default-execution-mode"];
  if (pool !== undefined) project.defaultAgentPoolId = text(pool) || null;
  requireAgentMode(project.attributes, project, text(pool), {
    label: "Agent pool",
    pointer: "/data/attributes/default-agent-pool-id",
  });
  if (typeof own !== "boolean") return;
  project.attributes["setting-overwrites"] = { "default-execution-mode": own, "default-agent-pool": own };
  if (own) return;
  const home = call.state.organizations.get(project.organization);
  project.attributes["default-execution-mode"] = home?.attributes["default-execution-mode"] ?? "remote";
  project.defaultAgentPoolId = home?.defaultAgentPoolId ?? null;
}

/** "Letters, numbers, spaces, - and _; 3 to 40 characters; no space at the ends" (HCP Terraform API, "Projects"). */
function requireName(call: Call, project: Project, name: string): string {
  if (!/^[\p{L}\p{N}_-][\p{L}\p{N} _-]{1,38}[\p{L}\p{N}_-]$/u.test(name)) {
    throw unprocessable(
      "Name may only contain letters, numbers, spaces, - and _, and must have 3 to 40 of them",
      "/data/attributes/name",
    );
  }
  const others = ownedBy(call.state.projects, project.organization).filter(({ id }) => id !== project.id);
  if (others.some((other) => other.name === name)) {
    throw unprocessable("Name has already been taken", "/data/attributes/name");
  }
  return name;
}

function create(call: Call) {
  const { name: organization } = findOrganization(call);
  const { attributes } = documentOf(call);
  if (text(attributes.name) === undefined) throw unprocessable("Name can't be blank", "/data/attributes/name");
  const project = addProject(call.state, organization, "", call.now().toISOString());
  try {
    apply(call, project);
  } catch (error) {
    call.state.projects.delete(project.id);
    throw error;
  }
  return created(showProject(project));
}

function list(call: Call) {
  const { name } = findOrganization(call);
  const names = call.query.get("filter[names]")?.split(",");
  const query = call.query.get("q")?.toLowerCase();
  const projects = ownedBy(call.state.projects, name)
    .filter((project) => names === undefined || names.includes(project.name))
    .filter(({ tagBindings }) => matchesTagged(call.query, tagBindings))
    .filter((project) => query === undefined || project.name.toLowerCase().includes(query))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const bindings = wantsBindings(call);
  return page(
    call,
    projects,
    (project) => showProject(project, bindings),
    (shown) => includedWith(call, shown),
  );
}

const wantsBindings = (call: Call) => includes(call, "effective_tag_bindings", "effective-tag-bindings");

const includedWith = (call: Call, projects: readonly Project[]) =>
  wantsBindings(call)
    ? projects.flatMap((project) => showBindings(ownBindings(project), "effective-tag-bindings"))
    : [];

function remove(call: Call) {
  const project = find(call);
  const isDefault = call.state.organizations.get(project.organization)?.defaultProjectId === project.id;
  const members = [...call.state.workspaces.values(), ...call.state.stacks.values()];
  if (isDefault || members.some(({ projectId }) => projectId === project.id)) {
    const detail = isDefault ? "The default project cannot be deleted" : "The project still has workspaces or stacks";
    throw new ApiError(422, [{ title: "invalid request", detail }]);
  }
  call.state.projects.delete(project.id);
  for (const client of call.state.clients.values()) {
    client.projectIds = client.projectIds.filter((id) => id !== project.id);
  }
  for (const set of call.state.policySets.values()) set.projectIds = set.projectIds.filter((id) => id !== project.id);
  return noContent();
}

function moveWorkspaces(call: Call) {
  const project = find(call);
  const { workspaces } = call.state;
  const ids = idsOf(call, (id) => workspaces.get(id)?.organization === project.organization, 404);
  for (const id of ids) {
    const workspace = workspaces.get(id);
    if (workspace !== undefined) workspace.projectId = project.id;
  }
  return noContent();
}

export const projectRoutes: readonly Route[] = [
  route("GET", "/organizations/:organization/projects", list),
  route("POST", "/organizations/:organization/projects", create),
  route("GET", "/projects/:id", (call) =>
    ok(showProject(find(call), wantsBindings(call)), includedWith(call, [find(call)])),
  ),
  route("PATCH", "/projects/:id", (call) => {
    const draft = structuredClone(find(call));
    apply(call, draft);
    return ok(showProject(Object.assign(find(call), draft)));
  }),
  route("DELETE", "/projects/:id", remove),
  route("POST", "/projects/:id/relationships/workspaces", moveWorkspaces),
  route("GET", "/projects/:id/tag-bindings", (call) => ok(showBindings(ownBindings(find(call)), "tag-bindings"))),
  route("PATCH", "/projects/:id/tag-bindings", (call) => ok(mergeBindings(call, find(call)))),
  route("GET", "/projects/:id/effective-tag-bindings", (call) =>
    ok(showBindings(ownBindings(find(call)), "effective-tag-bindings")),
  ),
];
