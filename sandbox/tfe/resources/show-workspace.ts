import { many, one, related } from "../api/relationship";
import type { Lock, Workspace } from "../state/records";
import { showLink } from "../state/show-link";
import type { TfeState } from "../state/tfe-state";
import { activeRun, isLocked } from "../state/workspace-locks";
import { bindingId, effectiveBindings } from "./tag-bindings";

const PERMISSIONS = [
  "can-create-state-versions",
  "can-destroy",
  "can-force-delete",
  "can-force-unlock",
  "can-lock",
  "can-manage-run-tasks",
  "can-manage-tags",
  "can-queue-apply",
  "can-queue-destroy",
  "can-queue-run",
  "can-read-settings",
  "can-read-state-outputs",
  "can-read-state-versions",
  "can-read-variable",
  "can-unlock",
  "can-update",
  "can-update-variable",
];
const READING = /^can-read/;

/** A workspace as the API shows it. `withBindings`: its effective tag bindings are sent along. */
export function showWorkspace(state: TfeState, workspace: Workspace, withBindings = false): Record<string, unknown> {
  const { attributes, id, organization } = workspace;
  const bindings = `/workspaces/${id}/effective-tag-bindings`;
  return {
    id,
    type: "workspaces",
    attributes: {
      ...attributes,
      "auto-destroy-activity-duration": autoDestroyDuration(state, workspace),
      operations: attributes["execution-mode"] !== "local",
      locked: isLocked(workspace),
      "locked-reason": workspace.locked?.reason ?? "",
      "can-queue-destroy-plan": attributes["allow-destroy-plan"],
      "tag-names": workspace.tagNames,
      "updated-at": workspace.updatedAt,
      "latest-change-at": workspace.updatedAt,
      "apply-duration-average": null,
      "plan-duration-average": null,
      "policy-check-failures": null,
      "run-failures": null,
      "workspace-kpis-runs-count": workspace.runs.length,
      "last-assessment-result-at": null,
      "no-code-upgrade-available": false,
      "vcs-repo": showLink(state, "workspace", workspace),
      "vcs-repo-identifier": workspace.vcsRepo?.identifier ?? null,
      actions: { "is-destroyable": true },
      permissions: Object.fromEntries(
        PERMISSIONS.map((permission) => [
          permission,
          READING.test(permission) || !state.readOnlyWorkspaces.has(workspace.id),
        ]),
      ),
      "setting-overwrites": workspace.overwrites,
    },
    relationships: {
      organization: one("organizations", organization),
      project: one("projects", workspace.projectId),
      "ssh-key": one("ssh-keys", workspace.sshKeyId),
      "agent-pool": one("agent-pools", workspace.agentPoolId),
      "current-run": one("runs", workspace.runs.at(-1)?.id ?? null),
      "latest-run": one("runs", workspace.runs.at(-1)?.id ?? null),
      "current-state-version": one("state-versions", null),
      "current-configuration-version": one(
        "configuration-versions",
        state.configurationVersions.get(id)?.at(-1)?.id ?? null,
      ),
      "locked-by": lockedBy(workspace),
      outputs: many("workspace-outputs", []),
      readme: one("workspace-readme", null),
      "remote-state-consumers": related(`/workspaces/${id}/relationships/remote-state-consumers`),
      "tag-bindings": related(`/workspaces/${id}/tag-bindings`),
      "effective-tag-bindings": {
        ...related(bindings),
        ...(withBindings ? many("effective-tag-bindings", effectiveBindings(state, workspace).map(bindingId)) : {}),
      },
      vars: many("vars", []),
    },
    links: {
      self: `/api/v2/organizations/${organization}/workspaces/${String(attributes.name)}`,
      "self-html": `/app/${organization}/workspaces/${String(attributes.name)}`,
    },
  };
}

/** While the setting is the project's, a workspace shows the project's duration (go-tfe, `TestProjectsAutoDestroy`). */
function autoDestroyDuration({ projects }: TfeState, { attributes, projectId }: Workspace): unknown {
  return attributes["inherits-project-auto-destroy"] === true
    ? (projects.get(projectId)?.attributes["auto-destroy-activity-duration"] ?? null)
    : attributes["auto-destroy-activity-duration"];
}

const LOCKER: Readonly<Record<Lock["by"], string>> = { user: "users", run: "runs", team: "teams" };

/** Who a lock is by when the state does not say. */
const SOMEBODY: Readonly<Record<Lock["by"], string>> = {
  user: "user-SomebodyElse0001",
  run: "run-SomebodyElse0001",
  team: "team-SomebodyElse0001",
};

/** The record that a lock is held by, if any. */
export function lockedBy(workspace: Workspace): { readonly data: unknown } {
  const { locked } = workspace;
  if (locked !== null) return one(LOCKER[locked.by], locked.holder ?? SOMEBODY[locked.by]);
  return one("runs", activeRun(workspace)?.id ?? null);
}
