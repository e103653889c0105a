import { notFound, unprocessable } from "../api/errors";
import { findOrganization, findRecord } from "../api/find-organization";
import type { Call } from "../api/route";
import type { Workspace } from "../state/records";
import type { TfeState } from "../state/tfe-state";

function byName(state: TfeState, organization: string, name: string): Workspace | undefined {
  for (const workspace of state.workspaces.values()) {
    if (workspace.organization === organization && workspace.attributes.name === name) return workspace;
  }
  return undefined;
}

/** The workspace that a path names, by `:id` or by organization and name. @throws ApiError 404 */
export function findWorkspace(call: Call): Workspace {
  if (call.params.id !== undefined) return findRecord(call, call.state.workspaces);
  const found = byName(call.state, findOrganization(call).name, call.params.workspace ?? "");
  if (found === undefined) throw notFound();
  return found;
}

/** @throws ApiError 422 when a workspace cannot have the name */
export function requireWorkspaceName(state: TfeState, workspace: Workspace, name: string): void {
  if (!/^[A-Za-z0-9_-]{1,90}$/.test(name)) {
    throw unprocessable("Name can only include letters, numbers, -, and _", "/data/attributes/name");
  }
  const other = byName(state, workspace.organization, name);
  if (other !== undefined && other.id !== workspace.id) {
    throw unprocessable("Name has already been taken", "/data/attributes/name");
  }
}
