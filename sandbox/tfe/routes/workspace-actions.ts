import {
  ApiError,
  type Call,
  dataOf,
  empty,
  idsIn,
  many,
  object,
  ok,
  one,
  page,
  property,
  type Route,
  text,
} from "../api";
import type { Workspace } from "../state";
import { activeRun, showBindings, showWorkspace } from "../workspace-view";
import { workspaceOf } from "./workspaces";

const at = (path: string) => `/api/v2/workspaces/:id/${path}`;
const shown = (call: Call, workspace: Workspace) => ok({ data: showWorkspace(call.state, workspace) });

function lock(call: Call) {
  const workspace = workspaceOf(call);
  if (workspace.locked !== null || activeRun(workspace) !== undefined) {
    const who = workspace.locked === null ? "by a run" : `by ${workspace.locked.by}`;
    throw new ApiError(409, "conflict", `Unable to lock workspace. The workspace is already locked ${who}.`);
  }
  const body: unknown = call.request.body === "" ? {} : JSON.parse(call.request.body);
  workspace.locked = { by: "user", reason: text(property(body, "reason")) ?? "" };
  return shown(call, workspace);
}

function unlock(call: Call) {
  const workspace = workspaceOf(call);
  if (workspace.locked === null) {
    if (activeRun(workspace) !== undefined)
      throw new ApiError(409, "conflict", "Unable to unlock workspace. It is locked by a run.");
    throw new ApiError(409, "conflict", "Unable to unlock workspace. The workspace is already unlocked.");
  }
  if (workspace.locked.by !== "user") {
    throw new ApiError(409, "conflict", `Unable to unlock workspace. It is locked by ${workspace.locked.by}.`);
  }
  workspace.locked = null;
  return shown(call, workspace);
}

function setTags(call: Call, change: (tags: readonly string[], names: readonly string[]) => readonly string[]) {
  const workspace = workspaceOf(call);
  const { data } = dataOf(call);
  const names = (Array.isArray(data) ? data : []).map((tag) =>
    String(object(property(tag, "attributes")).name ?? property(tag, "id")),
  );
  workspace.tagNames = [...new Set(change(workspace.tagNames, names))].sort();
  return empty();
}

function setBindings(call: Call) {
  const workspace = workspaceOf(call);
  const { data } = dataOf(call);
  for (const item of Array.isArray(data) ? data : []) {
    const { key, value } = object(property(item, "attributes"));
    const binding = { key: String(key), value: String(value ?? "") };
    workspace.tagBindings = [...workspace.tagBindings.filter((other) => other.key !== binding.key), binding];
  }
  return ok({ data: showBindings(workspace, "tag-bindings") });
}

function setConsumers(call: Call, change: (now: readonly string[], ids: readonly string[]) => readonly string[]) {
  const workspace = workspaceOf(call);
  const ids = idsIn(dataOf(call).data);
  if (ids.some((id) => !call.state.workspaces.has(id))) throw new ApiError(404, "not found", "Workspace not found");
  workspace.remoteStateConsumers = [...new Set(change(workspace.remoteStateConsumers, ids))];
  return empty();
}

const union = (now: readonly string[], ids: readonly string[]) => [...now, ...ids];
const difference = (now: readonly string[], ids: readonly string[]) => now.filter((id) => !ids.includes(id));
const replacement = (_: readonly string[], ids: readonly string[]) => ids;

export const workspaceActionRoutes: readonly Route[] = [
  { method: "POST", path: at("actions/lock"), handle: lock },
  { method: "POST", path: at("actions/unlock"), handle: unlock },
  {
    method: "POST",
    path: at("actions/force-unlock"),
    handle: (call) => {
      const workspace = workspaceOf(call);
      if (workspace.locked === null)
        throw new ApiError(409, "conflict", "Unable to unlock workspace. The workspace is already unlocked.");
      workspace.locked = null;
      return shown(call, workspace);
    },
  },
  {
    method: "GET",
    path: at("relationships/tags"),
    handle: (call) =>
      page(call, workspaceOf(call).tagNames, (name) => ({ id: `tag-${name}`, type: "tags", attributes: { name } })),
  },
  { method: "POST", path: at("relationships/tags"), handle: (call) => setTags(call, union) },
  { method: "DELETE", path: at("relationships/tags"), handle: (call) => setTags(call, difference) },
  {
    method: "GET",
    path: at("tag-bindings"),
    handle: (call) => ok({ data: showBindings(workspaceOf(call), "tag-bindings") }),
  },
  { method: "PATCH", path: at("tag-bindings"), handle: setBindings },
  {
    method: "GET",
    path: at("effective-tag-bindings"),
    handle: (call) => ok({ data: showBindings(workspaceOf(call), "effective-tag-bindings") }),
  },
  {
    method: "GET",
    path: at("relationships/remote-state-consumers"),
    handle: (call) =>
      page(
        call,
        workspaceOf(call).remoteStateConsumers.flatMap((id) => call.state.workspaces.get(id) ?? []),
        (consumer) => showWorkspace(call.state, consumer),
      ),
  },
  { method: "POST", path: at("relationships/remote-state-consumers"), handle: (call) => setConsumers(call, union) },
  {
    method: "DELETE",
    path: at("relationships/remote-state-consumers"),
    handle: (call) => setConsumers(call, difference),
  },
  {
    method: "PATCH",
    path: at("relationships/remote-state-consumers"),
    handle: (call) => setConsumers(call, replacement),
  },
  {
    method: "PATCH",
    path: at("relationships/ssh-key"),
    handle: (call) => {
      const workspace = workspaceOf(call);
      const { attributes } = dataOf(call);
      const id = attributes.id;
      if (typeof id === "string" && !call.state.sshKeys.has(id))
        throw new ApiError(404, "not found", "SSH key not found");
      workspace.sshKeyId = typeof id === "string" ? id : null;
      return shown(call, workspace);
    },
  },
  {
    method: "GET",
    path: at("runs"),
    handle: (call) => {
      const workspace = workspaceOf(call);
      return page(call, [...workspace.runs].reverse(), ({ id, status }) => ({
        id,
        type: "runs",
        attributes: { status },
        relationships: { workspace: one("workspaces", workspace.id) },
      }));
    },
  },
  {
    method: "GET",
    path: "/api/v2/workspaces/:id/relationships/projects",
    handle: (call) => ok(many("projects", [workspaceOf(call).projectId])),
  },
];
