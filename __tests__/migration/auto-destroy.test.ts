import { adopt } from "../../lib/migration/adopt";
import { planMigration } from "../../lib/migration/plan";
import { migrationStatus } from "../../lib/migration/status";
import { verify } from "../../lib/migration/verify";
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

const reason = "Terraform's provider would take its auto-destroy setting away";

it("leaves alone what an update would take an auto-destroy setting from, and says what to do", () => {
  const { inventory: adopted } = adopt(organization(), fleet(), new Date(0));
  const plan = planMigration(organization(), adopted);
  expect(plan.managed.map(({ name }) => name)).toEqual(["duration-and-time", "nothing", "of-the-project", "time"]);
  expect(plan.left.map(({ name, reason: why, todo }) => [name, why, todo])).toEqual([
    [
      "duration",
      reason,
      "it would lose its auto-destroy duration of 14d: link it in TFE, through GitLab (PAT) (oc-newNewNewNewNew1), to group/project, default branch; or set allowAutoDestroyReset: true in organizations/acme.yaml, plan and apply, and set it again in TFE",
    ],
    [
      "exception",
      reason,
      "it would lose its exception from its project's auto-destroy duration of 30d: link it in TFE, through GitLab (PAT) (oc-newNewNewNewNew1), to group/project, default branch; or set allowAutoDestroyReset: true in organizations/acme.yaml, plan and apply, and set it again in TFE",
    ],
  ]);
  const status = migrationStatus(organization(), adopted);
  expect([status.byHand, status.left]).toEqual([2, new Map([[reason, 2]])]);
  const standings = verify(organization(), adopted, { planned: undefined }).attachments;
  const shared =
    "link each in TFE, through GitLab (PAT) (oc-newNewNewNewNew1), to the repository that stands beside it, so that it keeps the setting; or set allowAutoDestroyReset: true in organizations/acme.yaml, plan and apply, and set it again in TFE";
  expect(standings.flatMap(({ byHand }) => byHand ?? [])).toEqual([
    { shared, own: "group/project, default branch; would lose its auto-destroy duration of 14d" },
    {
      shared,
      own: "group/project, default branch; would lose its exception from its project's auto-destroy duration of 30d",
    },
  ]);
  expect(standings.filter(({ standing }) => standing === "by-hand").map(({ name }) => name)).toEqual([
    "duration",
    "exception",
  ]);
});

it("moves it all the same when the wish allows it, and misses what was lost", () => {
  const wish = organization({ allowAutoDestroyReset: true });
  const { inventory: adopted } = adopt(wish, fleet(), new Date(0));
  expect(planMigration(wish, adopted).managed).toHaveLength(6);
  const after = inventory([workspace(1, { token: NEW.token, settings: { inheritsProjectAutoDestroy: true } })]);
  const planned = inventory([workspace(1, { settings: own })]);
  expect(verify(wish, after, { planned }).attachments.map(({ standing, detail }) => [standing, detail])).toEqual([
    [
      "miss",
      'more than the token differs: autoDestroyActivityDuration: "14d" → ""; inheritsProjectAutoDestroy: false → true',
    ],
  ]);
});

it("keeps what is on the new connection already, since nothing is sent to it, and takes none of it back", () => {
  const moved = fleet({ adopted: true, token: NEW.token });
  expect(planMigration(organization(), moved).managed).toHaveLength(6);
  const back = planMigration(organization({ direction: "back" }), moved);
  expect(back.managed.map(({ name }) => name)).toEqual(["duration-and-time", "nothing", "of-the-project", "time"]);
  expect(back.released.map(({ name, reason: why }) => [name, why])).toEqual([
    ["duration", reason],
    ["exception", reason],
  ]);
  const verified = verify(organization({ direction: "back" }), moved, { planned: undefined }).attachments;
  expect(verified.filter(({ standing }) => standing === "by-hand").map(({ name }) => name)).toEqual([
    "duration",
    "exception",
  ]);
});

it("holds up no wave: what a plan can move of it is done", () => {
  const wish = organization({ release: "done" });
  const found = inventory([
    workspace(1, { token: NEW.token }),
    workspace(2, { adopted: false, settings: own, name: "duration" }),
  ]);
  const plan = planMigration(wish, found);
  expect(plan.released.map(({ name }) => name)).toEqual(["workspace-1"]);
  expect(plan.left.map(({ name }) => name)).toEqual(["duration", "workspace-1"]);
});
