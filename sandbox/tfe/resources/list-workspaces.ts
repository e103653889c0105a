import { findOrganization, ownedBy } from "../api/find-organization";
import { page } from "../api/page";
import type { Call } from "../api/route";
import type { Workspace } from "../state/records";
import { includedWith, wantsBindings } from "./include-workspace";
import { showWorkspace } from "./show-workspace";
import { effectiveBindings, matchesTagged } from "./tag-bindings";

type Test = (workspace: Workspace) => boolean;

const words = (value: string | null) => (value ?? "").split(",").filter((word) => word !== "");
const nameOf = (workspace: Workspace) => String(workspace.attributes.name);

/** `GET /organizations/:organization/workspaces` with its searches and filters, by name unless asked otherwise. */
export function listWorkspaces(call: Call) {
  const { name } = findOrganization(call);
  const tests = testsOf(call);
  const found = ownedBy(call.state.workspaces, name).filter((workspace) => tests.every((test) => test(workspace)));
  sortWorkspaces(found, call.query.get("sort") ?? "name");
  const bindings = wantsBindings(call);
  return page(
    call,
    found,
    (workspace) => showWorkspace(call.state, workspace, bindings),
    (shown) => includedWith(call, shown),
  );
}

function testsOf({ query, state }: Call): readonly Test[] {
  const tests: Test[] = [];
  const search = query.get("search[name]")?.toLowerCase();
  if (search) tests.push((workspace) => nameOf(workspace).toLowerCase().includes(search));
  const wildcard = query.get("search[wildcard-name]");
  if (wildcard) {
    const glob = new RegExp(`^${wildcard.split("*").map(quote).join(".*")}$`, "i");
    tests.push((workspace) => glob.test(nameOf(workspace)));
  }
  for (const tag of words(query.get("search[tags]"))) tests.push(({ tagNames }) => tagNames.includes(tag));
  for (const tag of words(query.get("search[exclude-tags]"))) tests.push(({ tagNames }) => !tagNames.includes(tag));
  const project = query.get("filter[project][id]");
  if (project) tests.push(({ projectId }) => projectId === project);
  const statuses = words(query.get("filter[current-run][status]"));
  if (statuses.length > 0) tests.push(({ runs }) => statuses.includes(runs.at(-1)?.status ?? ""));
  if ([...query.keys()].some((parameter) => parameter.startsWith("filter[tagged]"))) {
    tests.push((workspace) => matchesTagged(query, effectiveBindings(state, workspace)));
  }
  return tests;
}

const quote = (part: string) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");

function sortWorkspaces(workspaces: Workspace[], sort: string): void {
  const key = sort.replace(/^-/, "");
  const of = key === "name" ? nameOf : key === "latest-change-at" ? ({ updatedAt }: Workspace) => updatedAt : lastRun;
  const direction = sort.startsWith("-") ? -1 : 1;
  workspaces.sort((a, b) => {
    const [left, right] = [of(a), of(b)];
    return left === right ? 0 : left < right ? -direction : direction;
  });
}

const lastRun = ({ runs, updatedAt }: Workspace) => (runs.length === 0 ? "" : updatedAt);
