import { object } from "../api/json";
import type { Workspace } from "./records";
import type { TfeState } from "./tfe-state";

/** Lets a workspace's runs happen where its project says, or else its organization. */
export function inheritExecution(state: TfeState, workspace: Workspace): void {
  const project = state.projects.get(workspace.projectId);
  const own = object(project?.attributes["setting-overwrites"])["default-execution-mode"] === true;
  const from = own ? project : state.organizations.get(workspace.organization);
  workspace.attributes["execution-mode"] = from?.attributes["default-execution-mode"] ?? "remote";
  workspace.agentPoolId = from?.defaultAgentPoolId ?? null;
  workspace.overwrites = { "execution-mode": false, "agent-pool": false };
}
