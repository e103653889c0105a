import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { addConnection } from "../../sandbox/tfe/state/add-connection";
import { type Stage, startStage } from "./support";

let stage: Stage;
const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await stage.close();
});
const file = () => join(stage.folder, "inventory", "sandbox.json");
const inventory = () => stage.repoint("inventory", "sandbox");
/** What a folder holds but for the organization file and the CLI's own files. */
const recorded = () =>
  existsSync(join(stage.folder, "inventory")) ? readdirSync(join(stage.folder, "inventory")) : [];

describe("of a fleet", () => {
  beforeEach(async () => {
    stage = await startStage({ seed: 3, fleet: 60, extraResources: true });
  });

  it("says what was found and what is next", async () => {
    const { code, stdout, stderr } = await inventory();
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "sandbox on tfe.sandbox.test: 60 workspaces

      connection           name                 workspaces  policy sets  registry modules  stacks  SSH key
      oc-SandboxOAuth0001  GitLab          old          30            4                 4       3
      oc-uJj1LkghJR6XATYN  Another GitLab               11            2                 2       1

      TFE's own count of affected workspaces agrees for every connection.
      inventory/sandbox.json written: 76 new, 0 re-pointed, 0 gone since the last reading.
      Of 41 resources of the old connection, the organization's file now covers 41.
      Nothing in TFE was changed (10 requests, all of them GET).

      Next: commit inventory/sandbox.json, then repoint plan sandbox
      "
    `);
    expect(stdout + stderr + readFileSync(file(), "utf8")).not.toContain(stage.sandbox.tfe.token);
    expect(recorded()).toEqual(["sandbox.json"]);
  });

  it("changes nothing the second time", async () => {
    await inventory();
    const before = readFileSync(file());
    const { code, stdout } = await inventory();
    expect(code).toBe(0);
    expect(stdout).toContain("inventory/sandbox.json is unchanged.");
    expect(readFileSync(file()).equals(before)).toBe(true);
  });

  it("is one JSON object on request", async () => {
    const { code, stdout } = await stage.repoint("inventory", "sandbox", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      organization: "sandbox",
      file: "inventory/sandbox.json",
      changed: true,
      changes: { gone: 0, toNew: 0, toOld: [] },
      workspaces: 60,
      unavailableKinds: [],
      crossChecks: expect.arrayContaining([
        {
          connectionId: "oc-SandboxOAuth0001",
          found: 30,
          counted: 30,
          agree: true,
        },
      ]),
    });
    expect(JSON.parse((await stage.repoint("inventory", "sandbox", "--json")).stdout)).toMatchObject({
      changed: false,
      changes: { added: 0, gone: 0, toNew: 0, toOld: [] },
      adopted: 0,
    });
  });

  it("tells what has changed since", async () => {
    await inventory();
    const { state } = stage.sandbox;
    const [deleted, moved] = [...state.workspaces.values()].filter(
      ({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === "ot-SandboxOAuth0001",
    );
    const other = [...state.tokens.values()].find(({ id }) => id !== "ot-SandboxOAuth0001");
    if (deleted === undefined || moved?.vcsRepo == null || other === undefined) throw new Error("a fleet has them");
    state.workspaces.delete(deleted.id);
    moved.vcsRepo["oauth-token-id"] = other.id;
    const { stdout } = await inventory();
    expect(stdout).toContain(
      "written: 0 new, 0 re-pointed, 1 moved to another connection or none, 1 gone since the last reading.",
    );
  });

  it("names the connections that there are when the organization file names none of them, and still records", async () => {
    stage.organizationFile({ from: ["oc-none"] });
    const { code, stderr } = await inventory();
    expect(code).toBe(2);
    expect(stderr).toContain("from[0]: the organization has no connection oc-none; it has: ");
    expect(stderr).toContain("oc-SandboxOAuth0001");
    expect(recorded()).toEqual(["sandbox.json"]);
  });

  it("refuses a connection that is not GitLab's", async () => {
    const { id } = addConnection(
      stage.sandbox.state,
      "sandbox",
      {
        name: "GitHub",
        "service-provider": "github",
        "http-url": "https://github.com",
        "api-url": "https://api.github.com",
        "oauth-token-string": "x",
      },
      { createdAt: "2026-01-01T00:00:00.000Z" },
    );
    stage.organizationFile({ from: [id] });
    const { code, stderr } = await inventory();
    expect(code).toBe(2);
    expect(stderr).toContain(`the connection GitHub (${id}) is github, not GitLab`);
  });
});

describe("that cannot be taken", () => {
  beforeEach(async () => {
    stage = await startStage({ seed: 3, fleet: 6 });
  });

  it.each<[string, () => void, number, string]>([
    [
      "an organization that does not exist",
      () => stage.organizationFile({ organization: "none" }),
      3,
      "GET /organizations/none answered 404",
    ],
    [
      "a token that is not taken",
      () => void Object.assign(stage.env, { TFE_TOKEN: "stale-token" }),
      3,
      "answered 401: tfe.sandbox.test does not accept the token from TFE_TOKEN",
    ],
    [
      "no token",
      () =>
        void Object.assign(stage.env, {
          TF_CLI_CONFIG_FILE: join(stage.folder, "none"),
        }),
      2,
      "there is no token for tfe.sandbox.test",
    ],
    [
      "an organization file that is none",
      () => writeFileSync(join(stage.folder, "organizations/sandbox.yaml"), "version: 1\n"),
      2,
      "organizations/sandbox.yaml",
    ],
  ])("because of %s leaves no file", async (_, happen, exit, words) => {
    happen();
    const { code, stdout, stderr } = await inventory();
    expect(code).toBe(exit);
    expect(stderr).toContain(words);
    expect(stdout + stderr).not.toContain("stale-token");
    expect(recorded()).toEqual([]);
  });

  it.each([
    ["cut off", (content: string) => content.slice(0, 500), "it is not valid JSON: cut off or damaged"],
    [
      "of a newer version",
      (content: string) => content.replace('"version": 3', '"version": 4'),
      "this is version 4 of the format",
    ],
  ])("because the file is %s leaves the file alone", async (_, change, words) => {
    await inventory();
    const content = change(readFileSync(file(), "utf8"));
    writeFileSync(file(), content);
    const { code, stderr } = await inventory();
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
    expect(readFileSync(file(), "utf8")).toBe(content);
  });

  it("because the server fails half-way leaves the file as it was", async () => {
    await inventory();
    const before = readFileSync(file());
    const [workspace] = stage.sandbox.state.workspaces.values();
    if (workspace !== undefined) workspace.attributes.description = "changed meanwhile";
    stage.sandbox.faults.add({ path: "/stacks", fault: { status: 403 } });
    const { code, stderr } = await inventory();
    expect([code, stderr]).toEqual([3, expect.stringContaining("GET /organizations/sandbox/stacks answered 403")]);
    expect(readFileSync(file()).equals(before)).toBe(true);
  });
});

it("is killed at any moment and leaves no half file", async () => {
  stage = await startStage({ seed: 3, fleet: 6 });
  stage.sandbox.faults.add({
    path: "/organizations/sandbox/workspaces",
    times: 1,
    fault: { delayMs: 1_000 },
  });
  const main = resolve(__dirname, "../../lib/cli/main.ts");
  const source = `require(${JSON.stringify(main)}).run(["inventory", "sandbox"]).then((code) => process.exit(code))`;
  const child = spawn(process.execPath, ["--import", pathToFileURL(require.resolve("tsx")).href, "--eval", source], {
    cwd: stage.folder,
    env: { ...process.env, ...stage.env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  started.push(child);
  let printed = "";
  child.stderr?.on("data", (chunk) => {
    printed += String(chunk);
  });
  const ended = new Promise((done) => {
    child.once("close", (code, signal) => done(signal ?? `exit ${code}: ${printed}`));
  });
  const { log } = stage.sandbox;
  while (child.exitCode === null && log.matching({ path: "/organizations/sandbox/workspaces" }).length === 0) {
    await pause(20);
  }
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
  expect(recorded()).toEqual([]);
  stage.sandbox.faults.clear();
  expect(await inventory()).toMatchObject({ code: 0 });
  expect(recorded()).toEqual(["sandbox.json"]);
});
