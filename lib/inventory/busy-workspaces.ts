import { listWorkspacesWith } from "../tfe/api";
import { Attributes } from "../tfe/attributes";
import type { TfeClient } from "../tfe/client";
import { related } from "../tfe/resource";

/** Statuses after which a run does nothing more (HCP Terraform API, "Run States"). */
const finalStatuses = new Set([
  "applied",
  "planned_and_finished",
  "planned_and_saved",
  "discarded",
  "errored",
  "canceled",
  "force_canceled",
  "policy_soft_failed",
]);

/** Workspaces that somebody or something is at work on, by id, each with the reason. */
export async function readBusyWorkspaces(
  client: TfeClient,
  organization: string,
): Promise<ReadonlyMap<string, string>> {
  const listed = await listWorkspacesWith(client, organization, "current_run");
  const runs = new Map((listed?.included ?? []).filter(({ type }) => type === "runs").map((run) => [run.id, run]));
  const busy = new Map<string, string>();
  for (const workspace of listed?.data ?? []) {
    const run = runs.get(related(workspace, "current-run") ?? "");
    const status = run === undefined ? null : new Attributes(run).optional("status");
    const attributes = new Attributes(workspace);
    if (status !== null && !finalStatuses.has(status)) busy.set(workspace.id, `its run ${run?.id} is ${status}`);
    else if (attributes.flag("locked")) {
      const reason = attributes.optional("locked-reason");
      busy.set(workspace.id, reason === null ? "it is locked" : `it is locked: ${reason}`);
    }
  }
  return busy;
}
