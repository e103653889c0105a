import { differingPaths } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { newToken, onToken, resources } from "./support/records";
import { must } from "./support/run";

const OLD = "ot-SandboxOAuth0001";

/** The provider sends `auto-destroy-at: null` with every update, and the server then forgets a workspace's own duration. */
describe("a workspace with an auto-destroy duration of its own", () => {
  let project: Project;
  let before: Record<string, unknown>;
  const run = (...args: string[]) => must(project.repoint(args));
  const names = () => project.leftAlone.map((id) => String(project.sandbox.state.workspaces.get(id)?.attributes.name));
  const changedBesideTokens = () =>
    differingPaths(resources(before), resources(project.sandbox.snapshot())).filter(
      (path) => !path.endsWith(".vcsRepo.oauth-token-id"),
    );

  beforeAll(async () => {
    project = await startProject({ seed: 41, fleet: 30, requestsPerSecond: null });
    expect(project.leftAlone.length).toBeGreaterThan(1);
    before = project.sandbox.snapshot();
  });
  afterAll(async () => {
    await project.close();
  });

  it("is in no configuration of cdktf's without the guard, and in one behind it", async () => {
    await run("inventory", "sandbox");
    const text = async () => (await project.terraform(["show", "-json", "plan.tfplan"])).stdout;
    await project.cdktf(["synth"]);
    await project.terraform(["init", "-input=false"]);
    await project.terraform(["plan", "-input=false", "-out=plan.tfplan"]);
    for (const id of project.leftAlone) expect(await text()).not.toContain(`"importing":{"id":"${id}"`);
    await run("guard", "sandbox", "--", "npx", "cdktf", "synth");
    await run(
      "guard",
      "sandbox",
      "--",
      "terraform",
      `-chdir=${project.stack}`,
      "plan",
      "-input=false",
      "-out=plan.tfplan",
    );
    for (const id of project.leftAlone) expect(await text()).toContain(`"importing":{"id":"${id}"`);
  });

  it("is refused to plain Terraform where a configuration holds it, by name, with what it would lose", async () => {
    const refused = await project.terraform(["plan", "-input=false", "-no-color"], 1);
    const said = refused.stderr.replaceAll(/[│\s]+/g, " ");
    for (const name of names()) expect(said).toContain(`from the workspace ${name}`);
    expect(said).toContain("Without Repoint's guard, this update would remove its auto-destroy duration of ");
  });

  it("keeps it when it is moved", async () => {
    const { stdout } = await run("plan", "sandbox");
    expect(stdout).toMatch(/^PASS/m);
    await run("apply", "sandbox", "--yes");
    expect(onToken(project, OLD)).toEqual([]);
    expect(changedBesideTokens()).toEqual([]);
    // What is where it should be is sent nothing, with the guard or without.
    expect((await run("plan", "sandbox")).stdout).toContain("Nothing to do");
    await project.cdktf(["synth"]);
    await project.terraform(["init", "-input=false"]);
    await project.terraform(["plan", "-input=false", "-detailed-exitcode"]);
  });

  it("keeps it when it is taken back, moved again behind cdktf and the guard, and forgotten", async () => {
    await run("rollback", "sandbox", "--yes");
    expect(differingPaths(resources(before), resources(project.sandbox.snapshot()))).toEqual([]);
    await run("inventory", "sandbox");
    const deployed = await run("guard", "sandbox", "--", "npx", "cdktf", "deploy", "sandbox", "--auto-approve");
    expect(deployed.stdout).toContain("0 left for the next plan, 0 refused");
    expect(onToken(project, OLD)).toEqual([]);
    expect(changedBesideTokens()).toEqual([]);
    project.organizationFile({ forget: "done" });
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    expect(changedBesideTokens()).toEqual([]);
  });
});

it("is reset by cdktf without the guard where the organization file allows it, and verify names it", async () => {
  const project = await startProject({ seed: 41, fleet: 30, requestsPerSecond: null });
  try {
    project.organizationFile({ allowAutoDestroyReset: true });
    await must(project.repoint(["inventory", "sandbox"]));
    await project.cdktf(["deploy", "sandbox", "--auto-approve", "--skip-provider-lock"]);
    expect(onToken(project, OLD)).toEqual([]);
    const verified = await project.repoint(["verify", "sandbox"]);
    const lost = project.leftAlone.filter(
      (id) => project.sandbox.state.workspaces.get(id)?.attributes["auto-destroy-activity-duration"] === null,
    );
    expect(lost.length).toBeGreaterThan(0);
    for (const id of lost) expect(verified.stdout).toContain(id);
    expect(newToken(project)).not.toBe(OLD);
  } finally {
    await project.close();
  }
});
