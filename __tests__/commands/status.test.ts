import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acquireLock } from "../../lib/files/lock";
import { type Stage, startStage } from "./support";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ seed: 3, fleet: 12 });
  stage.organizationFile({ waves: [{ name: "canary", percent: 40 }], through: "canary" });
  await stage.repoint("inventory", "sandbox");
});
afterAll(() => stage.close());

const runs = () => join(stage.folder, ".repoint", "sandbox");
const journal = (event: string, details: object = {}) => {
  mkdirSync(runs(), { recursive: true });
  appendFileSync(
    join(runs(), "journal.jsonl"),
    `${JSON.stringify({ version: 1, at: "2026-11-01T00:00:00.000Z", event, ...details })}\n`,
  );
};
const status = async () => (await stage.repoint("status", "sandbox")).stdout;
const next = async () => (await status()).split("\n").find((line) => line.startsWith("Next: "));

/** Every covered workspace on the new connection, as an apply leaves them. */
function moveCanary(): void {
  const file = join(stage.folder, "inventory", "sandbox.json");
  const inventory = JSON.parse(readFileSync(file, "utf8"));
  const [old] = inventory.connections.filter(({ id }: { id: string }) => id === "oc-SandboxOAuth0001");
  inventory.connections.push({
    ...old,
    id: "oc-NewConnection0001",
    name: "GitLab (PAT)",
    key: null,
    tokens: [{ ...old.tokens[0], id: "ot-NewConnection0001" }],
  });
  for (const resource of inventory.resources) {
    if (resource.adopted) resource.vcsRepo.oauthTokenId = "ot-NewConnection0001";
  }
  writeFileSync(file, JSON.stringify(inventory, null, 2));
}

it("names plan as the next step when something was verified before the first apply", async () => {
  await stage.repoint("verify", "sandbox");
  const screen = await status();
  expect(screen).not.toContain("failed the last verification");
  expect(screen.split("\n").find((line) => line.startsWith("Next: "))).toBe("Next: repoint plan sandbox");
  rmSync(runs(), { recursive: true });
});

describe("while a run holds the organization", () => {
  const since = "2026-11-01T00:00:00.000Z";
  const file = () => join(runs(), "lock");
  const tell = async () => (await status()).split("\n").filter((line) => /^Next|locked/.test(line));
  beforeEach(() => {
    const { id } = [...stage.sandbox.state.workspaces.values()][0] ?? {};
    journal("workspaces.locking", { ids: [id] });
    journal("apply.started", { ids: [id] });
  });
  afterEach(() => rmSync(runs(), { recursive: true }));

  it("says to wait for it, and takes nothing for the leftovers of one that ended", async () => {
    const lock = acquireLock(file(), "repoint apply sandbox", new Date(since));
    expect(await tell()).toEqual([
      expect.stringMatching(
        /^1 workspace may be locked by Repoint now \(.*\): the run that locked them unlocks them, or else the next repoint plan sandbox does$/,
      ),
      `Next: repoint apply sandbox, process ${process.pid}, has been at work since ${since}: wait for it`,
    ]);
    lock.release();
    expect(await tell()).toEqual([
      expect.stringContaining("may still be locked by a run that was interrupted"),
      "Next: repoint plan sandbox (an apply was interrupted)",
    ]);
  });

  it("says on which machine it runs, where it cannot be checked", async () => {
    acquireLock(file(), "repoint apply sandbox", new Date(since));
    writeFileSync(file(), JSON.stringify({ ...JSON.parse(readFileSync(file(), "utf8")), host: "elsewhere", pid: 1 }));
    expect((await tell()).at(-1)).toBe(
      `Next: repoint apply sandbox, process 1 on elsewhere, has been at work since ${since}, as far as can be told from here: wait for it; if elsewhere is gone for good, delete .repoint/sandbox/lock`,
    );
  });
});

it("does not go past an apply that nothing has verified, nor past a verification that failed", async () => {
  moveCanary();
  expect(await next()).toMatch(/^Next: set through: rest in /);

  journal("apply.started");
  journal("apply.finished");
  expect(await next()).toBe("Next: repoint verify sandbox (nothing has verified the last apply yet)");

  const failed = { kind: "workspace", id: "ws-1", name: "network", wave: "canary", detail: "branch differs" };
  const verification = { version: 1, at: "2026-11-01T00:00:00.000Z", planSha256: null, proven: [], problems: [] };
  const write = (record: object) =>
    writeFileSync(join(runs(), "verification.json"), JSON.stringify({ ...verification, ...record }));
  write({ ok: false, failed: [{ ...failed, byPlan: false }] });
  journal("verify.finished", { ok: false });
  const screen = await status();
  expect(screen).toContain("1 failed the last verification");
  expect(screen).toContain("  workspace network (ws-1): branch differs");
  expect(await next()).toBe("Next: repoint verify sandbox says what to do about each failure; go on when it passes");

  write({ ok: false, failed: [{ ...failed, byPlan: true }] });
  expect(await next()).toBe("Next: repoint plan sandbox");

  write({ ok: true, failed: [] });
  journal("verify.finished", { ok: true });
  expect(await status()).toContain("last verification 2026-11-01T00:00:00.000Z: all well");
  expect(await next()).toMatch(/^Next: set through: rest in /);
});
