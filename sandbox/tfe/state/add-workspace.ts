import { inheritExecution } from "./inherit-execution";
import type { Attributes, Workspace } from "./records";
import type { TfeState } from "./tfe-state";

/** What a workspace has when nothing else is said (HCP Terraform API, "Create a Workspace"). */
const defaults = (): Attributes => ({
  "allow-destroy-plan": true,
  "assessments-enabled": false,
  "auto-apply": false,
  "auto-apply-run-trigger": false,
  "auto-destroy-at": null,
  "auto-destroy-activity-duration": null,
  "inherits-project-auto-destroy": true,
  description: null,
  environment: "default",
  "execution-mode": "remote",
  "file-triggers-enabled": true,
  "global-remote-state": false,
  "project-remote-state": false,
  "queue-all-runs": false,
  "resource-count": 0,
  source: "tfe-api",
  "source-name": null,
  "source-url": null,
  "speculative-enabled": true,
  "structured-run-output-enabled": true,
  "terraform-version": "1.9.8",
  "trigger-prefixes": [],
  "trigger-patterns": [],
  "working-directory": "",
});

/** Adds a workspace with the defaults of the API, in the organization's default project. */
export function addWorkspace(state: TfeState, organization: string, name: string, createdAt: string): Workspace {
  const home = state.organizations.get(organization);
  const workspace: Workspace = {
    id: state.newId("ws"),
    organization,
    attributes: { name, "created-at": createdAt, ...defaults() },
    vcsRepo: null,
    projectId: home?.defaultProjectId ?? "",
    sshKeyId: null,
    agentPoolId: null,
    tagNames: [],
    tagBindings: [],
    remoteStateConsumers: [],
    overwrites: { "execution-mode": false, "agent-pool": false },
    locked: null,
    runs: [],
    updatedAt: createdAt,
  };
  inheritExecution(state, workspace);
  state.workspaces.set(workspace.id, workspace);
  return workspace;
}
