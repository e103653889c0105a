import { unprocessable } from "../api/errors";
import { object, text } from "../api/json";
import { inheritExecution } from "../state/inherit-execution";
import type { Workspace } from "../state/records";
import type { TfeState } from "../state/tfe-state";

/** Where runs happen: the mode, the deprecated `operations`, the agent pool, and giving a setting back to the project. */
export function applyExecution(
  state: TfeState,
  workspace: Workspace,
  given: Readonly<Record<string, unknown>>,
  attributes: Readonly<Record<string, unknown>>,
): void {
  const { operations } = attributes;
  const overwrites = object(attributes["setting-overwrites"]);
  if (typeof operations === "boolean" && "execution-mode" in given) {
    throw unprocessable("Operations cannot be given together with execution-mode", "/data/attributes/operations");
  }
  const mode = given["execution-mode"] ?? (typeof operations === "boolean" ? legacyMode(operations) : undefined);
  if (mode !== undefined) {
    workspace.attributes["execution-mode"] = mode;
    workspace.overwrites = { "execution-mode": true, "agent-pool": true };
    if (mode !== "agent") workspace.agentPoolId = null;
  }
  if ("agent-pool-id" in attributes) {
    const pool = text(attributes["agent-pool-id"]) || null;
    if (pool !== null && state.agentPools.get(pool)?.organization !== workspace.organization) {
      throw unprocessable(`Agent pool ${pool} was not found`, "/data/attributes/agent-pool-id");
    }
    if (pool !== null && workspace.attributes["execution-mode"] !== "agent") {
      throw unprocessable("An agent pool needs the execution mode agent", "/data/attributes/agent-pool-id");
    }
    workspace.agentPoolId = pool;
  }
  if (overwrites["execution-mode"] === false) {
    inheritExecution(state, workspace);
  }
  if (workspace.attributes["execution-mode"] === "agent" && workspace.agentPoolId === null) {
    throw unprocessable("Agent pool can't be blank", "/data/attributes/agent-pool-id");
  }
}

const legacyMode = (operations: boolean) => (operations ? "remote" : "local");
