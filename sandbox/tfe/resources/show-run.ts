import { one } from "../api/relationship";
import type { Run, Workspace } from "../state/records";

/** A run as the API shows it: as much of it as tells whether its workspace is busy. */
export function showRun(workspace: Workspace, run: Run): unknown {
  return {
    id: run.id,
    type: "runs",
    attributes: {
      status: run.status,
      source: "tfe-configuration-version",
      message: "Triggered via Git",
      "created-at": workspace.updatedAt,
      "has-changes": false,
      "is-destroy": false,
      "auto-apply": workspace.attributes["auto-apply"],
      "plan-only": false,
      refresh: true,
      "refresh-only": false,
      "terraform-version": workspace.attributes["terraform-version"],
    },
    relationships: { workspace: one("workspaces", workspace.id) },
    links: { self: `/api/v2/runs/${run.id}` },
  };
}
