import type { Inventory } from "../../lib/inventory/schema";
import type { VcsResource } from "../../lib/kinds";
import { adopt } from "../../lib/migration/adopt";
import { planMigration } from "../../lib/migration/migration";
import type { Organization } from "../../lib/organization/organization";
import { connection, inventory, NEW, OLD, OTHER, organization, registryModule, vcsRepo, workspace } from "./fixtures";

/** A plan in a few words: what is managed with which token, what is forgotten and why, what is left and why. */
function summary(organizationFile: Organization, found: Inventory, options: { back?: ReadonlySet<string> } = {}) {
  const plan = planMigration(organizationFile, found, options);
  return {
    managed: plan.managed.map(
      (d) => `${d.name} ${d.token.type === "new" ? "new" : d.token.id}${d.reconnect ? " reconnect" : ""}`,
    ),
    forgotten: plan.forgotten.map(({ name, reason }) => `${name}: ${reason}`),
    left: plan.left.map(({ name, reason }) => `${name}: ${reason}`),
    moves: plan.moves.map(({ name, from, to }) => `${name}: ${from} → ${to}`),
    problems: plan.problems.map(({ rule, message }) => `${rule}: ${message}`),
  };
}
const nothing = { managed: [], forgotten: [], left: [], moves: [], problems: [] };

it("manages what was first seen on an old connection, before and after it moved, and nothing else", () => {
  const found = inventory([
    workspace(1),
    workspace(2, { token: NEW.token }),
    workspace(3, { first: OTHER, adopted: false }),
  ]);
  expect(summary(organization(), found)).toEqual({ ...nothing, managed: ["workspace-1 new", "workspace-2 new"] });
});

it("asks for an inventory before it plans what none has adopted", () => {
  const found = inventory([workspace(1, { adopted: false }), workspace(2, { adopted: false })]);
  expect(summary(organization(), found)).toEqual({
    ...nothing,
    problems: [
      "plan/not-adopted: the organization file covers 2 resources that the inventory has not adopted, such as workspace workspace-1 (ws-0000000000000001)",
    ],
  });
  const { inventory: adopted, added } = adopt(organization(), found, new Date(0));
  expect(added).toBe(2);
  expect(summary(organization(), adopted).problems).toEqual([]);
  expect(adopt(organization(), adopted, new Date(1))).toMatchObject({ inventory: adopted, added: 0 });
});

it("adopts nothing while the organization file names a connection that is not there or not GitLab's: a mark is never taken away", () => {
  const github = { ...connection(OTHER, "GitHub"), serviceProvider: "github" };
  const found = { ...inventory([workspace(1, { first: OTHER, adopted: false })]), connections: [github] };
  for (const from of [[OTHER.connection], [OTHER.connection, "oc-none"]]) {
    expect(adopt(organization({ from }), found, new Date(1))).toMatchObject({ inventory: found, added: 0 });
  }
});

it("forgets what the organization file no longer covers, never drops it", () => {
  const found = inventory([
    workspace(1, { gone: true }),
    workspace(2, { name: "left-out" }),
    workspace(3, { name: "theirs" }),
    workspace(4, { name: "moved", token: OTHER.token }),
    workspace(5, { name: "cut", token: null }),
    workspace(6, { first: NEW, adopted: false }),
    workspace(7, { first: OTHER }),
  ]);
  const organizationFile = organization({
    select: { exclude: [{ names: ["left-*"] }] },
    managedElsewhere: [{ names: ["theirs"] }],
  });
  const left = [
    "cut: it no longer has a VCS link, although oc-oldOldOldOldOld1 still exists: somebody may have removed it on purpose",
    "left-out: the organization file does not select it",
    "moved: somebody moved it to Other (oc-otherOtherOther1)",
    "theirs: another configuration manages it (managedElsewhere)",
  ];
  expect(summary(organizationFile, found)).toEqual({
    ...nothing,
    left,
    forgotten: [
      ...left,
      "workspace-1: it no longer exists",
      "workspace-6: first seen on the new connection: an earlier state may contain it",
      "workspace-7: its baseline is not on an old connection of the organization file",
    ],
  });
});

it("links again what lost its link with the connection", () => {
  const lost = connection(OLD, "GitLab", { gone: true });
  const found = inventory([workspace(1, { token: null })], { connections: [connection(NEW, "GitLab (PAT)"), lost] });
  expect(summary(organization(), found).managed).toEqual(["workspace-1 new reconnect"]);
});

describe("waves", () => {
  const waves = [
    { name: "canary", names: ["workspace-1"] },
    { name: "platform", projects: ["Platform"] },
  ];
  const found = inventory([
    workspace(1, { token: NEW.token }),
    workspace(2, { projectId: "prj-0000000000000002" }),
    workspace(3, { adopted: false }),
  ]);

  it("reach as far as the organization file says", () => {
    expect(summary(organization({ waves, through: "platform" }), found)).toEqual({
      ...nothing,
      managed: ["workspace-1 new", "workspace-2 new"],
      left: ['workspace-3: its wave "rest" comes after "platform"'],
    });
  });

  it("are taken back to the baseline from the last one on, and stay back", () => {
    const moved = inventory([workspace(1, { token: NEW.token }), workspace(2, { token: NEW.token })]);
    const back = organization({
      waves: [{ name: "canary", names: ["workspace-1"] }],
      through: "canary",
      direction: "back",
    });
    expect(summary(back, moved).managed).toEqual(["workspace-1 new", `workspace-2 ${OLD.token}`]);
    expect(summary({ ...back, through: undefined }, moved).managed).toEqual([
      `workspace-1 ${OLD.token}`,
      `workspace-2 ${OLD.token}`,
    ]);
  });

  it("can be named to go back", () => {
    const moved = inventory([workspace(1, { token: NEW.token }), workspace(2, { token: NEW.token })]);
    const organizationFile = organization({ waves: [{ name: "canary", names: ["workspace-1"] }] });
    expect(summary(organizationFile, moved, { back: new Set(["canary"]) }).managed).toEqual([
      `workspace-1 ${OLD.token}`,
      "workspace-2 new",
    ]);
  });

  it("are forgotten when they are done, and managed again when the organization file says so", () => {
    const done = inventory([workspace(1, { token: NEW.token }), workspace(2)]);
    const organizationFile = organization({ waves: [{ name: "canary", names: ["workspace-1"] }], forget: "done" });
    expect(summary(organizationFile, done)).toEqual({
      ...nothing,
      managed: ["workspace-2 new"],
      forgotten: ['workspace-1: its wave "canary" is done and forgotten'],
      left: ['workspace-1: its wave "canary" is done and forgotten'],
    });
    expect(summary({ ...organizationFile, forget: "none" }, done).managed).toEqual([
      "workspace-1 new",
      "workspace-2 new",
    ]);
    // A wave that is named for forget but not done stays managed: what is not moved yet is moved first.
    expect(summary({ ...organizationFile, forget: ["rest"] }, done).managed).toEqual([
      "workspace-1 new",
      "workspace-2 new",
    ]);
  });
});

it("moves nothing forward in a rollback: neither what was taken back before, nor what no plan has reached", () => {
  const waves = ["a", "b", "c", "d"].map((name) => ({ name, names: [`${name}-*`] }));
  const found = inventory([
    workspace(1, { name: "a-1" }),
    workspace(2, { name: "b-1", token: NEW.token }),
    workspace(3, { name: "c-1", token: NEW.token }),
    workspace(4, { name: "d-1", adopted: false }),
  ]);
  for (const organizationFile of [
    {},
    { direction: "back" },
    { direction: "back", through: "a" },
    { through: "a" },
  ] as const) {
    expect(summary(organization({ waves, ...organizationFile }), found, { back: new Set(["b"]) })).toEqual({
      ...nothing,
      managed: [`b-1 ${OLD.token}`, "c-1 new"],
      forgotten: ['a-1: its wave "a" is not being taken back'],
      left: ['a-1: its wave "a" is not being taken back', 'd-1: its wave "d" is not being taken back'],
    });
  }
});

it("goes back to the old connection's present token when the recorded one was replaced, and says when there is none", () => {
  const moved = [workspace(1, { token: NEW.token })];
  const renewed = connection(OLD, "GitLab", {
    tokens: [{ id: "ot-renewed", serviceProviderUser: null, hasSshKey: false }],
  });
  const gone = connection(OLD, "GitLab", { gone: true });
  const back = organization({ direction: "back" });
  const at = (old: typeof renewed) => inventory(moved, { connections: [connection(NEW, "GitLab (PAT)"), old] });
  expect(summary(back, at(renewed)).managed).toEqual(["workspace-1 ot-renewed"]);
  expect(summary(back, at(gone)).problems).toEqual([
    "plan/no-way-back: workspace workspace-1 (ws-0000000000000001): its old connection oc-oldOldOldOldOld1 is gone, so it cannot go back",
  ]);
  moved.push(workspace(2, { token: NEW.token }), workspace(3, { token: NEW.token }));
  expect(summary(back, at(gone)).problems).toEqual([
    "plan/no-way-back: workspace workspace-1 (ws-0000000000000001) and 2 more: its old connection oc-oldOldOldOldOld1 is gone, so it cannot go back",
  ]);
});

it("names the connections that there are when the organization file names one that is not", () => {
  const organizationFile = organization({ from: ["oc-missing"] });
  expect(summary(organizationFile, inventory([])).problems).toEqual([
    "plan/unknown-old-connection: the organization has no connection oc-missing; it has: GitLab (PAT) (oc-newNewNewNewNew1), GitLab (oc-oldOldOldOldOld1), Other (oc-otherOtherOther1)",
  ]);
});

it("finds the projects of a scoped connection by name or id", () => {
  const scoped = (projects: string[]) =>
    organization({ connection: { ...organization().connection, scope: { projects } } });
  expect(planMigration(scoped(["Platform", "prj-0000000000000001"]), inventory([])).connection).toMatchObject({
    organizationScoped: false,
    projectIds: ["prj-0000000000000001", "prj-0000000000000002"],
  });
  // Named twice, it is one all the same.
  expect(planMigration(scoped(["Platform", "prj-0000000000000002"]), inventory([])).connection).toMatchObject({
    projectIds: ["prj-0000000000000002"],
  });
  expect(summary(scoped(["Nowhere"]), inventory([])).problems).toEqual([
    'plan/unknown-project: no project is called "Nowhere"; there are: Default Project, Platform',
  ]);
});

describe("registry modules", () => {
  const older = organization({ terraform: { provider: "~> 0.79.0" } });
  const module = (number: number, token: string | null, adopted = false): VcsResource => {
    const record = { ...registryModule(number, { token: token ?? OLD.token }), adopted };
    return token === null ? { ...record, vcsRepo: null, lastVcsRepo: vcsRepo(OLD.token) } : record;
  };
  const gone = [connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab", { gone: true })];
  const tried = (inPlace: boolean) => ({
    modulesInPlace: { server: "Terraform Enterprise 1.1.0", inPlace, module: "vpc", answer: "it answered 405" },
  });

  it.each([
    [
      "go over the API with an older provider",
      older,
      [module(1, OLD.token)],
      {},
      { moves: [`module-1: ${OLD.token} → ${NEW.token}`] },
    ],
    [
      "wait for the token of a connection that does not exist yet",
      older,
      [module(1, OLD.token)],
      { connections: [connection(OLD, "GitLab")] },
      { moves: [`module-1: ${OLD.token} → null`] },
    ],
    ["have nothing left to do when they are there", older, [module(1, NEW.token)], tried(true), {}],
    [
      "leave the state that a newer provider had put them into",
      older,
      [module(1, OLD.token, true)],
      {},
      { moves: [`module-1: ${OLD.token} → ${NEW.token}`], forgotten: ["module-1: it is re-pointed over the API"] },
    ],
    [
      "go through Terraform with a newer provider",
      organization(),
      [module(1, OLD.token, true)],
      {},
      { managed: ["module-1 new"] },
    ],
    [
      "get a lost link back over the API, whatever the provider",
      organization(),
      [module(1, null, true)],
      { connections: gone },
      { moves: [`module-1: null → ${NEW.token}`], forgotten: ["module-1: it is re-pointed over the API"] },
    ],
    [
      "come back over the API",
      { ...older, direction: "back" as const },
      [module(1, NEW.token), module(2, OLD.token)],
      tried(true),
      { moves: [`module-1: ${NEW.token} → ${OLD.token}`], left: ["module-2: it is on its old connection"] },
    ],
    [
      "come back over the API where no state holds them, whatever the provider",
      organization({ direction: "back" }),
      [module(1, NEW.token)],
      tried(true),
      { moves: [`module-1: ${NEW.token} → ${OLD.token}`] },
    ],
    [
      "are forgotten once their wave is done",
      { ...older, forget: "done" as const },
      [module(1, NEW.token)],
      tried(true),
      { left: ['module-1: its wave "all" is done and forgotten'] },
    ],
    [
      "stay where a server was tried in vain",
      older,
      [module(1, OLD.token)],
      tried(false),
      {
        left: [
          "module-1: this server (Terraform Enterprise 1.1.0) cannot re-point registry modules in place: tried with vpc, it answered 405",
        ],
      },
    ],
    [
      "are somebody else's where the organization file says so",
      { ...older, managedElsewhere: [{ kinds: ["registry-module" as const] }] },
      [module(1, OLD.token)],
      {},
      { left: ["module-1: another configuration manages it (managedElsewhere)"] },
    ],
  ] as const)("%s", (_, organizationFile, records, changes, expected) => {
    expect(summary(organizationFile as Organization, inventory(records, changes as Partial<Inventory>))).toEqual({
      ...nothing,
      ...expected,
    });
  });

  it("cannot go back to a connection that is gone", () => {
    const back = { ...older, direction: "back" as const };
    expect(summary(back, inventory([module(1, NEW.token)], { connections: gone })).problems).toEqual([
      expect.stringContaining("plan/no-way-back: registry-module module-1"),
    ]);
  });
});
