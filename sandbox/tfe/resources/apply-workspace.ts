import { type AttributeTable, readAttributes } from "../api/attributes";
import type { Document } from "../api/body";
import { unprocessable } from "../api/errors";
import { object, text } from "../api/json";
import { idIn } from "../api/relationship";
import { applyLink } from "../state/link";
import type { Workspace } from "../state/records";
import type { TfeState } from "../state/tfe-state";
import { applyExecution } from "./apply-execution";
import { applyTriggers } from "./apply-triggers";
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
  "project-remote-state": "flag",
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
  requireOneSharing(workspace);
  applyLink(state, "workspace", workspace, attributes, workspace.projectId);
  applyTriggers(workspace, given, text(object(attributes["vcs-repo"])["tags-regex"]));
}

function requireOneSharing({ attributes }: Workspace): void {
  if (attributes["global-remote-state"] !== true || attributes["project-remote-state"] !== true) return;
  // go-tfe knows the refusal by these words.
  throw unprocessable(
    "Project remote state cannot be enabled when global remote state sharing is enabled",
    "/data/attributes/project-remote-state",
  );
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

/** A setting of the workspace's own ends the project's. While an activity duration is set, the server keeps the time itself. */
function applyAutoDestroy(workspace: Workspace, given: Readonly<Record<string, unknown>>): void {
  const duration = given["auto-destroy-activity-duration"] ?? null;
  const at = given["auto-destroy-at"];
  if ((duration !== null || (at ?? null) !== null) && given["inherits-project-auto-destroy"] === undefined) {
    workspace.attributes["inherits-project-auto-destroy"] = false;
  }
  const kept =
    "auto-destroy-activity-duration" in given ? duration : workspace.attributes["auto-destroy-activity-duration"];
  const anew = "auto-destroy-activity-duration" in given;
  if (at === undefined || (at === null && kept !== null && !anew)) return;
  const before = workspace.attributes["auto-destroy-at"] ?? null;
  workspace.attributes["auto-destroy-at"] = at;
  if (at === before) return;
  // Another time of its own ends an inactivity that the request does not name; none any more gives the setting back to the project.
  if (at !== null && !anew) workspace.attributes["auto-destroy-activity-duration"] = null;
  if (at === null && kept === null && given["inherits-project-auto-destroy"] === undefined) {
    workspace.attributes["inherits-project-auto-destroy"] = true;
  }
}
