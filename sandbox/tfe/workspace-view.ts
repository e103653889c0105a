import { many, one } from "./api";
import type { TfeState, Workspace } from "./state";
import { showVcsRepo } from "./vcs";

/** What a workspace has when nothing else is said (HCP Terraform API, "Create a Workspace"). */
export const workspaceDefaults: Readonly<Record<string, unknown>> = {
  "allow-destroy-plan": true,
  "assessments-enabled": false,
  "auto-apply": false,
  "auto-apply-run-trigger": false,
  "auto-destroy-at": null,
  "auto-destroy-activity-duration": null,
  "inherits-project-auto-destroy": false,
  description: null,
  environment: "default",
  "execution-mode": "remote",
  "file-triggers-enabled": true,
  "global-remote-state": false,
  "queue-all-runs": false,
  source: "tfe-api",
  "source-name": null,
  "source-url": null,
  "speculative-enabled": true,
  "structured-run-output-enabled": true,
  "terraform-version": "1.9.8",
  "trigger-prefixes": [],
  "trigger-patterns": [],
  "working-directory": "",
  "resource-count": 0,
  "created-at": "2024-01-01T00:00:00.000Z",
};

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

/** A run that is not over; it locks its workspace. */
export function activeRun(workspace: Workspace) {
  return workspace.runs.find(({ status }) => !finalStatuses.has(status));
}

export function isLocked(workspace: Workspace): boolean {
  return workspace.locked !== null || activeRun(workspace) !== undefined;
}

export function showWorkspace(state: TfeState, workspace: Workspace): Record<string, unknown> {
  const { attributes } = workspace;
  return {
    id: workspace.id,
    type: "workspaces",
    attributes: {
      ...attributes,
      operations: attributes["execution-mode"] !== "local",
      locked: isLocked(workspace),
      "locked-reason": workspace.locked?.reason ?? "",
      "can-queue-destroy-plan": true,
      "tag-names": [...workspace.tagNames].sort(),
      "updated-at": workspace.updatedAt,
      "vcs-repo": showVcsRepo(state, workspace.vcsRepo),
      "vcs-repo-identifier": workspace.vcsRepo?.identifier ?? null,
      "hyok-enabled": false,
      actions: { "is-destroyable": true },
      permissions: {
        "can-update": true,
        "can-destroy": true,
        "can-queue-run": true,
        "can-read-settings": true,
        "can-lock": true,
        "can-unlock": true,
        "can-force-unlock": true,
        "can-force-delete": true,
      },
      "setting-overwrites": { "execution-mode": true, "agent-pool": true },
    },
    relationships: {
      organization: one("organizations", workspace.organization),
      project: one("projects", workspace.projectId),
      "ssh-key": one("ssh-keys", workspace.sshKeyId),
      "agent-pool": one("agent-pools", workspace.agentPoolId),
      "current-run": one("runs", workspace.runs.at(-1)?.id ?? null),
      "effective-tag-bindings": many("effective-tag-bindings", workspace.tagBindings.map(bindingId(workspace))),
      "remote-state-consumers": {
        links: { related: `/api/v2/workspaces/${workspace.id}/relationships/remote-state-consumers` },
      },
      ...(workspace.locked === null ? {} : { "locked-by": one("users", "user-SandboxUser00001") }),
    },
    links: {
      self: `/api/v2/organizations/${workspace.organization}/workspaces/${String(attributes.name)}`,
      "self-html": `/app/${workspace.organization}/workspaces/${String(attributes.name)}`,
    },
  };
}

const bindingId = (workspace: Workspace) => (_: unknown, index: number) => `${workspace.id}-tb-${index}`;

export function showBindings(workspace: Workspace, type: string): unknown[] {
  return workspace.tagBindings.map(({ key, value }, index) => ({
    id: bindingId(workspace)(null, index),
    type,
    attributes: { key, value },
  }));
}
