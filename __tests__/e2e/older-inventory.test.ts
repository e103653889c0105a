import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Project, startProject } from "./support/project";
import { newToken, onToken, writes } from "./support/records";
import { must } from "./support/run";

/** Another clone, whose inventory and organization file are older than the state that both share. */
describe("an inventory that is older than the state", () => {
  let project: Project;
  const run = (...args: string[]) => must(project.repoint(args));
  const file = () => join(project.folder, "inventory", "sandbox.json");
  const older = () => join(project.folder, "older.json");
  const waves = [{ name: "canary", percent: 40 }];
  let moved: readonly string[];

  beforeAll(async () => {
    project = await startProject({ seed: 8, fleet: 12, extraResources: true, requestsPerSecond: null });
    project.organizationFile({ waves, through: "canary" });
    await run("inventory", "sandbox");
    cpSync(file(), older());
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    project.organizationFile({ waves });
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    moved = onToken(project, newToken(project));
    expect(moved.length).toBeGreaterThan(4);
  });
  afterAll(() => project.close());
  beforeEach(() => {
    writeFileSync(file(), readFileSync(older()));
    project.organizationFile({ waves, through: "canary" });
  });

  it("is refused by cdktf synth, which would have Terraform destroy what the state holds", async () => {
    const synthesized = await project.cdktf(["synth"], 1);
    expect(synthesized.stdout + synthesized.stderr).toMatch(
      /\[plan\/(state-holds-more|not-recorded|connection-there)\]/,
    );
  });

  it("knows what was moved after a reading, so that cdktf deploy forgets it and destroys nothing", async () => {
    await run("inventory", "sandbox");
    const { stdout } = await project.cdktf(["deploy", "sandbox", "--auto-approve", "--skip-provider-lock"]);
    expect(stdout).toMatch(/0 to destroy/);
    nothingLost();
  });

  it("is mended by plan, also for a rollback", async () => {
    const { stdout } = await run("plan", "sandbox");
    expect(stdout).toContain("PASS");
    await run("rollback", "sandbox", "--yes");
    expect(onToken(project, newToken(project))).toEqual([]);
    expect(writes(project).filter((line) => line.startsWith("DELETE"))).toEqual([]);
  });

  function nothingLost(): void {
    expect(onToken(project, newToken(project))).toEqual(moved);
    expect(writes(project).filter((line) => line.startsWith("DELETE"))).toEqual([]);
  }
});
