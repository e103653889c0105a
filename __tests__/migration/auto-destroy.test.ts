import type { Inventory } from "../../lib/inventory/schema";
import { adopt } from "../../lib/migration/adopt";
import { planMigration } from "../../lib/migration/migration";
import { statusOf, verified } from "./decided";
import { inventory, NEW, organization, type WorkspaceOptions, workspace } from "./fixtures";

const at = "2100-01-01T00:00:00Z";
const PROJECT = "prj-0000000000000009";
const own = { autoDestroyActivityDuration: "14d" };

function fleet(options: WorkspaceOptions = {}) {
  const record = (number: number, name: string, settings: WorkspaceOptions["settings"], projectId?: string) =>
    workspace(number, {
      name,
      adopted: false,
      ...(settings === undefined ? {} : { settings }),
      ...(projectId === undefined ? {} : { projectId }),
      ...options,
    });
  const found = inventory([
    record(1, "duration", own),
    record(2, "duration-and-time", { ...own, autoDestroyAt: at }),
    record(3, "time", { autoDestroyAt: at }),
    record(4, "nothing", {}),
    record(5, "of-the-project", { autoDestroyActivityDuration: "30d", inheritsProjectAutoDestroy: true }, PROJECT),
    record(6, "exception", {}, PROJECT),
  ]);
  const project = { id: PROJECT, name: "Short-lived", autoDestroyActivityDuration: "30d" };
  return { ...found, projects: [...found.projects, project] };
}

const reason = "without the guard, Terraform's provider would remove its auto-destroy setting";
const behind = "re-point it with repoint plan and repoint apply, or behind repoint guard, which keeps the setting";
const unguarded = { unguarded: true };

it("leaves alone what an update without the guard would take an auto-destroy setting from, and says what to do", () => {
  const { inventory: adopted } = adopt(organization(), fleet(), new Date(0));
  const plan = planMigration(organization(), adopted, unguarded);
  expect(plan.managed.map(({ name }) => name)).toEqual(["duration-and-time", "nothing", "of-the-project", "time"]);
  // Repoint's own plans took them up, and a state of theirs may hold them: Terraform forgets them here, and touches nothing.
  expect(plan.forgotten.map(({ name }) => name)).toEqual(["duration", "exception"]);
  expect(plan.left.map(({ name, reason: why, todo }) => [name, why, todo])).toEqual([
    ["duration", reason, `it would lose its auto-destroy duration of 14d: ${behind}`],
    ["exception", reason, `it would lose its exception from its project's auto-destroy duration of 30d: ${behind}`],
  ]);
});

it("moves it behind the guard, and has the configuration refused without", () => {
  const { inventory: adopted } = adopt(organization(), fleet(), new Date(0));
  const kept = (found: Inventory) =>
    planMigration(organization(), found).managed.flatMap((each) =>
      each.kind === "workspace" && each.keptByGuard !== undefined ? [[each.name, each.keptByGuard]] : [],
    );
  expect(planMigration(organization(), adopted).managed).toHaveLength(6);
  expect(kept(adopted)).toEqual([
    ["duration", "its auto-destroy duration of 14d"],
    ["exception", "its exception from its project's auto-destroy duration of 30d"],
  ]);
  // Nothing is sent of what is where it shall be.
  expect(kept(fleet({ adopted: true, token: NEW.token }))).toEqual([]);
  expect(statusOf(organization(), adopted).byHand).toBe(0);
});

it("moves it all the same when the organization file allows it, and misses what was lost", () => {
  const organizationFile = organization({ allowAutoDestroyReset: true });
  const { inventory: adopted } = adopt(organizationFile, fleet(), new Date(0));
  expect(planMigration(organizationFile, adopted, unguarded).managed).toHaveLength(6);
  const after = inventory([workspace(1, { token: NEW.token, settings: { inheritsProjectAutoDestroy: true } })]);
  const planned = inventory([workspace(1, { settings: own })]);
  expect(
    verified(organizationFile, after, { planned }).resources.map(({ standing, detail }) => [standing, detail]),
  ).toEqual([
    [
      "failed",
      'more than the token differs: autoDestroyActivityDuration: "14d" → ""; inheritsProjectAutoDestroy: false → true',
    ],
  ]);
});

it("keeps what is on the new connection already, since nothing is sent to it, and takes none of it back", () => {
  const moved = fleet({ adopted: true, token: NEW.token });
  expect(planMigration(organization(), moved, unguarded).managed).toHaveLength(6);
  const back = planMigration(organization({ direction: "back" }), moved, unguarded);
  expect(back.managed.map(({ name }) => name)).toEqual(["duration-and-time", "nothing", "of-the-project", "time"]);
  expect(back.forgotten.map(({ name, reason: why }) => [name, why])).toEqual([
    ["duration", reason],
    ["exception", reason],
  ]);
});

it("holds up no wave: what a plan can move of it is done", () => {
  const organizationFile = organization({ forget: "done" });
  const found = inventory([
    workspace(1, { token: NEW.token }),
    workspace(2, { adopted: false, settings: own, name: "duration" }),
  ]);
  const plan = planMigration(organizationFile, found, unguarded);
  expect(plan.forgotten.map(({ name }) => name)).toEqual(["workspace-1"]);
  expect(plan.left.map(({ name }) => name)).toEqual(["duration", "workspace-1"]);
});
