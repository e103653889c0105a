import type { Inventory } from "../../lib/inventory/schema";
import { verified } from "./decided";
import {
  connection,
  inventory,
  NEW,
  OLD,
  OTHER,
  organization,
  ownConnection,
  registryModule,
  vcsRepo,
  workspace,
} from "./fixtures";

/** Standing and detail of each resource, by name. */
function standings(
  found: Inventory,
  organizationFile = organization(),
  options: Partial<Parameters<typeof verified>[2]> = {},
): Record<string, string> {
  const { resources } = verified(organizationFile, found, { planned: undefined, ...options });
  return Object.fromEntries(resources.map(({ name, standing, detail }) => [name, `${standing}: ${detail}`]));
}

it("proves what moved: from, to, and nothing else", () => {
  expect(verified(organization(), inventory([workspace(1, { token: NEW.token })]), { planned: undefined })).toEqual({
    resources: [
      {
        kind: "workspace",
        id: workspace(1).id,
        name: "workspace-1",
        standing: "moved",
        from: OLD.token,
        to: NEW.token,
        detail: "nothing else differs",
        todo: undefined,
        byPlan: false,
        earlier: [],
        later: [],
        wave: "all",
      },
    ],
    connection: [],
  });
});

it("tells what is not reached, skipped and failed from one another", () => {
  const waves = [{ name: "canary", names: ["workspace-[1-6]"] }];
  const found = inventory([
    workspace(1),
    workspace(2, { adopted: false }),
    workspace(3, { token: OTHER.token }),
    workspace(4, { gone: true }),
    workspace(5, { token: null }),
    workspace(6, { token: "ot-unknown" }),
    workspace(7),
    workspace(8, { adopted: false }),
  ]);
  expect(standings(found, organization({ waves, through: "canary" }))).toEqual({
    "workspace-1": "failed: is not on the new connection yet",
    "workspace-2": 'failed: uses the old connection and belongs to wave "canary", but no plan has included it yet',
    "workspace-3": `skipped: somebody moved it to Other (${OTHER.connection})`,
    "workspace-4": "skipped: it no longer exists",
    "workspace-5": `skipped: it no longer has a VCS link, although ${OLD.connection} still exists: somebody may have removed it on purpose`,
    "workspace-6": "failed: is not on the new connection yet",
    "workspace-7": 'not-reached: its wave "rest" comes after "canary"',
    "workspace-8": 'not-reached: its wave "rest" comes after "canary"',
  });
});

it("misses what has lost its link with its connection", () => {
  const connections = [connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab", { gone: true })];
  expect(standings(inventory([workspace(1, { token: null })], { connections }))).toEqual({
    "workspace-1": "failed: has lost its VCS link",
  });
});

it("misses what differs in more than the token", () => {
  const record = workspace(1, { token: NEW.token, settings: { autoApply: true } });
  const found = inventory([{ ...record, vcsRepo: vcsRepo(NEW.token, { branch: "develop" }) }]);
  expect(standings(found, organization(), { planned: inventory([workspace(1)]) })).toEqual({
    "workspace-1": 'failed: more than the token differs: branch: "" → "develop"; autoApply: false → true',
  });
});

it("takes as meant what the last plan left as it found it, and still tells it", () => {
  const record = { ...workspace(1, { token: NEW.token }), vcsRepo: vcsRepo(NEW.token, { branch: "develop" }) };
  const organizationFile = organization();
  const planned = inventory([{ ...workspace(1), vcsRepo: vcsRepo(OLD.token, { branch: "develop" }) }]);
  expect(verified(organizationFile, inventory([record]), { planned }).resources).toMatchObject([
    { standing: "moved", detail: "nothing else differs", earlier: ['branch: "" → "develop"'] },
  ]);
  const later = { ...record, vcsRepo: vcsRepo(NEW.token, { branch: "main" }) };
  expect(standings(inventory([later]), organizationFile, { planned })).toEqual({
    "workspace-1": 'failed: more than the token differs: branch: "develop" → "main"',
  });
});

describe("registry modules", () => {
  const module = (token: string) => ({ ...registryModule(1, { token }), adopted: false });
  const organizationFile = organization({ terraform: { provider: "~> 0.79.0" } });
  const modulesInPlace = { server: "TFE 1", inPlace: false, module: "vpc", answer: "it answered 405" };

  it("are missed until they were re-pointed over the API, and need an owner's token; nobody is told to delete one", () => {
    const [found] = verified(organizationFile, inventory([module(OLD.token)]), { planned: undefined }).resources;
    expect([found?.standing, found?.detail, found?.todo]).toEqual([
      "failed",
      "is not on the new connection yet",
      "repoint plan acme, review it, then repoint apply acme, with an owner's token",
    ]);
    expect(standings(inventory([module(NEW.token)]), organizationFile)).toEqual({
      "module-1": "moved: nothing else differs",
    });
  });

  it("are for hands once the server was tried in vain", () => {
    const found = inventory([module(OLD.token)], { modulesInPlace });
    expect(verified(organizationFile, found, { planned: undefined }).resources).toMatchObject([
      {
        standing: "manual",
        detail: expect.stringContaining("it answered 405"),
        todo: expect.stringContaining("publish it again"),
      },
    ]);
    const moved = inventory([module(NEW.token)], { modulesInPlace });
    expect(standings(moved, organizationFile)).toEqual({ "module-1": "moved: nothing else differs" });
    expect(standings(moved, { ...organizationFile, direction: "back" })).toEqual({
      "module-1": expect.stringContaining("skipped: this server"),
    });
  });

  it("count as restored when a rollback took them back, and not when they never left", () => {
    const back = { ...organizationFile, direction: "back" as const };
    const now = inventory([module(OLD.token)]);
    expect(standings(now, back, { planned: inventory([module(NEW.token)]) })).toEqual({
      "module-1": "restored: nothing else differs",
    });
    expect(standings(now, back, { planned: now })).toEqual({ "module-1": "stayed: it is on its old connection" });
    expect(standings(inventory([module(NEW.token)]), back)).toEqual({
      "module-1": "failed: is not back on its old connection",
    });
  });
});

it("lists the Stack components of an old connection for hands", () => {
  const component = (id: string, token: string) => ({
    id,
    name: id,
    vcsRepo: { identifier: "group/eks", oauthTokenId: token },
  });
  const stackComponents = [component("comp-1", OLD.token), component("comp-2", OTHER.token)];
  expect(verified(organization(), inventory([], { stackComponents }), { planned: undefined }).resources).toMatchObject([
    {
      kind: "stack-component",
      id: "comp-1",
      standing: "manual",
      todo: expect.stringContaining("from group/eks, versions from tags"),
    },
  ]);
});

it("counts as restored what a rollback took back, and misses what it did not", () => {
  const found = inventory([workspace(1), workspace(2, { token: NEW.token })]);
  const back = {
    "workspace-1": "restored: nothing else differs",
    "workspace-2": "failed: is not back on its old connection",
  };
  expect(standings(found, organization({ direction: "back" }))).toEqual(back);
  expect(standings(found, organization(), { back: new Set(["all"]) })).toEqual(back);
});

it("misses what cannot go back", () => {
  const connections = [connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab", { gone: true })];
  const found = inventory([workspace(1, { token: NEW.token })], { connections });
  expect(standings(found, organization({ direction: "back" }))).toEqual({
    "workspace-1": `failed: its old connection ${OLD.connection} is gone, so it cannot go back`,
  });
});

it("lets wait what the plan deferred", () => {
  expect(standings(inventory([workspace(1)]), organization(), { defer: new Set([workspace(1).id]) })).toEqual({
    "workspace-1": "deferred: it is busy: deferred to a later plan",
  });
});

it("watches over what is done and forgotten", () => {
  const moved = workspace(1, { token: NEW.token });
  const organizationFile = organization({ forget: "done" });
  expect(standings(inventory([moved]), organizationFile)).toEqual({ "workspace-1": "moved: nothing else differs" });
  const changed = { ...moved, vcsRepo: vcsRepo(NEW.token, { branch: "x" }) };
  expect(standings(inventory([changed]), organizationFile)).toEqual({
    "workspace-1": 'failed: more than the token differs: branch: "" → "x"',
  });
});

it("misses what came to the old connection since it was first seen elsewhere", () => {
  const found = inventory([
    workspace(1, { first: OTHER, token: OLD.token, adopted: false }),
    workspace(2, { first: NEW, token: OLD.token, adopted: false }),
    workspace(3, { first: OTHER, adopted: false }),
    workspace(4, { first: OTHER, token: OLD.token, adopted: false, gone: true }),
  ]);
  expect(standings(found)).toEqual({
    "workspace-1": "failed: uses the old connection now, but did not when it was first seen",
    "workspace-2": "failed: uses the old connection now, but did not when it was first seen",
  });
});

describe("the connection", () => {
  const messages = (connections: Inventory["connections"], changes: Partial<Inventory> = {}) =>
    verified(organization(), inventory([], { connections, ...changes }), { planned: undefined }).connection.map(
      ({ message }) => message,
    );
  it("is one finding where nothing was planned yet, with the next step", () => {
    const none = inventory([], { connections: [connection(OLD, "GitLab")], ownConnections: [] });
    expect(verified(organization(), none, { planned: undefined }).connection).toEqual([
      {
        message: "the new connection does not exist yet",
        todo: "repoint plan acme, then repoint apply acme, which creates it",
      },
    ]);
  });

  const withKey = { tokens: [{ id: OLD.token, serviceProviderUser: null, hasSshKey: true }] };

  it("must be there once, hold a token, and an SSH key where the old one did", () => {
    const old = connection(OLD, "GitLab", withKey);
    expect(messages([old])).toEqual(["the new connection does not exist yet"]);
    expect(messages([old, connection(NEW, "GitLab (PAT)", { tokens: [] })])).toEqual([
      `the new connection GitLab (PAT) (${NEW.connection}) has no token: nothing can fetch through it or move to it`,
      "the old connection has an SSH key (for submodules), but the new one has none",
    ]);
    const gone = connection(OLD, "GitLab", { gone: true });
    const twins = [gone, connection(NEW, "GitLab (PAT)"), connection(OTHER, "GitLab (PAT)")];
    expect(messages(twins)).toEqual([]);
    expect(messages(twins, { ownConnections: [ownConnection({ id: null })] })).toEqual([
      `2 connections are called "GitLab (PAT)": ${NEW.connection}, ${OTHER.connection}`,
    ]);
    expect(messages([connection(NEW, "GitLab (PAT)")])).toEqual([
      `the organization has no connection ${OLD.connection}; it has: GitLab (PAT) (${NEW.connection})`,
    ]);
    const keyed = { tokens: [{ id: NEW.token, serviceProviderUser: null, hasSshKey: true }] };
    expect(messages([old, connection(NEW, "GitLab (PAT)", keyed)])).toEqual([]);
  });
});

describe("what differs after a re-pointing", () => {
  const moved = { ...workspace(1, { token: NEW.token }), vcsRepo: vcsRepo(NEW.token, { branch: "develop" }) };
  const of = (options: Partial<Parameters<typeof verified>[2]>) =>
    verified(organization(), inventory([moved]), { planned: undefined, ...options }).resources[0];

  it("is a failure while no verification has seen the re-pointing right", () => {
    expect(of({ planned: inventory([workspace(1)]) })).toMatchObject({ standing: "failed", later: [] });
  });

  it("is somebody's later change once one has", () => {
    const proven = new Set([workspace(1).id]);
    expect(of({ planned: inventory([workspace(1)]), proven })).toMatchObject({
      standing: "moved",
      later: ['branch: "" → "develop"'],
    });
  });

  it("is somebody's later change where the last plan did not move it", () => {
    const planned = inventory([{ ...workspace(1), vcsRepo: vcsRepo(NEW.token) }]);
    expect(of({ planned })).toMatchObject({ standing: "moved", later: ['branch: "" → "develop"'] });
  });

  it("is nothing where the server only shows the repository's name otherwise", () => {
    const shown = (displayIdentifier: string) => ({ ...vcsRepo(NEW.token), displayIdentifier });
    const record = { ...workspace(1, { token: NEW.token }), vcsRepo: shown("group/new-name") };
    const planned = inventory([{ ...workspace(1), vcsRepo: { ...shown("group/old-name"), oauthTokenId: OLD.token } }]);
    expect(verified(organization(), inventory([record]), { planned }).resources).toMatchObject([
      { standing: "moved", detail: "nothing else differs" },
    ]);
  });
});

it("orders by wave, and says of each failure whether another plan mends it", () => {
  const waves = [
    { name: "second", names: ["workspace-1"] },
    { name: "first", names: ["workspace-2"] },
  ];
  const organizationFile = organization({ waves: [waves[1], waves[0]].flatMap((wave) => wave ?? []) });
  const lost = { ...workspace(1, { token: NEW.token }), vcsRepo: vcsRepo(NEW.token, { branch: "develop" }) };
  const found = verified(organizationFile, inventory([lost, workspace(2)]), {
    planned: inventory([workspace(1), workspace(2)]),
  });
  expect(found.resources.map(({ name, wave, byPlan }) => [name, wave, byPlan])).toEqual([
    ["workspace-2", "first", true],
    ["workspace-1", "second", false],
  ]);
});

describe("after a finished rollback", () => {
  const at = "2026-01-02T03:04:05.000Z";
  const organizationFile = organization({ waves: [{ name: "canary", names: ["workspace-[1-5]"] }] });
  const takenBack = new Map([["canary", at]]);
  const moved = (number: number) => workspace(number, { token: NEW.token });
  const now = inventory([
    workspace(1),
    workspace(2, { adopted: false }),
    { ...workspace(3, { token: null }), lastVcsRepo: vcsRepo("ot-unknown") },
    workspace(4, { settings: { autoApply: true } }),
    moved(5),
    workspace(6),
  ]);
  const planned = inventory([moved(1), workspace(2, { adopted: false }), moved(3), moved(4), moved(5), workspace(6)]);
  const told = (options: object) =>
    verified(organizationFile, now, { planned, takenBack, ...options }).resources.map(
      ({ name, standing, detail, todo }) => `${name} ${standing}: ${detail}${todo === undefined ? "" : `: ${todo}`}`,
    );

  it("takes what is back for well, and advises no plan for what the rollback left wrong", () => {
    expect(told({})).toEqual([
      `workspace-1 taken-back: taken back by the rollback of ${at}, nothing else differs`,
      'workspace-2 stayed: no plan has included it yet, and a rollback took its wave "canary" back',
      "workspace-3 failed: has lost its VCS link: repoint rollback acme --wave canary again",
      "workspace-4 failed: more than the token differs: autoApply: false → true: set it back in TFE; or, if the change is intended, run repoint rollback acme --wave canary again to accept it",
      "workspace-5 moved: nothing else differs",
      "workspace-6 failed: is not on the new connection yet: repoint plan acme, review it, then repoint apply acme",
    ]);
  });

  it("names what was begun and is not done before anything else", () => {
    const goOn = "repoint restore acme";
    expect(told({ goOn }).filter((line) => line.includes("failed"))).toEqual([
      "workspace-3 failed: has lost its VCS link: repoint restore acme",
      "workspace-4 failed: more than the token differs: autoApply: false → true: first repoint restore acme; then, if the change was a mistake, set it back in TFE",
      "workspace-6 failed: is not on the new connection yet: repoint restore acme",
    ]);
  });
});
