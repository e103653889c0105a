import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Stage, startStage } from "./support";

const OLD = { connection: "oc-SandboxOAuth0001", token: "ot-SandboxOAuth0001" };
let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 4, fleet: 20, extraResources: true });
  const { grants } = stage.sandbox.state;
  const held = grants.get(OLD.token);
  if (held === undefined) throw new Error("the old connection has no grant");
  grants.set(OLD.token, { ...held, refused: true });
});
afterEach(async () => {
  await stage.close();
});

const fast = ["--poll", "0.02", "--wait", "0.05"];
const restore = (...more: string[]) => stage.repoint("restore", "sandbox", ...fast, ...more);
const links = () => JSON.stringify(stage.sandbox.state.resources().map(({ id, vcsRepo }) => [id, vcsRepo]));
const writes = () =>
  stage.sandbox.log.entries.filter(({ method, path }) => method !== "GET" && !/registry-modules/.test(path));
const record = () => join(stage.folder, ".repoint", "sandbox", "restore.json");

/** A person who opens the page when it is shown. */
async function openPage(): Promise<void> {
  const { state, log, tfe } = stage.sandbox;
  const shown = () => log.matching({ method: "GET", path: `/oauth-clients/${OLD.connection}` }).length;
  while (shown() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await fetch(`${tfe.url}${state.clients.get(OLD.connection)?.attributes["connect-path"]}`);
}

it("has a person use TFE's own page, sees that the connection works again, and writes nothing", async () => {
  stage.sandbox.state.authorizedRepos = true;
  const before = links();
  const [ran] = await Promise.all([restore(), openPage()]);
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining("error")]);
  expect(ran.stdout).toContain(
    "TFE cannot use it: GET /oauth-tokens/ot-SandboxOAuth0001/authorized-repos answered 422",
  );
  expect(ran.stdout).toContain("keeps every link.\nOpen  https://tfe.sandbox.test/auth/");
  expect(ran.stdout).toMatch(/TFE reads \d+ repositories through it: it works\./);
  expect(ran.stdout).toContain("No link has changed: 21 VCS-connected resources as before.");
  expect([links(), writes(), existsSync(record())]).toEqual([before, [], false]);
});

it("sees a new date on the token where TFE shows nothing else", async () => {
  stage.sandbox.state.reauthorization = "dates";
  const [ran] = await Promise.all([restore(), openPage()]);
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining("TFE shows a new authorization of it.")]);
});

it("takes a person's word where TFE shows nothing at all, at a terminal or with --authorized", async () => {
  const unseen = await restore("--wait", "0.001");
  expect([unseen.code, unseen.stderr]).toEqual([3, expect.stringContaining("repoint restore sandbox --authorized")]);
  const later = await restore("--authorized");
  expect([later.code, later.stdout]).toEqual([0, expect.stringContaining("NOT PROVEN: you say that it is authorized")]);
  const typed = await stage.atTerminal(
    ["restore", "sandbox", ...fast, "--wait", "1"],
    [{ when: /TFE will not: $/, type: "done", first: openPage }],
  );
  expect([typed.code, typed.stdout]).toEqual([0, expect.stringContaining("No link has changed")]);
});

it("does not take a person's word against what TFE shows", async () => {
  stage.sandbox.state.authorizedRepos = true;
  const said = await restore("--authorized");
  expect([said.code, said.stderr]).toEqual([3, expect.stringContaining("TFE still cannot use the connection")]);
  const typed = await stage.atTerminal(
    ["restore", "sandbox", ...fast, "--wait", "1"],
    [
      { when: /TFE will not: $/, type: "done" },
      { when: /TFE still cannot use it: .*\n.*: $/, type: undefined },
    ],
  );
  expect([typed.code, typed.stdout]).toEqual([1, expect.stringContaining("Stopped. Nothing was changed")]);
});

it("revokes when a person says that TFE will not, after they were shown what that means", async () => {
  const ran = await stage.atTerminal(
    ["restore", "sandbox", ...fast, "--wait", "1"],
    [
      { when: /TFE will not: $/, type: "revoke" },
      { when: /Type "revoke" to go on: $/, type: "no" },
    ],
  );
  expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining("which unlinks everything that uses it")]);
  expect(ran.stdout).toContain("Nothing was changed.");
  expect(stage.sandbox.state.tokens.has(OLD.token)).toBe(true);
});

it("links everything again on a server whose page replaces the token", async () => {
  stage.sandbox.state.reauthorization = "replaces";
  const before = links();
  const [ran] = await Promise.all([restore(), openPage()]);
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining("error")]);
  expect(ran.stdout).toContain("21 of 21 links changed meanwhile:");
  expect(ran.stdout).toContain("21 of 21 VCS-connected resources linked as recorded.");
  const [token = ""] = stage.sandbox.state.clients.get(OLD.connection)?.tokenIds ?? [];
  const withoutHooks = (text: string) => text.replaceAll(/"webhook-url":"[^"]*"/g, "");
  expect(withoutHooks(links().replaceAll(token, OLD.token))).toEqual(withoutHooks(before));
});

it("links what has lost its link, as last seen, once the connection works, and asks before", async () => {
  await stage.repoint("inventory", "sandbox");
  const { state } = stage.sandbox;
  const lost = [...state.workspaces.values()].find(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD.token);
  const link = lost?.vcsRepo;
  if (lost === undefined || link == null) throw new Error("the fleet is too small");
  lost.vcsRepo = null;
  await fetch(`${stage.sandbox.tfe.url}${state.clients.get(OLD.connection)?.attributes["connect-path"]}`);
  expect(await restore("--authorized")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("run/not-confirmed"),
  });
  const ran = await restore("--authorized", "--yes");
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining("1 of them has already lost the link")]);
  expect(ran.stdout).toContain("Linked again: 1.");
  expect(lost.vcsRepo).toEqual({ ...link, "webhook-url": expect.any(String) });
});

it("has nothing to authorize where the connection works", async () => {
  const { state } = stage.sandbox;
  state.authorizedRepos = true;
  await Promise.all([restore(), openPage()]);
  const ran = await restore();
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining("There is nothing to authorize.")]);
  expect(ran.stdout).toContain("Nothing is left to link.");
});

it("waits for nobody without a terminal where TFE shows that the connection works", async () => {
  const { state } = stage.sandbox;
  state.authorizedRepos = true;
  await Promise.all([restore(), openPage()]);
  // An hour, were it waited for.
  const ran = await stage.repoint("restore", "sandbox", "--yes");
  expect([ran.code, ran.stdout]).toEqual([
    0,
    expect.stringMatching(
      /it works\. There is nothing to authorize\. If runs still fail: repoint restore sandbox --revoke\./,
    ),
  ]);
  expect(ran.stdout).not.toContain("Waits for");
});

it("says before it waits for how long, and what shortens that, where TFE shows nothing", async () => {
  const { stdout } = await restore("--yes", "--wait", "0.001");
  const said = stdout.split("\n");
  const first = said.findIndex((line) => line.includes("does not show whether it works"));
  expect(said[first + 1]).toBe(
    "Waiting for up to 0.001 minutes until it is authorized (--wait MINUTES changes that). If it is authorized already, stop this and run: repoint restore sandbox --authorized",
  );
  expect(first).toBeLessThan(said.findIndex((line) => line.startsWith("Open ")));
});
