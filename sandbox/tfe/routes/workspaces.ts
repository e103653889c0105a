import {
  ApiError,
  type Call,
  dataOf,
  empty,
  idIn,
  includes,
  notFound,
  object,
  ok,
  organizationOf,
  page,
  type Route,
  text,
  unprocessable,
} from "../api";
import type { TfeState, Workspace } from "../state";
import { applyVcsRepo, WORKSPACE_LINK } from "../vcs";
import { activeRun, showBindings, showWorkspace, workspaceDefaults } from "../workspace-view";

const flags = [
  "allow-destroy-plan",
  "assessments-enabled",
  "auto-apply",
  "auto-apply-run-trigger",
  "file-triggers-enabled",
  "global-remote-state",
  "queue-all-runs",
  "speculative-enabled",
  "structured-run-output-enabled",
  "inherits-project-auto-destroy",
] as const;
const texts = [
  "description",
  "terraform-version",
  "working-directory",
  "auto-destroy-at",
  "auto-destroy-activity-duration",
];
const lists = ["trigger-prefixes", "trigger-patterns"];
const onCreation = ["source-name", "source-url", "migration-environment"];

/** Applies the attributes given; everything else stays. */
export function applyWorkspace(state: TfeState, workspace: Workspace, wish: Record<string, unknown>): void {
  const name = wish.name;
  if (name !== undefined) {
    if (typeof name !== "string" || !/^[A-Za-z0-9_-]{1,90}$/.test(name)) {
      throw unprocessable("Name can only include letters, numbers, -, and _", "/data/attributes/name");
    }
    const other = findByName(state, workspace.organization, name);
    if (other !== undefined && other.id !== workspace.id) {
      throw unprocessable("Name has already been taken", "/data/attributes/name");
    }
    workspace.attributes.name = name;
  }
  for (const key of flags) {
    const value = wish[key];
    if (value === undefined || value === null) continue;
    if (typeof value !== "boolean") throw unprocessable(`${key} must be true or false`, `/data/attributes/${key}`);
    workspace.attributes[key] = value;
  }
  for (const key of texts) if (key in wish) workspace.attributes[key] = wish[key] === undefined ? null : wish[key];
  for (const key of lists) if (Array.isArray(wish[key])) workspace.attributes[key] = wish[key];
  const mode = wish["execution-mode"];
  if (mode !== undefined && mode !== null) {
    if (mode !== "remote" && mode !== "local" && mode !== "agent") {
      throw unprocessable("Execution mode is not included in the list", "/data/attributes/execution-mode");
    }
    workspace.attributes["execution-mode"] = mode;
    if (mode !== "agent") workspace.agentPoolId = null;
  }
  if (typeof wish["agent-pool-id"] === "string") workspace.agentPoolId = wish["agent-pool-id"] || null;
  applyVcsRepo(state, workspace, wish, WORKSPACE_LINK);
  const prefixes = workspace.attributes["trigger-prefixes"];
  const patterns = workspace.attributes["trigger-patterns"];
  if (Array.isArray(prefixes) && Array.isArray(patterns) && prefixes.length > 0 && patterns.length > 0) {
    throw unprocessable(
      "Trigger prefixes and trigger patterns cannot both be set",
      "/data/attributes/trigger-patterns",
    );
  }
}

export function findByName(state: TfeState, organization: string, name: string): Workspace | undefined {
  for (const workspace of state.workspaces.values()) {
    if (workspace.organization === organization && workspace.attributes.name === name) return workspace;
  }
  return undefined;
}

/** The workspace that a path names, by id or by organization and name. */
export function workspaceOf(call: Call): Workspace {
  const { id, organization, workspace } = call.params;
  const found =
    id !== undefined ? call.state.workspaces.get(id) : findByName(call.state, organization ?? "", workspace ?? "");
  if (found === undefined) throw notFound();
  return found;
}

/** Makes a workspace with the defaults of the API. */
export function addWorkspace(state: TfeState, organization: string, name: string): Workspace {
  const workspace: Workspace = {
    id: state.newId("ws"),
    organization,
    attributes: { ...workspaceDefaults, name },
    vcsRepo: null,
    projectId: state.organizations.get(organization)?.defaultProjectId ?? "",
    sshKeyId: null,
    agentPoolId: null,
    tagNames: [],
    tagBindings: [],
    remoteStateConsumers: [],
    locked: null,
    runs: [],
    updatedAt: "2024-01-01T00:00:00.000Z",
  };
  state.workspaces.set(workspace.id, workspace);
  return workspace;
}

function create(call: Call) {
  const { name: organization } = organizationOf(call);
  const { attributes, relationships } = dataOf(call);
  const name = text(attributes.name) ?? "";
  if (!/^[A-Za-z0-9_-]{1,90}$/.test(name)) {
    throw unprocessable("Name can only include letters, numbers, -, and _", "/data/attributes/name");
  }
  if (findByName(call.state, organization, name) !== undefined) {
    throw unprocessable("Name has already been taken", "/data/attributes/name");
  }
  const workspace = addWorkspace(call.state, organization, name);
  try {
    for (const key of onCreation) if (key in attributes) workspace.attributes[key] = attributes[key];
    applyWorkspace(call.state, workspace, attributes);
    applyRelationships(call, workspace, relationships);
  } catch (error) {
    call.state.workspaces.delete(workspace.id);
    throw error;
  }
  return ok({ data: showWorkspace(call.state, workspace) }, 201);
}

function applyRelationships(call: Call, workspace: Workspace, relationships: Record<string, unknown>): void {
  const project = idIn(relationships.project);
  if (project !== null) {
    if (call.state.projects.get(project)?.organization !== workspace.organization) {
      throw unprocessable("Project does not exist", "/data/relationships/project");
    }
    workspace.projectId = project;
  }
  const bindings = object(relationships["tag-bindings"]).data;
  if (Array.isArray(bindings)) {
    // A set: the order in which a client sends them means nothing.
    workspace.tagBindings = bindings
      .map((binding) => {
        const { key, value } = object(object(binding).attributes);
        return { key: String(key), value: String(value ?? "") };
      })
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }
}

function update(call: Call) {
  const workspace = workspaceOf(call);
  const { attributes, relationships } = dataOf(call);
  // All or nothing: a request that is refused changes nothing.
  const draft: Workspace = structuredClone(workspace);
  applyWorkspace(call.state, draft, attributes);
  applyRelationships(call, draft, relationships);
  Object.assign(workspace, draft, { updatedAt: new Date().toISOString() });
  return ok({ data: showWorkspace(call.state, workspace) });
}

function list(call: Call) {
  const { name } = organizationOf(call);
  const { query } = call;
  const search = query.get("search[name]")?.toLowerCase();
  const wildcard = query.get("search[wildcard-name]");
  const tags = query.get("search[tags]")?.split(",").filter(Boolean) ?? [];
  const without = query.get("search[exclude-tags]")?.split(",").filter(Boolean) ?? [];
  const project = query.get("filter[project][id]");
  const status = query.get("filter[current-run][status]")?.split(",");
  const glob = wildcard === null ? undefined : new RegExp(`^${wildcard.split("*").map(quote).join(".*")}$`, "i");
  const found = [...call.state.workspaces.values()].filter((workspace) => {
    const own = String(workspace.attributes.name);
    return (
      workspace.organization === name &&
      (search === undefined || own.toLowerCase().includes(search)) &&
      (glob === undefined || glob.test(own)) &&
      tags.every((tag) => workspace.tagNames.includes(tag)) &&
      !without.some((tag) => workspace.tagNames.includes(tag)) &&
      (project === null || workspace.projectId === project) &&
      (status === undefined || status.includes(workspace.runs.at(-1)?.status ?? ""))
    );
  });
  const sort = query.get("sort");
  const direction = sort?.startsWith("-") === true ? -1 : 1;
  found.sort((a, b) => direction * (String(a.attributes.name) < String(b.attributes.name) ? -1 : 1));
  const runs = includes(call, "current_run", "current-run")
    ? found
        .flatMap(({ runs: all }) => all.slice(-1))
        .map((run) => ({ id: run.id, type: "runs", attributes: { status: run.status } }))
    : [];
  const bindings = includes(call, "effective_tag_bindings")
    ? found.flatMap((workspace) => showBindings(workspace, "effective-tag-bindings"))
    : [];
  return page(call, found, (workspace) => showWorkspace(call.state, workspace), [...runs, ...bindings]);
}

const quote = (part: string) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");

function read(call: Call) {
  const workspace = workspaceOf(call);
  const bindings = includes(call, "effective_tag_bindings") ? showBindings(workspace, "effective-tag-bindings") : [];
  const run = workspace.runs.at(-1);
  const runs =
    run !== undefined && includes(call, "current_run", "current-run")
      ? [{ id: run.id, type: "runs", attributes: { status: run.status } }]
      : [];
  const included = [...bindings, ...runs];
  return ok({ data: showWorkspace(call.state, workspace), ...(included.length === 0 ? {} : { included }) });
}

function remove(call: Call) {
  call.state.workspaces.delete(workspaceOf(call).id);
  return empty();
}

function safeDelete(call: Call) {
  const workspace = workspaceOf(call);
  const resources = workspace.attributes["resource-count"];
  if (
    activeRun(workspace) !== undefined ||
    workspace.locked !== null ||
    (typeof resources === "number" && resources > 0)
  ) {
    throw new ApiError(409, "conflict", "Workspace cannot be safely deleted: it manages resources or is locked");
  }
  call.state.workspaces.delete(workspace.id);
  return empty();
}

const byName = "/api/v2/organizations/:organization/workspaces/:workspace";
const byId = "/api/v2/workspaces/:id";

export const workspaceRoutes: readonly Route[] = [
  { method: "GET", path: "/api/v2/organizations/:organization/workspaces", handle: list },
  { method: "POST", path: "/api/v2/organizations/:organization/workspaces", handle: create },
  ...[byName, byId].flatMap((path): Route[] => [
    { method: "GET", path, handle: read },
    { method: "PATCH", path, handle: update },
    { method: "DELETE", path, handle: remove },
    { method: "POST", path: `${path}/actions/safe-delete`, handle: safeDelete },
  ]),
];
