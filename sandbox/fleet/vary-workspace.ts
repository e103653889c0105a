import type { Random } from "../random";
import type { Workspace } from "../tfe/state/records";
import type { TfeState } from "../tfe/state/tfe-state";
import { nonEmpty } from "./non-empty";
import { TEXTS } from "./texts";

const FLAGS = [
  "allow-destroy-plan",
  "assessments-enabled",
  "auto-apply",
  "auto-apply-run-trigger",
  "file-triggers-enabled",
  "global-remote-state",
  "queue-all-runs",
  "speculative-enabled",
  "structured-run-output-enabled",
];

const SOURCES = [
  ["Terraform Cloud UI", "https://app.terraform.io"],
  ["modules & more", "https://example.test/?a=1&b=${2}"],
] as const;

/** Gives a workspace settings by chance, each of them legal. */
export function varyWorkspace(state: TfeState, workspace: Workspace, projectIds: readonly [string, ...string[]]): void {
  const { random } = state;
  const { attributes } = workspace;
  for (const name of FLAGS) attributes[name] = random.chance(0.5);
  attributes.description = random.pick(TEXTS) || null;
  attributes["terraform-version"] = random.pick(["1.5.7", "1.9.8", "~> 1.10.0", "latest"]);
  attributes["working-directory"] = random.pick(["", "infra", "envs/prod", "dir with space", "a/${b}"]);
  if (random.chance(0.3)) [attributes["source-name"], attributes["source-url"]] = random.pick(SOURCES);
  varyExecution(state, workspace);
  varyAutoDestroy(random, workspace);
  workspace.tagNames = random.some(["a_b", "cost-centre", "prod", "team:blue", "z9"], 0.3);
  workspace.tagBindings = random
    .some(["env", "owner", "tier"], 0.3)
    .map((key) => ({ key, value: random.pick(["x", "a.b=c+d@e:f-1", ""]) }));
  workspace.projectId = random.pick(projectIds);
  if (random.chance(0.2)) workspace.sshKeyId = random.pick(nonEmpty([...state.sshKeys.keys()]));
}

function varyExecution(state: TfeState, workspace: Workspace): void {
  const mode = state.random.pick([undefined, "remote", "local", "agent"]);
  if (mode === undefined) return;
  workspace.attributes["execution-mode"] = mode;
  workspace.overwrites = { "execution-mode": true, "agent-pool": true };
  if (mode === "agent") workspace.agentPoolId = state.random.pick(nonEmpty([...state.agentPools.keys()]));
}

/** A time, or a duration of inactivity, for which the server keeps a time of its own once there was activity. */
function varyAutoDestroy(random: Random, { attributes }: Workspace): void {
  // Most take over what their project says, as everything does that nobody has set.
  const way = random.chance(0.6) ? "inherited" : random.pick(["none", "time", "duration", "scheduled duration"]);
  attributes["inherits-project-auto-destroy"] = way === "inherited";
  if (way === "time" || way === "scheduled duration") {
    attributes["auto-destroy-at"] = `2027-0${1 + random.below(9)}-1${random.below(10)}T08:30:00.000Z`;
  }
  if (way === "duration" || way === "scheduled duration") {
    attributes["auto-destroy-activity-duration"] = random.pick(["14d", "24h", "90d"]);
  }
}
