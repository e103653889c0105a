import { jsonOf } from "../api/body";
import { conflict } from "../api/errors";
import { property, text } from "../api/json";
import { type Call, ok, type Route, route } from "../api/route";
import { activeRun } from "../state/workspace-locks";
import { findWorkspace } from "./find-workspace";
import { showWorkspace } from "./show-workspace";

/** The reason comes bare (as documented) or inside a JSON:API document (as go-tfe may send it). */
function reasonOf(call: Call): string {
  const body = jsonOf(call);
  return (
    text(property(body, "reason")) ?? text(property(property(property(body, "data"), "attributes"), "reason")) ?? ""
  );
}

function lock(call: Call) {
  const workspace = findWorkspace(call);
  const reason = reasonOf(call);
  if (workspace.locked !== null || activeRun(workspace) !== undefined) {
    throw conflict("Unable to lock workspace. The workspace is already locked.");
  }
  workspace.locked = { by: "user", holder: call.user.id, reason };
  return ok(showWorkspace(call.state, workspace));
}

/** go-tfe tells the causes apart by "is locked by Run", "is locked by Team" and "is locked by User". */
function unlock(call: Call) {
  const workspace = findWorkspace(call);
  const { locked } = workspace;
  const run = activeRun(workspace);
  if (locked === null && run !== undefined) {
    throw conflict(`Unable to unlock workspace. The workspace is locked by Run ${run.id}`);
  }
  if (locked === null) throw conflict("Unable to unlock workspace. The workspace is already unlocked.");
  if (locked.by !== "user" || locked.holder !== call.user.id) {
    const who = locked.by.charAt(0).toUpperCase() + locked.by.slice(1);
    throw conflict(`Unable to unlock workspace. The workspace is locked by ${who} ${locked.holder ?? "somebody else"}`);
  }
  workspace.locked = null;
  return ok(showWorkspace(call.state, workspace));
}

function forceUnlock(call: Call) {
  const workspace = findWorkspace(call);
  if (workspace.locked === null) throw conflict("Unable to unlock workspace. The workspace is already unlocked.");
  workspace.locked = null;
  return ok(showWorkspace(call.state, workspace));
}

export const workspaceLockRoutes: readonly Route[] = [
  route("POST", "/workspaces/:id/actions/lock", lock),
  route("POST", "/workspaces/:id/actions/unlock", unlock),
  route("POST", "/workspaces/:id/actions/force-unlock", forceUnlock),
];
