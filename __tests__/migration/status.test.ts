import { stillDeferred } from "../../lib/migration/status";
import { statusOf, warningsOf } from "./decided";
import { connection, inventory, NEW, OLD, OTHER, organization, registryModule, workspace } from "./fixtures";

const waves = [{ name: "canary", names: ["canary-*"] }];

it("counts each wave, what is left and why, and what no plan has held yet", () => {
  const found = inventory([
    workspace(1, { name: "canary-1", token: NEW.token }),
    workspace(2, { name: "canary-2" }),
    workspace(3),
    workspace(4, { adopted: false }),
    workspace(5, { gone: true }),
    workspace(6, { token: OTHER.token }),
    workspace(7, { first: OTHER, adopted: false }),
  ]);
  expect(statusOf(organization({ waves }), found)).toEqual({
    waves: [
      { name: "canary", total: 2, moved: 1, reached: true, goesBack: false },
      { name: "rest", total: 2, moved: 0, reached: true, goesBack: false },
    ],
    newConnection: { id: NEW.connection, name: "GitLab (PAT)" },
    oldConnections: [{ id: OLD.connection, name: "GitLab", known: true, gone: false }],
    left: new Map([
      ["it no longer exists", 1],
      [`somebody moved it to Other (${OTHER.connection})`, 1],
    ]),
    unadopted: 1,
    byHand: 0,
    cameToOld: [],
  });
});

it("knows a wave that the organization file does not reach yet, and one that is forgotten", () => {
  const found = inventory([workspace(1, { name: "canary-1", token: NEW.token }), workspace(2, { adopted: false })]);
  expect(statusOf(organization({ waves, through: "canary" }), found).waves).toEqual([
    { name: "canary", total: 1, moved: 1, reached: true, goesBack: false },
    { name: "rest", total: 1, moved: 0, reached: false, goesBack: false },
  ]);
  expect(statusOf(organization({ waves, forget: "done", through: "canary" }), found)).toMatchObject({
    waves: [
      { name: "canary", total: 1, moved: 1, reached: true, goesBack: false },
      { name: "rest", total: 1, moved: 0, reached: false, goesBack: false },
    ],
    left: new Map(),
  });
});

it("shows a wave that nothing fits, and warns of it", () => {
  const organizationFile = organization({ waves: [{ name: "canary", names: ["Workspace-1"] }] });
  const found = inventory([workspace(1)]);
  expect(statusOf(organizationFile, found).waves).toEqual([
    { name: "canary", total: 0, moved: 0, reached: false, goesBack: false },
    { name: "rest", total: 1, moved: 0, reached: true, goesBack: false },
  ]);
  expect(warningsOf(organizationFile, found)).toEqual([
    'no resource to move matches the wave "canary": check for a typo (matching is case-sensitive), or an earlier wave matches first',
  ]);
  expect(warningsOf(organization({ waves: [{ name: "canary", names: ["workspace-1"] }] }), found)).toEqual([]);
  expect(warningsOf(organization(), inventory([]))).toEqual([]);
  expect(warningsOf({ ...organizationFile, from: ["oc-none"] }, found)).toEqual([]);
});

it("says that several waves go at once, and how to begin with one", () => {
  const found = inventory([workspace(1, { name: "canary-1" }), workspace(2)]);
  expect(warningsOf(organization({ waves }), found)).toEqual([
    'through: is not set, so all waves move at once: "canary", "rest". To start with one, set through: canary',
  ]);
  expect(warningsOf(organization({ waves, through: "canary" }), found)).toEqual([]);
  const begun = inventory([workspace(1, { name: "canary-1", token: NEW.token }), workspace(2)]);
  expect(warningsOf(organization({ waves }), begun)).toEqual([]);
});

it("counts what only hands can move, while it is on the old connection", () => {
  const organizationFile = organization({ terraform: { provider: "~> 0.79.0" } });
  const modules = [registryModule(1, { token: OLD.token }), registryModule(2, { token: NEW.token })];
  const vcsRepo = { identifier: "group/eks", oauthTokenId: OLD.token };
  const found = inventory(modules, {
    modulesInPlace: { server: "TFE 1", inPlace: false, module: "vpc", answer: "it answered 405" },
    stackComponents: [{ id: "comp-1", name: "eks", vcsRepo }],
  });
  expect(statusOf(organizationFile, found)).toMatchObject({
    byHand: 2,
    waves: [{ name: "all", total: 1, moved: 1 }],
  });
});

it("counts modules that go over the API in their waves", () => {
  const organizationFile = organization({ terraform: { provider: "~> 0.79.0" } });
  const found = inventory([registryModule(1, { token: OLD.token }), registryModule(2, { token: NEW.token })]);
  expect(statusOf(organizationFile, found)).toMatchObject({
    byHand: 0,
    waves: [{ name: "all", total: 2, moved: 1, reached: true }],
  });
});

it("knows neither connection before the first reading saw it, nor after it is gone", () => {
  const found = inventory([], { connections: [connection(OLD, "GitLab", { gone: true })] });
  expect(statusOf(organization({ from: [OLD.connection, "oc-none"] }), found)).toEqual({
    waves: [],
    newConnection: undefined,
    oldConnections: [
      { id: OLD.connection, name: "GitLab", known: true, gone: true },
      { id: "oc-none", name: null, known: false, gone: true },
    ],
    left: new Map(),
    unadopted: 0,
    byHand: 0,
    cameToOld: [],
  });
});

it("knows what a plan deferred until it has gone the plan's way", () => {
  const found = inventory([
    workspace(1),
    workspace(2, { token: NEW.token }),
    workspace(3, { gone: true }),
    workspace(4),
  ]);
  const ids = new Set([1, 2, 3].map((number) => workspace(number).id));
  expect(stillDeferred(organization(), found, ids, "forward")).toEqual(["workspace-1"]);
  expect(stillDeferred(organization(), found, ids, "back")).toEqual(["workspace-2"]);
});

it("names what came to the old connection after it was first seen", () => {
  const stranger = workspace(1, { first: OTHER, token: OLD.token, adopted: false });
  const found = inventory([stranger, workspace(2, { first: OTHER, adopted: false }), workspace(3)]);
  expect(statusOf(organization(), found).cameToOld).toEqual(["workspace-1"]);
});
