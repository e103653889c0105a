import { documentOf } from "../api/body";
import { ApiError, unprocessable } from "../api/errors";
import { ownedBy } from "../api/find-organization";
import { object, text } from "../api/json";
import { page } from "../api/page";
import { idsOf, listChanges, one } from "../api/relationship";
import { type Call, noContent, ok, type Route, route } from "../api/route";
import type { Workspace } from "../state/records";
import type { TfeState } from "../state/tfe-state";
import { findWorkspace } from "./find-workspace";
import { showRun } from "./show-run";
import { showWorkspace } from "./show-workspace";
import { effectiveBindings, mergeBindings, ownBindings, showBindings } from "./tag-bindings";

const CONSUMERS = "/workspaces/:id/relationships/remote-state-consumers";
const TAGS = "/workspaces/:id/relationships/tags";

/** Every other workspace of the organization or of the project while the state is shared there, or else those that were named. */
function consumersOf({ workspaces }: TfeState, workspace: Workspace): readonly Workspace[] {
  const sharing = sharedWith(workspace);
  if (sharing === undefined) return workspace.remoteStateConsumers.flatMap((id) => workspaces.get(id) ?? []);
  const others = ownedBy(workspaces, workspace.organization).filter(({ id }) => id !== workspace.id);
  return sharing === "project" ? others.filter(({ projectId }) => projectId === workspace.projectId) : others;
}

function sharedWith({ attributes }: Workspace): "organization" | "project" | undefined {
  if (attributes["global-remote-state"] === true) return "organization";
  return attributes["project-remote-state"] === true ? "project" : undefined;
}

function listConsumers(call: Call) {
  return page(call, consumersOf(call.state, findWorkspace(call)), (consumer) => showWorkspace(call.state, consumer));
}

const changeConsumers = (method: keyof typeof listChanges) =>
  route(method, CONSUMERS, (call) => {
    const workspace = findWorkspace(call);
    const sharing = sharedWith(workspace);
    if (sharing !== undefined) {
      throw unprocessable(`Consumers cannot be named while the state is shared with the whole ${sharing}`, "/data");
    }
    const ids = idsOf(call, (id) => call.state.workspaces.get(id)?.organization === workspace.organization);
    if (method !== "DELETE" && ids.includes(workspace.id)) {
      throw unprocessable("A workspace cannot be a consumer of itself", "/data");
    }
    workspace.remoteStateConsumers = [...listChanges[method](workspace.remoteStateConsumers, ids)];
    return noContent();
  });

const tagId = (name: string) => `tag-${Buffer.from(name).toString("base64url")}`;

function listTags(call: Call) {
  const query = call.query.get("name")?.toLowerCase() ?? "";
  const { organization, tagNames } = findWorkspace(call);
  const names = tagNames.filter((name) => name.toLowerCase().includes(query));
  const tagged = (name: string) =>
    ownedBy(call.state.workspaces, organization).filter((workspace) => workspace.tagNames.includes(name)).length;
  return page(call, names, (name) => ({
    id: tagId(name),
    type: "tags",
    attributes: { name, "created-at": "2024-01-01T00:00:00.000Z", "instance-count": tagged(name) },
    relationships: { organization: one("organizations", organization) },
  }));
}

/** The tags that a request names, by name or by id. */
function tagsOf(call: Call, known: readonly string[]): readonly string[] {
  const { data } = documentOf(call);
  if (!Array.isArray(data)) throw unprocessable("Tags must be a list", "/data");
  return data.map((tag) => {
    const { id, attributes } = object(tag);
    const name = text(object(attributes).name) ?? known.find((other) => tagId(other) === id);
    if (name === undefined || name === "") {
      throw new ApiError(404, [{ title: "not found", detail: `Tag ${text(id) ?? ""} was not found` }]);
    }
    return name;
  });
}

const changeTags = (method: "POST" | "DELETE") =>
  route(method, TAGS, (call) => {
    const workspace = findWorkspace(call);
    const everywhere = [...call.state.workspaces.values()].flatMap(({ tagNames }) => tagNames);
    workspace.tagNames = [...listChanges[method](workspace.tagNames, tagsOf(call, everywhere))].sort();
    return noContent();
  });

function assignSshKey(call: Call) {
  const workspace = findWorkspace(call);
  const { id } = documentOf(call).attributes;
  if (typeof id === "string" && call.state.sshKeys.get(id)?.organization !== workspace.organization) {
    throw new ApiError(404, [{ title: "not found", detail: `SSH key ${id} was not found` }]);
  }
  workspace.sshKeyId = text(id) ?? null;
  return ok(showWorkspace(call.state, workspace));
}

function listRuns(call: Call) {
  const workspace = findWorkspace(call);
  const statuses = call.query.get("filter[status]")?.split(",");
  const runs = workspace.runs.filter(({ status }) => statuses === undefined || statuses.includes(status)).reverse();
  return page(call, runs, (run) => showRun(workspace, run));
}

function readRun(call: Call) {
  for (const workspace of call.state.workspaces.values()) {
    const run = workspace.runs.find(({ id }) => id === call.params.id);
    if (run !== undefined && call.user.rights === "all") return ok(showRun(workspace, run));
  }
  throw new ApiError(404, [{ title: "not found" }]);
}

const addBindings = (call: Call) => ok(mergeBindings(call, findWorkspace(call)));

export const workspaceRelationshipRoutes: readonly Route[] = [
  route("GET", CONSUMERS, listConsumers),
  changeConsumers("POST"),
  changeConsumers("PATCH"),
  changeConsumers("DELETE"),
  route("GET", TAGS, listTags),
  changeTags("POST"),
  changeTags("DELETE"),
  route("GET", "/workspaces/:id/tag-bindings", (call) =>
    ok(showBindings(ownBindings(findWorkspace(call)), "tag-bindings")),
  ),
  route("PATCH", "/workspaces/:id/tag-bindings", addBindings),
  route("POST", "/workspaces/:id/tag-bindings", addBindings),
  route("GET", "/workspaces/:id/effective-tag-bindings", (call) =>
    ok(showBindings(effectiveBindings(call.state, findWorkspace(call)), "effective-tag-bindings")),
  ),
  route("PATCH", "/workspaces/:id/relationships/ssh-key", assignSshKey),
  route("GET", "/workspaces/:id/runs", listRuns),
  route("GET", "/runs/:id", readRun),
];
