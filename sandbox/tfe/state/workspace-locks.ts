import type { Run, Workspace } from "./records";

/** The statuses of a run that is over (HCP Terraform API, "Runs"). */
const FINAL = new Set([
  "applied",
  "canceled",
  "discarded",
  "errored",
  "force_canceled",
  "planned_and_finished",
  "planned_and_saved",
  "policy_soft_failed",
]);

/** A run that is not over; it locks its workspace. */
export function activeRun(workspace: Workspace): Run | undefined {
  return workspace.runs.find(({ status }) => !FINAL.has(status));
}

export function isLocked(workspace: Workspace): boolean {
  return workspace.locked !== null || activeRun(workspace) !== undefined;
}
