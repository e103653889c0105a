import { documentOf } from "../api/body";
import { ApiError, unprocessable } from "../api/errors";
import { findOrganization, findRecord, ownedBy } from "../api/find-organization";
import { text } from "../api/json";
import { page } from "../api/page";
import { idsOf } from "../api/relationship";
import { type Call, created, includes, noContent, ok, type Route, route } from "../api/route";
import { addProject } from "../state/add-project";
import type { Project } from "../state/records";
import { applyProject } from "./apply-project";
import { showProject } from "./show-project";
import { matchesTagged, mergeBindings, ownBindings, showBindings } from "./tag-bindings";

const find = (call: Call) => findRecord(call, call.state.projects);

function create(call: Call) {
  const { name: organization } = findOrganization(call);
  const { attributes } = documentOf(call);
  if (text(attributes.name) === undefined) throw unprocessable("Name can't be blank", "/data/attributes/name");
  const project = addProject(call.state, organization, "", call.now().toISOString());
  try {
    applyProject(call, project);
  } catch (error) {
    call.state.projects.delete(project.id);
    throw error;
  }
  return created(showProject(call.state, project));
}

function list(call: Call) {
  const { name } = findOrganization(call);
  const names = call.query.get("filter[names]")?.toLowerCase().split(",");
  // "If both are specified, filter[names] will be used".
  const query = names === undefined ? call.query.get("q")?.toLowerCase() : undefined;
  const direction = call.query.get("sort") === "-name" ? -1 : 1;
  const projects = ownedBy(call.state.projects, name)
    .filter((project) => names === undefined || names.includes(project.name.toLowerCase()))
    .filter(({ tagBindings }) => matchesTagged(call.query, tagBindings))
    .filter((project) => query === undefined || project.name.toLowerCase().includes(query))
    .sort((a, b) => (a.name < b.name ? -direction : direction));
  const bindings = wantsBindings(call);
  return page(
    call,
    projects,
    (project) => showProject(call.state, project, bindings),
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
  const others = (ids: readonly string[]) => ids.filter((id) => id !== project.id);
  for (const set of call.state.policySets.values()) {
    set.projectIds = others(set.projectIds);
    set.projectExclusionIds = others(set.projectExclusionIds);
  }
  return noContent();
}

function moveWorkspaces(call: Call) {
  const project = find(call);
  const { workspaces } = call.state;
  const ids = idsOf(call, (id) => workspaces.get(id)?.organization === project.organization, 403);
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
    ok(showProject(call.state, find(call), wantsBindings(call)), includedWith(call, [find(call)])),
  ),
  route("PATCH", "/projects/:id", (call) => {
    const draft = structuredClone(find(call));
    applyProject(call, draft);
    return ok(showProject(call.state, Object.assign(find(call), draft)));
  }),
  route("DELETE", "/projects/:id", remove),
  route("POST", "/projects/:id/relationships/workspaces", moveWorkspaces),
  route("GET", "/projects/:id/tag-bindings", (call) => ok(showBindings(ownBindings(find(call)), "tag-bindings"))),
  route("PATCH", "/projects/:id/tag-bindings", (call) => ok(mergeBindings(call, find(call)))),
  route("GET", "/projects/:id/effective-tag-bindings", (call) =>
    ok(showBindings(ownBindings(find(call)), "effective-tag-bindings")),
  ),
];
