import { type AttributeTable, readAttributes } from "../api/attributes";
import type { Document } from "../api/body";
import { unprocessable } from "../api/errors";
import { object, text } from "../api/json";
import { idIn } from "../api/relationship";
import { inheritExecution } from "../state/inherit-execution";
import { applyLink } from "../state/link";
import type { Workspace } from "../state/records";
import type { TfeState } from "../state/tfe-state";
import { requireWorkspaceName } from "./find-workspace";
import { readBindings, sortBindings } from "./tag-bindings";

const ATTRIBUTES: AttributeTable = {
  "allow-destroy-plan": "flag",
  "assessments-enabled": "flag",
  "auto-apply": "flag",
  "auto-apply-run-trigger": "flag",
  "auto-destroy-at": "time",
  "auto-destroy-activity-duration": "duration",
  description: "optional-text",
  "execution-mode": ["remote", "local", "agent"],
  "file-triggers-enabled": "flag",
  "global-remote-state": "flag",
  "inherits-project-auto-destroy": "flag",
  name: "text",
  "queue-all-runs": "flag",
  "speculative-enabled": "flag",
  "structured-run-output-enabled": "flag",
  "terraform-version": "text",
  "trigger-patterns": "texts",
  "trigger-prefixes": "texts",
  "working-directory": "text",
};

/** What can only be said when a workspace is made. */
const AT_CREATION: AttributeTable = {
  "migration-environment": "optional-text",
  "source-name": "optional-text",
  "source-url": "optional-text",
};

/** Applies a request to a workspace: what it does not name stays. @throws ApiError 422; the workspace is then half changed */
export function applyWorkspace(state: TfeState, workspace: Workspace, document: Document, creating: boolean): void {
  const { attributes, relationships } = document;
  const given = readAttributes(creating ? { ...ATTRIBUTES, ...AT_CREATION } : ATTRIBUTES, attributes);
  if ("name" in given) requireWorkspaceName(state, workspace, text(given.name) ?? "");
  if ("terraform-version" in given) requireVersion(text(given["terraform-version"]) ?? "");
  applyRelationships(state, workspace, relationships);
  applyExecution(state, workspace, given, attributes);
  applyAutoDestroy(workspace, given);
  const { "auto-destroy-at": _at, "execution-mode": _mode, ...rest } = given;
  Object.assign(workspace.attributes, rest);
  applyLink(state, "workspace", workspace, attributes, workspace.projectId);
  applyTriggers(workspace, given, text(object(attributes["vcs-repo"])["tags-regex"]));
}

function requireVersion(version: string): void {
  if (!/^(latest|[~<>=!,.\s\w-]*\d+\.\d+[~<>=!,.\s\w-]*)$/.test(version)) {
    throw unprocessable(`Terraform version ${version} is invalid`, "/data/attributes/terraform-version");
  }
}

function applyRelationships(state: TfeState, workspace: Workspace, relationships: Document["relationships"]): void {
  const project = idIn(relationships.project);
  if (project !== null) {
    if (state.projects.get(project)?.organization !== workspace.organization) {
      throw unprocessable(`Project ${project} was not found`, "/data/relationships/project");
    }
    workspace.projectId = project;
  }
  const bindings = object(relationships["tag-bindings"]).data;
  if (bindings !== undefined) {
    workspace.tagBindings = sortBindings(readBindings(bindings, "/data/relationships/tag-bindings/data"));
  }
  const tags = object(relationships.tags).data;
  if (Array.isArray(tags)) {
    const names = tags.flatMap((tag) => text(object(object(tag).attributes).name) ?? []);
    workspace.tagNames = [...new Set([...workspace.tagNames, ...names])].sort();
  }
}

/** Where runs happen: the mode, the deprecated `operations`, the agent pool, and giving a setting back to the project. */
function applyExecution(
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

/** A setting of the workspace's own ends the project's. While an activity duration is set, the server keeps the time itself. */
function applyAutoDestroy(workspace: Workspace, given: Readonly<Record<string, unknown>>): void {
  const duration = given["auto-destroy-activity-duration"] ?? null;
  const at = given["auto-destroy-at"];
  if ((duration !== null || (at ?? null) !== null) && given["inherits-project-auto-destroy"] === undefined) {
    workspace.attributes["inherits-project-auto-destroy"] = false;
  }
  const kept =
    "auto-destroy-activity-duration" in given ? duration : workspace.attributes["auto-destroy-activity-duration"];
  if (at !== undefined && (at !== null || kept === null)) workspace.attributes["auto-destroy-at"] = at;
}

/** Prefixes, patterns and a tag regex exclude each other: naming one anew clears the others, naming two is an error. */
function applyTriggers(workspace: Workspace, given: Readonly<Record<string, unknown>>, regex = ""): void {
  const { attributes, vcsRepo } = workspace;
  const filled = (name: string) => Array.isArray(given[name]) && given[name].length > 0;
  const named = [filled("trigger-prefixes"), filled("trigger-patterns"), regex !== ""].filter(Boolean).length;
  if (named > 1) {
    throw unprocessable(
      "Only one of trigger-prefixes, trigger-patterns and tags-regex can be set",
      "/data/attributes/trigger-patterns",
    );
  }
  if (regex !== "" && given["file-triggers-enabled"] === true) {
    throw unprocessable("Tags regex cannot be set with file triggers enabled", "/data/attributes/vcs-repo/tags-regex");
  }
  if (filled("trigger-prefixes") || regex !== "") attributes["trigger-patterns"] = [];
  if (filled("trigger-patterns") || regex !== "") attributes["trigger-prefixes"] = [];
  if (regex !== "") attributes["file-triggers-enabled"] = false;
  else if (vcsRepo !== null && vcsRepo["tags-regex"] != null && named > 0) vcsRepo["tags-regex"] = null;
}
