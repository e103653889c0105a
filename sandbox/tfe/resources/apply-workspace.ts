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
  const {
    "auto-destroy-at": _at,
    "auto-destroy-activity-duration": _duration,
    "execution-mode": _mode,
    ...rest
  } = given;
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

/**
 * A setting of the workspace's own ends the project's, and a time and a duration end each other. A time of null forgets a
 * duration that the request does not name, and gives the setting back to the project (the provider's acceptance tests
 * `updateWithAutoDestroyDuration`, step 4, and `updateWithAutoDestroyDurationInProject`, step 3: the provider sends that null
 * alone). While a duration is set, the server keeps the time itself: the time that it shows, sent again, changes nothing.
 */
function applyAutoDestroy({ attributes }: Workspace, given: Readonly<Record<string, unknown>>): void {
  const {
    "auto-destroy-at": at,
    "auto-destroy-activity-duration": duration,
    "inherits-project-auto-destroy": inherits,
  } = given;
  const hadOwn = isOwn(attributes);
  if (at !== undefined && (at === null || at !== attributes["auto-destroy-at"])) {
    attributes["auto-destroy-at"] = at;
    if (duration === undefined) attributes["auto-destroy-activity-duration"] = null;
  }
  if (duration !== undefined) attributes["auto-destroy-activity-duration"] = duration;
  if (inherits !== undefined) return;
  if ((at ?? null) !== null || (duration ?? null) !== null) attributes["inherits-project-auto-destroy"] = false;
  else if (at === null && hadOwn && !isOwn(attributes)) attributes["inherits-project-auto-destroy"] = true;
}

const isOwn = (attributes: Workspace["attributes"]) =>
  attributes["auto-destroy-at"] !== null || attributes["auto-destroy-activity-duration"] !== null;
