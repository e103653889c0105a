import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Project, startProject } from "./support/project";
import { newToken, onToken } from "./support/records";
import { must } from "./support/run";

const OLD = "ot-SandboxOAuth0001";

/** `kill -9` of Repoint alone: Terraform, which it started, goes on. */
describe("Terraform outlives the run that started it", () => {
  let project: Project;
  beforeAll(async () => {
    project = await startProject({ seed: 51, fleet: 16 });
  });
  afterAll(async () => {
    await project.close();
  });

  const run = (...args: string[]) => must(project.repoint([...args, "sandbox"]));
  const lockFile = () => JSON.parse(readFileSync(join(project.folder, ".repoint", "sandbox", "lock"), "utf8"));
  const locked = () => [...project.sandbox.state.workspaces.values()].filter((workspace) => workspace.locked !== null);

  it("keeps every later run from touching anything, ends in good order, and what it did is told as ours", async () => {
    const { faults, log } = project.sandbox;
    faults.add({ method: "PATCH", path: "/workspaces/", fault: { delayMs: 30_000 } });
    await run("plan", "--lock-workspaces");
    const moving = onToken(project, OLD).length;
    const patches = () => log.entries.filter(({ method, path }) => method === "PATCH" && path.includes("/workspaces/"));
    const killed = await project.repoint(["apply", "sandbox", "--yes", "--lock-workspaces"], {
      started: async (child) => {
        while (patches().length < 1) await new Promise((resolve) => setTimeout(resolve, 20));
        child.kill("SIGKILL");
      },
    });
    expect(killed.signal).toBe("SIGKILL");
    const { child } = lockFile();
    expect(child.command).toBe("terraform apply");

    const before = log.entries.filter(({ method }) => method === "POST").length;
    for (const command of [["plan", "--lock-workspaces"], ["apply", "--yes"], ["rollback", "--yes"], ["verify"]]) {
      const refused = await must(project.repoint([...command, "sandbox"]), 2);
      expect(refused.stderr).toContain(`wait for process ${child.pid}, or end it`);
      expect(refused.stdout).toBe("");
    }
    expect((await run("status")).stdout).toContain(`Next: wait for process ${child.pid}`);
    expect(log.entries.filter(({ method }) => method === "POST")).toHaveLength(before);
    expect(locked()).toHaveLength(moving);

    while (isAlive(child.pid)) await new Promise((resolve) => setTimeout(resolve, 100));
    faults.clear();
    // It did not die of its broken output: all is done, and all is in the state.
    expect(onToken(project, OLD)).toEqual([]);
    expect((await project.terraform(["state", "list"])).stdout.trim().split("\n")).toHaveLength(moving + 1);

    const planned = await run("plan", "--lock-workspaces");
    expect(planned.stdout).toMatch(
      new RegExp(
        `The apply that started at \\S+ was interrupted after it had re-pointed ${moving} of ${moving} resources`,
      ),
    );
    expect(planned.stdout).toContain("that an earlier run had left locked");
    expect(planned.stdout).toContain("Nothing to do");
    expect(locked()).toEqual([]);
    expect(onToken(project, newToken(project))).toHaveLength(moving);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
