import { readFileSync } from "node:fs";
import { join } from "node:path";
import { differingPaths } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { newToken, onToken, resources } from "./support/records";
import { must } from "./support/run";

const OLD = "ot-SandboxOAuth0001";

/** Kills with `SIGKILL` at moments that a fixed sequence spreads over the time that a command takes. */
describe("killed at any moment, and run again", () => {
  let project: Project;
  let before: Record<string, unknown>;
  let moments: () => number;
  let moves: number;
  const run = (...args: string[]) => must(project.repoint(args));

  beforeAll(async () => {
    // Slow enough that a kill finds every phase at work.
    project = await startProject({ seed: 21, fleet: 24, extraResources: true });
    const slow = /\/(workspaces|policy-sets|stacks|registry-modules)\//;
    project.sandbox.faults.add({ method: "PATCH", path: slow, fault: { delayMs: 150 } });
    before = project.sandbox.snapshot();
    moves = onToken(project, OLD).length;
    let turn = 0;
    moments = () => {
      turn += 1;
      return 300 + ((turn * 977) % 2900);
    };
    await run("inventory", "sandbox");
  });
  afterAll(async () => {
    await project.close();
  });

  it("completes an apply after 9 kills", async () => {
    for (let kill = 0; kill < 9; kill += 1) {
      const command = kill % 3 === 2 ? ["plan", "sandbox"] : ["apply", "sandbox", "--yes", "--lock-workspaces"];
      if (command[0] === "apply") await run("plan", "sandbox", "--lock-workspaces");
      await project.killed(command, moments());
    }
    await run("plan", "sandbox", "--lock-workspaces");
    await run("apply", "sandbox", "--yes", "--lock-workspaces");
    expect(onToken(project, OLD)).toEqual([]);
    expect([...project.sandbox.state.workspaces.values()].filter(({ locked }) => locked !== null)).toEqual([]);
    onlyTokensDiffer(moves);
  });

  it("completes a rollback after 6 kills", async () => {
    for (let kill = 0; kill < 6; kill += 1) await project.killed(["rollback", "sandbox", "--yes"], moments());
    await run("rollback", "sandbox", "--yes");
    expect(differingPaths(resources(before), resources(project.sandbox.snapshot()))).toEqual([]);
  });

  it("completes retiring after 5 kills, with nothing unlinked", async () => {
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    for (let kill = 0; kill < 5; kill += 1) await project.killed(["retire", "sandbox", "--yes"], 150 + kill * 170);
    await run("retire", "sandbox", "--yes");
    expect(project.sandbox.state.clients.has("oc-SandboxOAuth0001")).toBe(false);
    onlyTokensDiffer(moves);
  });

  it("leaves a journal that can be read", () => {
    const lines = readFileSync(join(project.folder, ".repoint", "sandbox", "journal.jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    const readable = lines.filter((line) => {
      try {
        return typeof JSON.parse(line) === "object";
      } catch {
        return false;
      }
    });
    expect(lines.length - readable.length).toBeLessThanOrEqual(1);
    expect(readable.some((line) => line.includes('"lock.taken-over"'))).toBe(true);
  });

  function onlyTokensDiffer(moved: number): void {
    const differing = differingPaths(resources(before), resources(project.sandbox.snapshot()));
    expect(differing.filter((path) => !path.endsWith(".vcsRepo.oauth-token-id"))).toEqual([]);
    expect(onToken(project, newToken(project))).toHaveLength(moved);
  }
});
