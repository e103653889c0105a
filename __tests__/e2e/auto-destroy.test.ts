import { differingPaths } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { attachments, newToken, onToken } from "./support/records";
import { must } from "./support/run";

const OLD = "ot-SandboxOAuth0001";

/** The provider sends `auto-destroy-at: null` with every update, and the server then forgets a workspace's own duration. */
describe("a workspace with an auto-destroy duration of its own", () => {
  let project: Project;
  let before: Record<string, unknown>;
  const run = (...args: string[]) => must(project.repoint(args));
  const names = () => project.leftAlone.map((id) => String(project.sandbox.state.workspaces.get(id)?.attributes.name));

  beforeAll(async () => {
    project = await startProject({ seed: 41, fleet: 30, requestsPerSecond: null });
    before = project.sandbox.snapshot();
  });
  afterAll(async () => {
    await project.close();
  });

  it("is left on the old connection, by name, and nothing is lost", async () => {
    expect(project.leftAlone.length).toBeGreaterThan(1);
    const { stdout } = await run("plan", "sandbox");
    expect(stdout).toContain("Terraform's provider would take its auto-destroy setting away");
    for (const name of names()) expect(stdout).toContain(`workspace ${name} (ws-`);
    await must(project.repoint(["apply", "sandbox", "--yes"]));
    expect(onToken(project, OLD)).toEqual(project.leftAlone);
    const differing = differingPaths(attachments(before), attachments(project.sandbox.snapshot()));
    expect(differing.filter((path) => !path.endsWith(".vcsRepo.oauth-token-id"))).toEqual([]);
    expect((await run("status", "sandbox")).stdout).toContain(
      `left: ${project.leftAlone.length}, Terraform's provider`,
    );
  });

  it("is moved when the wish allows it; review and verify say what is lost and by which workspace", async () => {
    project.wish({ allowAutoDestroyReset: true });
    const { stdout } = await run("plan", "sandbox");
    expect(stdout).toMatch(/^PASS/m);
    expect(stdout).toContain("warning values-written");
    const applied = await must(project.repoint(["apply", "sandbox", "--yes"]), 1);
    expect(onToken(project, OLD)).toEqual([]);
    for (const id of project.leftAlone) {
      const { attributes } = project.sandbox.state.workspaces.get(id) ?? {};
      if (attributes?.["auto-destroy-activity-duration"] !== null) continue;
      expect(applied.stdout).toContain(`${attributes.name} (${id})`);
    }
    expect(applied.stdout).toContain("autoDestroyActivityDuration: ");
  });

  it("is well again once somebody has set the duration anew", async () => {
    const was = attachments(before).workspaces ?? {};
    for (const id of project.leftAlone) {
      const record: unknown = was[id];
      const workspace = project.sandbox.state.workspaces.get(id);
      if (workspace !== undefined) workspace.attributes = structuredClone(Object(record).attributes);
    }
    expect((await run("verify", "sandbox")).stdout).toContain("All well");
    expect(onToken(project, newToken(project))).toEqual(expect.arrayContaining([...project.leftAlone]));
    // What is where it should be is sent nothing, whatever the wish says.
    project.wish();
    expect((await run("plan", "sandbox")).stdout).toContain("Nothing to do");
  });
});
