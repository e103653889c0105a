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
    // What the old format leaves open is said.
    const next = /^Next: repoint (.+)$/m.exec(told.stdout)?.[1]?.split(" ") ?? [];
    expect(next).toEqual([
      "diagnose",
      ...(version === "old" ? ["--duration-unit", "s", "--time-is", "start"] : []),
      "a.log",
      "b.log",
    ]);
    expect(told.stdout).toMatch(/PAT +·+ 0 %/);
    // An old GitLab answers 401 to a used token and to a wrong secret alike.
    expect(JSON.parse((await repoint(...next, "--json")).stdout).verdict).toBe(
      version === "new" ? "race-proven" : "race-likely",
    );
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

it("fits on 80 columns, with a PAT beside every burst", async () => {
  const { stdout } = await repoint("race", "--webhooks", "10000", "--runs", "1", "--latency", "3m");
  for (const line of stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
  expect(stdout).toMatch(/^webhooks .*180 s +PAT$/m);
  expect(stdout.match(/^ +\d+ .* 0 %$/gm)).toHaveLength(7);
});

it("finds the race likely of a GitLab with previous_refresh_token, where fewer fail and those begin after the winner's end", async () => {
  const [always, sometimes] = await Promise.all([
    repoint("race", "--json"),
    repoint("race", "--json", "--previous-refresh-token", "--log", "p.log"),
  ]);
  const rate = ({ stdout }: { stdout: string }): number => JSON.parse(stdout).burst.failed;
  expect(rate(sometimes)).toBeGreaterThan(0);
  expect(rate(sometimes)).toBeLessThan(rate(always));
  expect(JSON.parse((await repoint("diagnose", "p.log", "--json")).stdout).verdict).toBe("race-likely");
});

it("says what it takes", async () => {
  expect((await repoint("race", "--help")).stdout).toContain("(default: 60s)");
  expect((await repoint("race", "--latency", "2h")).stderr).toContain("expected a time from 1ms to 60m");
  expect((await repoint("race", "--latency", "soon")).code).toBe(2);
  expect((await repoint("race", "--webhooks", "-1")).stderr).toContain("expected a whole number");
});
