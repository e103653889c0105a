import { ApiError } from "../api/errors";
import { property, text } from "../api/json";
import { type Call, includes } from "../api/route";
import type { Workspace } from "../state/records";
import type { TfeState } from "../state/tfe-state";
import { activeRun } from "../state/workspace-locks";
import { showConfigurationVersion, showIngress } from "./configuration-versions";
import { showOrganization } from "./show-organization";
import { showProject } from "./show-project";
import { showRun } from "./show-run";
import { showUser } from "./show-user";
import { lockedBy } from "./show-workspace";
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

const CURRENT = "current_configuration_version";

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
  if (includes(call, CURRENT, `${CURRENT}.ingress_attributes`)) {
    const current = workspaces.flatMap(({ id }) => state.configurationVersions.get(id)?.slice(-1) ?? []);
    included.push(...current.map(showConfigurationVersion));
    if (includes(call, `${CURRENT}.ingress_attributes`)) included.push(...current.flatMap(showIngress));
  }
  if (includes(call, "organization")) {
    const names = new Set(workspaces.map(({ organization }) => organization));
    included.push(
      ...[...names].flatMap((name) => state.organizations.get(name) ?? []).map((one) => showOrganization(one, call)),
    );
  }
  if (includes(call, "project")) {
    const ids = new Set(workspaces.map(({ projectId }) => projectId));
    included.push(
      ...[...ids].flatMap((id) => state.projects.get(id) ?? []).map((project) => showProject(state, project)),
    );
  }
  if (includes(call, "locked_by", "locked-by")) {
    for (const workspace of workspaces) included.push(...showLocker(state, workspace));
  }
  return uniqueRecords(included);
}

/** JSON:API has each record at most once among what is included. */
function uniqueRecords(records: readonly unknown[]): readonly unknown[] {
  const byName = new Map(records.map((record) => [`${property(record, "type")}/${property(record, "id")}`, record]));
  return [...byName.values()];
}

/** Who holds a workspace's lock: a run, or a user. */
function showLocker(state: TfeState, workspace: Workspace): readonly unknown[] {
  const run = activeRun(workspace);
  if (workspace.locked === null) return run === undefined ? [] : [showRun(workspace, run)];
  const { data } = lockedBy(workspace);
  const id = text(property(data, "id")) ?? "";
  if (property(data, "type") !== "users") return [];
  const user = [...state.users.values()].find((candidate) => candidate.id === id);
  return [showUser(user ?? { id, username: "somebody-else" })];
}
