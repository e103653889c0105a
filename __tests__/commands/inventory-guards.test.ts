import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type Stage, startStage } from "./support";

let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 3, fleet: 6 });
});
afterEach(async () => {
  await stage.close();
});
const file = () => join(stage.folder, "inventory", "sandbox.json");

function holdLock(pid: number): void {
  const runs = join(stage.folder, ".repoint", "sandbox");
  mkdirSync(runs, { recursive: true });
  const since = "2026-01-01T00:00:00.000Z";
  const holder = { pid, host: hostname(), startTicks: null, command: "repoint apply sandbox", since };
  writeFileSync(join(runs, "lock"), JSON.stringify(holder));
}

it("leaves the inventory of another organization as it is", async () => {
  await stage.repoint("inventory", "sandbox");
  const other = readFileSync(file(), "utf8").replace('"organization": "sandbox"', '"organization": "elsewhere"');
  writeFileSync(file(), other);
  const { code, stdout, stderr } = await stage.repoint("inventory", "sandbox");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(
    "the inventory belongs to elsewhere on tfe.sandbox.test, but the organization file is for sandbox on",
  );
  expect(readFileSync(file(), "utf8")).toBe(other);
});

it.each(["inventory", "verify"])(
  "%s waits for no run that is at work on the organization: it would write what that run has changed meanwhile",
  async (command) => {
    holdLock(process.ppid);
    const { code, stderr } = await stage.repoint(command, "sandbox");
    expect([code, stderr]).toEqual([2, expect.stringContaining("repoint apply sandbox")]);
    expect(stage.sandbox.log.entries).toEqual([]);
  },
);

it("takes a dead run's place, and prints one JSON object all the same", async () => {
  const impossible = 2 ** 22 + 1;
  holdLock(impossible);
  const { code, stdout, stderr } = await stage.repoint("inventory", "sandbox", "--json");
  expect([code, JSON.parse(stdout).workspaces]).toEqual([0, 6]);
  expect(stderr).toContain("An earlier run was interrupted: `repoint apply sandbox`");
  holdLock(impossible);
  expect(JSON.parse((await stage.repoint("verify", "sandbox", "--json")).stdout).version).toBe(1);
});

it("names no next step while the old connection is not the one that the organization file means", async () => {
  stage.organizationFile({ from: ["oc-none"] });
  expect((await stage.repoint("inventory", "sandbox")).stdout).not.toContain("Next:");
  stage.organizationFile();
  expect((await stage.repoint("inventory", "sandbox")).stdout).toContain("Next:");
});

it("takes an old connection that was never there for a wrong id, and not for one that is retired", async () => {
  stage.organizationFile({ from: ["oc-none"] });
  await stage.repoint("inventory", "sandbox");
  expect((await stage.repoint("status", "sandbox")).stdout).toMatch(
    /old connection {3}oc-none, not in the inventory\n[\s\S]*Next: repoint inventory sandbox lists .*correct from: /,
  );
  const retired = await stage.repoint("retire", "sandbox", "--yes");
  expect([retired.code, retired.stderr]).toEqual([2, expect.stringContaining("plan/unknown-old-connection")]);
  const verified = await stage.repoint("verify", "sandbox");
  expect([verified.code, verified.stdout]).toEqual([
    1,
    expect.stringContaining("FAIL  the organization has no connection oc-none"),
  ]);
});

it("says which waves nothing fits", async () => {
  stage.organizationFile({ waves: [{ name: "canary", names: ["no-such-*"] }] });
  expect((await stage.repoint("inventory", "sandbox")).stdout).toContain(
    'NOTE     no resource to move matches the wave "canary": ',
  );
  expect((await stage.repoint("status", "sandbox")).stdout).toMatch(/^canary +0 +0 +empty: no resource matches$/m);
});
