import { documentOf } from "../api/body";
import { conflict, notFound } from "../api/errors";
import { findOrganization } from "../api/find-organization";
import { type Call, created, noContent, ok, type Route, route } from "../api/route";
import { addWorkspace } from "../state/add-workspace";
import { isLocked } from "../state/workspace-locks";
import { applyWorkspace } from "./apply-workspace";
import { findWorkspace } from "./find-workspace";
import { includedWith, requireInclude, wantsBindings } from "./include-workspace";
import { listWorkspaces } from "./list-workspaces";
import { showWorkspace } from "./show-workspace";

function create(call: Call) {
  const { name } = findOrganization(call);
  const document = documentOf(call);
  const workspace = addWorkspace(call.state, name, "", call.now().toISOString());
  try {
    applyWorkspace(call.state, workspace, { ...document, attributes: { name: "", ...document.attributes } }, true);
  } catch (error) {
    call.state.workspaces.delete(workspace.id);
    throw error;
  }
  return created(showWorkspace(call.state, workspace));
}

function read(call: Call) {
  const workspace = findWorkspace(call);
  requireInclude(call);
  return ok(showWorkspace(call.state, workspace, wantsBindings(call)), includedWith(call, [workspace]));
}

/** All or nothing: a request that is refused changes nothing. */
function update(call: Call) {
  const workspace = findWorkspace(call);
  if (call.state.readOnlyWorkspaces.has(workspace.id)) throw notFound();
  const draft = structuredClone(workspace);
  applyWorkspace(call.state, draft, documentOf(call), false);
  Object.assign(workspace, draft, { updatedAt: call.now().toISOString() });
  return ok(showWorkspace(call.state, workspace));
}

/** Whatever it manages. Owners may at all times; the organization's setting is for those who administer a workspace alone. */
function forceDelete(call: Call) {
  call.state.removeWorkspace(findWorkspace(call).id);
  return noContent();
}

function safeDelete(call: Call) {
  const workspace = findWorkspace(call);
  if (isLocked(workspace)) throw conflict("The workspace is locked and cannot be deleted");
  if (Number(workspace.attributes["resource-count"]) > 0) {
    throw conflict("The workspace cannot be safely deleted: it is still managing resources");
  }
  call.state.removeWorkspace(workspace.id);
  return noContent();
}

export const workspaceRoutes: readonly Route[] = [
  route("GET", "/organizations/:organization/workspaces", listWorkspaces),
  route("POST", "/organizations/:organization/workspaces", create),
  ...["/organizations/:organization/workspaces/:workspace", "/workspaces/:id"].flatMap((path) => [
    route("GET", path, read),
    route("PATCH", path, update),
    route("DELETE", path, forceDelete),
    route("POST", `${path}/actions/safe-delete`, safeDelete),
  ]),
];
