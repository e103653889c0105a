import { existsSync } from "node:fs";
import { join } from "node:path";
import { addComponent } from "../../sandbox/tfe/state/add-component";
import { addToken } from "../../sandbox/tfe/state/add-connection";
import { type Stage, startStage } from "./support";

const OLD = { connection: "oc-SandboxOAuth0001", token: "ot-SandboxOAuth0001" };
let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 4, fleet: 20, extraResources: true });
});
afterEach(async () => {
  await stage.close();
});

const fast = ["--poll", "0.02", "--wait", "0.05"];
const restore = (...more: string[]) => stage.repoint("restore", "sandbox", "--yes", ...fast, ...more);
const revoke = (...more: string[]) => restore("--revoke", ...more);
const record = () => join(stage.folder, ".repoint", "sandbox", "restore.json");

/** A person who authorizes the connection once its token is gone. */
async function authorizeWhenRevoked(): Promise<string> {
  const client = stage.sandbox.state.clients.get(OLD.connection);
  if (client === undefined) throw new Error("there is no old connection");
  while (client.tokenIds.length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  return authorizeSoon();
}

/** A person who authorizes the connection, which has no token, once the page is shown. */
async function authorizeSoon(): Promise<string> {
  const { state, log } = stage.sandbox;
  const client = state.clients.get(OLD.connection);
  if (client === undefined) throw new Error("there is no old connection");
  const read = () => log.matching({ method: "GET", path: `/oauth-clients/${OLD.connection}` }).length;
  const before = read();
  while (read() === before) await new Promise((resolve) => setTimeout(resolve, 5));
  return addToken(state, client, "2026-01-01T00:00:00.000Z").id;
}

/** Every link, with the token named alike whatever it is. */
function links(): Record<string, unknown> {
  return Object.fromEntries(
    stage.sandbox.state.resources().map(({ id, vcsRepo }) => {
      if (vcsRepo === null) return [id, null];
      const { "webhook-url": _, ...link } = vcsRepo;
      return [id, link];
    }),
  );
}

it("revokes, waits for a person, and links everything again as it was", async () => {
  const before = links();
  const [ran, token] = await Promise.all([revoke(), authorizeWhenRevoked()]);
  expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining("workspaces: 20 of 20")]);
  expect(ran.stdout).toContain(`Open  https://tfe.sandbox.test/`);
  expect(ran.stdout).toContain("21 of 21 VCS-connected resources linked as recorded.");
  expect(ran.stdout).toContain("The lasting fix is a connection with a\npersonal access token");
  expect(JSON.parse(JSON.stringify(links()).replaceAll(token, OLD.token))).toEqual(before);
  expect(existsSync(record())).toBe(false);
});

it("goes on where it was when nobody authorized in time", async () => {
  const before = links();
  const waited = await revoke("--wait", "0.001");
  expect([waited.code, waited.stderr]).toEqual([3, expect.stringContaining("it continues from here")]);
  expect(existsSync(record())).toBe(true);
  const [ran, token] = await Promise.all([revoke(), authorizeWhenRevoked()]);
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining("Continuing a restoration that was started")]);
  expect(JSON.parse(JSON.stringify(links()).replaceAll(token, OLD.token))).toEqual(before);
});

it("revokes nothing when the inventory is not complete, and says why", async () => {
  const { state } = stage.sandbox;
  const [hidden] = [...state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD.token);
  if (hidden === undefined) throw new Error("nothing is on the old connection");
  stage.sandbox.faults.add({ path: /organizations\/sandbox$/, fault: { status: 404 } });
  const ran = await revoke();
  expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining("the token cannot see it")]);
  expect(state.tokens.has(OLD.token)).toBe(true);
  expect(existsSync(record())).toBe(false);
});

it("leaves alone what somebody has linked elsewhere while it waited", async () => {
  const { state } = stage.sandbox;
  const [moved] = [...state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD.token);
  const other = [...state.tokens.values()].find(({ id }) => id !== OLD.token);
  if (moved?.vcsRepo == null || other === undefined) throw new Error("the fleet is too small");
  const link = { ...moved.vcsRepo, "oauth-token-id": other.id };
  const [ran] = await Promise.all([
    revoke(),
    (async () => {
      const client = state.clients.get(OLD.connection);
      while ((client?.tokenIds.length ?? 0) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      moved.vcsRepo = link;
    })(),
    authorizeWhenRevoked(),
  ]);
  expect(ran.stdout).toContain(`(${moved.id}) was linked elsewhere meanwhile, and left there.`);
  expect(moved.vcsRepo?.["oauth-token-id"]).toBe(other.id);
});

it("asks for a person's word", async () => {
  const ran = await stage.repoint("restore", "sandbox", "--revoke");
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("run/not-confirmed")]);
  expect(stage.sandbox.state.tokens.has(OLD.token)).toBe(true);
});

it("gives the address at which the page is reached, and another run of it goes on with the same connection alone", async () => {
  const waited = await revoke("--wait", "0.001");
  const page = /\((http\S+), where the API is reached\)/.exec(waited.stdout)?.[1] ?? "";
  const other = await restore("--connection", "oc-another");
  expect([other.code, other.stderr]).toEqual([
    2,
    expect.stringContaining(`a restoration of ${OLD.connection} was started`),
  ]);
  expect((await stage.repoint("status", "sandbox")).stdout).toContain("Next: repoint restore sandbox (one was started");
  const verified = await stage.repoint("verify", "sandbox");
  expect([verified.code, verified.stdout]).toEqual([
    1,
    expect.stringContaining(
      "\n\nNot everything is as it should be. Next: repoint restore sandbox (one was started: what it unlinked is not linked again yet)\n",
    ),
  ]);
  const advised = [...verified.stdout.matchAll(/what to do: (repoint .*)/g)].map(([, command]) => command);
  expect(new Set(advised)).toEqual(
    new Set([
      "repoint restore sandbox",
      "repoint restore sandbox; then repoint plan sandbox, then repoint apply sandbox, which creates it",
    ]),
  );
  for (const command of ["plan", "apply", "rollback", "retire"]) {
    expect((await stage.repoint(command, "sandbox")).stderr).toContain("run/restoration-pending");
  }
  expect(await (await fetch(page)).text()).toMatch(/is authorized: ot-\w+\. You can close this page\.\n$/);
  expect(await (await fetch(page)).text()).toMatch(/is authorized again: ot-\w+\. You can close this page\.\n$/);
  expect(await restore()).toMatchObject({ code: 0, stdout: expect.stringContaining("linked as recorded") });
});

const onOld = () =>
  [...stage.sandbox.state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD.token);

it("links all others when the server refuses one, and says what to link by hand, and how", async () => {
  const before = links();
  const { faults, state } = stage.sandbox;
  const [refused] = onOld();
  faults.add({ method: "PATCH", path: `/workspaces/${refused?.id}`, fault: { status: 422 } });
  state.modulePatch = "no-route";
  const [ran, token] = await Promise.all([revoke(), authorizeWhenRevoked()]);
  expect([ran.code, ran.stdout]).toEqual([
    1,
    expect.stringContaining("16 of 21 VCS-connected resources linked as recorded."),
  ]);
  expect(ran.stdout).toContain("the server cannot link registry modules in place: it answered 404 to an owner's token");
  const sent = stage.sandbox.log.matching({ method: "PATCH", path: /registry-modules/ });
  expect(sent).toHaveLength(1);
  expect(ran.stdout).toContain(`(${refused?.id})`);
  expect(ran.stdout).toContain("answered 422: scripted fault");
  expect(ran.stdout).toContain("docs/how-to/registry-modules.md");
  const modules = new Set(state.modules.keys());
  const others = (all: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(all).filter(([id]) => id !== refused?.id && !modules.has(id)));
  expect(JSON.parse(JSON.stringify(others(links())).replaceAll(token, OLD.token))).toEqual(others(before));
});

it("keeps what the server refused, and links it without revoking again once it does not refuse", async () => {
  const before = links();
  const { faults, log } = stage.sandbox;
  const [refused] = onOld();
  faults.add({ method: "PATCH", path: `/workspaces/${refused?.id}`, fault: { status: 422 } });
  const [ran, token] = await Promise.all([revoke(), authorizeWhenRevoked()]);
  expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining("20 of 21 VCS-connected resources")]);
  const again = await revoke();
  expect([again.code, again.stdout]).toEqual([
    1,
    expect.stringContaining("started: 1 VCS-connected resource of oc-SandboxOAuth0001"),
  ]);
  faults.clear();
  const last = await restore();
  expect([last.code, last.stdout]).toEqual([
    0,
    expect.stringContaining("1 of 1 VCS-connected resource linked as recorded."),
  ]);
  expect(log.matching({ method: "DELETE" })).toHaveLength(1);
  expect(JSON.parse(JSON.stringify(links()).replaceAll(token, OLD.token))).toEqual(before);
  expect(existsSync(record())).toBe(false);
});

it("is given up with --abandon: what is not linked is named, the record kept, and other commands go on", async () => {
  await revoke("--wait", "0.001");
  expect((await stage.repoint("retire", "sandbox")).stderr).toContain("run/restoration-pending");
  const ran = await restore("--abandon");
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining("error")]);
  expect(ran.stdout).toContain("21 of them are not linked now:");
  expect(ran.stdout).toMatch(/Its record is kept: \.repoint\/sandbox\/restore-abandoned-\w+\.json\n$/);
  expect((await stage.repoint("retire", "sandbox")).stderr).not.toContain("run/restoration-pending");
  expect(await restore("--abandon")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("restore/nothing-begun"),
  });
  // The inventory knows them all the same.
  const [after, token] = await Promise.all([restore(), authorizeSoon()]);
  expect([after.code, after.stdout]).toEqual([0, expect.stringContaining("21 of 21 VCS-connected resources")]);
  expect(Object.values(links()).filter((link) => JSON.stringify(link).includes(token))).toHaveLength(21);
});

it("counts no module as linked that answers 200 and keeps no link, and names Stack components, which no API links again", async () => {
  const { state } = stage.sandbox;
  state.modulePatch = "token-ignored";
  state.entitlements = { ...state.entitlements, stackComponents: true };
  stage.sandbox.gitlabState.addProject("group/eks");
  const vcsRepo = { identifier: "group/eks", "oauth-token-id": OLD.token };
  addComponent(state, { organization: "sandbox", name: "eks", createdAt: "2026-01-01T00:00:00.000Z", vcsRepo });
  const [ran] = await Promise.all([revoke(), authorizeWhenRevoked()]);
  expect([ran.code, ran.stdout]).toEqual([
    1,
    expect.stringContaining("17 of 21 VCS-connected resources linked as recorded."),
  ]);
  expect(ran.stdout).toContain("1 Stack component will be unlinked too");
});

it("links all others when the server fails for one, and another run links that", async () => {
  const before = links();
  const [failing] = onOld();
  stage.sandbox.faults.add({ method: "PATCH", path: `/workspaces/${failing?.id}`, fault: { status: 401 } });
  const [ran, token] = await Promise.all([revoke(), authorizeWhenRevoked()]);
  expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining("1 resource could not be linked again")]);
  expect(ran.stderr).toContain("repoint restore sandbox continues from here");
  expect(ran.stdout).toContain("Linked again: 20.");
  stage.sandbox.faults.clear();
  expect(await restore()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("21 of 21 VCS-connected resources"),
  });
  expect(JSON.parse(JSON.stringify(links()).replaceAll(token, OLD.token))).toEqual(before);
});

it("revokes nothing when the token may not see a kind that may use the connection", async () => {
  stage.sandbox.faults.add({ path: "/organizations/sandbox/policy-sets", fault: { status: 404 } });
  const ran = await revoke();
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("the token cannot see policy-sets")]);
  expect(stage.sandbox.state.tokens.has(OLD.token)).toBe(true);
  expect(existsSync(record())).toBe(false);
});

it("leaves alone what was linked through a GitHub App meanwhile, and tells what was linked otherwise", async () => {
  const [app, other] = onOld();
  if (app?.vcsRepo == null || other?.vcsRepo == null) throw new Error("the fleet is too small");
  const byApp = { ...app.vcsRepo, "oauth-token-id": null, "github-app-installation-id": "ghain-1" };
  const link = { ...other.vcsRepo, branch: "another" };
  const [ran] = await Promise.all([
    revoke(),
    (async () => {
      const token = await authorizeWhenRevoked();
      app.vcsRepo = byApp;
      other.vcsRepo = { ...link, "oauth-token-id": token };
    })(),
  ]);
  expect(app.vcsRepo).toEqual(byApp);
  expect(other.vcsRepo?.branch).toBe("another");
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain(`(${app.id}) was linked elsewhere meanwhile, and left there.`);
  expect(ran.stdout).toMatch(new RegExp(`\\(${other.id}\\) is linked, but NOT as recorded: branch: ".*" → "another"`));
});

it("reads anew when it was ended before it revoked anything: what was linked since is linked again too", async () => {
  const { state, faults } = stage.sandbox;
  faults.add({ method: "DELETE", path: "/oauth-tokens/", fault: { status: 403 } });
  expect(await revoke()).toMatchObject({ code: 3 });
  expect(existsSync(record())).toBe(true);
  faults.clear();
  const free = [...state.workspaces.values()].find(({ vcsRepo }) => vcsRepo === null);
  const [linked] = onOld();
  if (free === undefined || linked?.vcsRepo == null) throw new Error("the fleet is too small");
  free.vcsRepo = { ...linked.vcsRepo };
  const before = links();
  const [ran, token] = await Promise.all([revoke(), authorizeWhenRevoked()]);
  expect([ran.code, ran.stdout]).toEqual([
    0,
    expect.stringContaining("22 of 22 VCS-connected resources linked as recorded."),
  ]);
  expect(JSON.parse(JSON.stringify(links()).replaceAll(token, OLD.token))).toEqual(before);
});

it("revokes nothing when a workspace was linked while it asked", async () => {
  const { state, log } = stage.sandbox;
  const free = [...state.workspaces.values()].find(({ vcsRepo }) => vcsRepo === null);
  const [linked] = onOld();
  const add = log.add.bind(log);
  jest.spyOn(log, "add").mockImplementation((request) => {
    if (/\/oauth-clients\/oc-/.test(request.path) && free !== undefined && linked?.vcsRepo != null)
      free.vcsRepo = { ...linked.vcsRepo };
    return add(request);
  });
  const ran = await revoke();
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("has changed since it was read")]);
  expect(state.tokens.has(OLD.token)).toBe(true);
  expect(existsSync(record())).toBe(false);
});

it("has nothing to do where nothing is known to use the connection, and says how to find what did", async () => {
  stage.sandbox.state.removeTokens([OLD.token]);
  const ran = await restore();
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining("error")]);
  expect(ran.stdout).toContain("holds 0 VCS-connected resources.\n\nNothing uses oc-SandboxOAuth0001");
  expect(ran.stdout).toContain("repoint inventory sandbox --find-lost links.yaml");
  expect(existsSync(record())).toBe(false);
});
