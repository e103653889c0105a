import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { Io } from "../../lib/cli/io";
import { run } from "../../lib/cli/main";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-race-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function repoint(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const streams = { stdout: "", stderr: "" };
  const into = (name: "stdout" | "stderr") =>
    new Writable({
      write: (chunk, _, done) => {
        streams[name] += String(chunk);
        done();
      },
    });
  const io: Io = {
    stdin: process.stdin,
    stdout: into("stdout"),
    stderr: into("stderr"),
    env: {},
    cwd: folder,
    exitCode: 0,
  };
  return { code: await run(args, io), ...streams };
}

it.each(["new", "old"])(
  "writes a log of a %s GitLab that diagnose convicts, and none for a single webhook",
  async (version) => {
    const told = await repoint(
      "race",
      "--webhooks",
      "20",
      "--latency",
      "30s",
      "--gitlab",
      version,
      "--log",
      "a.log",
      "--tfe-log",
      "b.log",
    );
    expect(told.stdout).toContain("Next: repoint diagnose a.log b.log");
    expect(told.stdout).toMatch(/PAT +·+ 0 %/);
    const convicted = await repoint("diagnose", "a.log", "b.log", "--json");
    expect([convicted.code, JSON.parse(convicted.stdout).verdict]).toEqual([
      1,
      version === "new" ? "race-proven" : "race-likely",
    ]);

    await repoint("race", "--webhooks", "1", "--gitlab", version, "--log", "c.log");
    const free = await repoint("diagnose", "c.log", "--json");
    expect([free.code, JSON.parse(free.stdout).verdict]).toEqual([0, "nothing-found"]);
  },
);

it("says what it takes", async () => {
  expect((await repoint("race", "--latency", "soon")).code).toBe(2);
  expect((await repoint("race", "--webhooks", "-1")).stderr).toContain("expected a whole number");
});
