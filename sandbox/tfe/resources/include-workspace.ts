import { ApiError } from "../api/errors";
import { type Call, includes } from "../api/route";
import type { Workspace } from "../state/records";
import { showOrganization } from "./show-organization";
import { showProject } from "./show-project";
import { showRun } from "./show-run";
import { effectiveBindings, showBindings } from "./tag-bindings";

/** What `include` may name (HCP Terraform API, "Available Related Resources"); TFE takes both spellings. */
const KNOWN = new Set([
  "current_assessment_result",
  "current_configuration_version",
  "current_configuration_version.ingress_attributes",
  "current_run",
  "current_run.configuration_version",
  "current_run.configuration_version.ingress_attributes",
  "current_run.plan",
  "current_state_version",
  "effective_tag_bindings",
  "latest_run",
  "locked_by",
  "organization",
  "outputs",
  "project",
  "readme",
]);

export const wantsBindings = (call: Call) => includes(call, "effective_tag_bindings", "effective-tag-bindings");

/** @throws ApiError 400 when `include` names what there is not */
export function requireInclude({ query }: Call): void {
  const wanted = (query.get("include") ?? "").split(",").filter((name) => name !== "");
  const unknown = wanted.filter((name) => !KNOWN.has(name.replaceAll("-", "_")));
  if (unknown.length === 0) return;
  const detail = `The include parameter ${unknown.join(", ")} is invalid`;
  throw new ApiError(400, [{ title: "Invalid include parameter", detail }]);
}

/** What is sent along with workspaces. */
export function includedWith(call: Call, workspaces: readonly Workspace[]): readonly unknown[] {
  requireInclude(call);
  const { state } = call;
  const included: unknown[] = [];
  if (wantsBindings(call)) {
    for (const workspace of workspaces) {
      included.push(...showBindings(effectiveBindings(state, workspace), "effective-tag-bindings"));
    }
  }
  if (includes(call, "current_run", "current-run", "latest_run", "latest-run")) {
    for (const workspace of workspaces) {
      included.push(...workspace.runs.slice(-1).map((run) => showRun(workspace, run)));
    }
  }
  if (includes(call, "organization")) {
    const names = new Set(workspaces.map(({ organization }) => organization));
    included.push(...[...names].flatMap((name) => state.organizations.get(name) ?? []).map(showOrganization));
  }
  if (includes(call, "project")) {
    const ids = new Set(workspaces.map(({ projectId }) => projectId));
    included.push(...[...ids].flatMap((id) => state.projects.get(id) ?? []).map((project) => showProject(project)));
  }
  return included;
}
