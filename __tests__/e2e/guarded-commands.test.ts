import { rmSync } from "node:fs";
import { join } from "node:path";
import { differingPaths } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { newToken, onToken, resources } from "./support/records";
import { must, REPOSITORY } from "./support/run";

const OLD = "ot-SandboxOAuth0001";

/** Commands that make their own plan, behind the guard. What Terraform's state lacks is imported again, wherever it is by now. */
describe("a guarded command goes on", () => {
  let project: Project;
  let before: Record<string, unknown>;
  const run = (...args: string[]) => must(project.repoint(args));
  const patches = () => project.sandbox.log.matching({ server: "tfe", method: "PATCH" }).length;
  const cdktf = join(REPOSITORY, "node_modules/.bin/cdktf");
  const deploy = ["guard", "sandbox", "--", cdktf, "deploy", "sandbox", "--auto-approve", "--skip-provider-lock"];
  const differing = () =>
    differingPaths(resources(before), resources(project.sandbox.snapshot())).filter(
      (path) => !path.endsWith(".vcsRepo.oauth-token-id"),
    );
  /** Modules go over the API with this provider, which only `repoint apply` does. */
  const left = () => onToken(project, OLD).filter((id) => !id.startsWith("mod-"));

  beforeEach(async () => {
    project = await startProject({ seed: 61, fleet: 24, extraResources: true });
    before = project.sandbox.snapshot();
    await run("inventory", "sandbox");
  });
  afterEach(async () => {
    await project.close();
  });

  it("after kill -9 of all of cdktf deploy, and after its state is lost", async () => {
    const moving = left().length;
    project.sandbox.faults.add({ method: "PATCH", fault: { delayMs: 150 } });
    await project.killedWhen(deploy, () => left().length <= moving - 6);
    project.sandbox.faults.clear();
    expect(left().length).toBeGreaterThan(0);
    expect(left().length).toBeLessThan(moving);

    await run(...deploy);
    expect([left(), differing()]).toEqual([[], []]);

    // The provider cannot import a connection: synthesis tells how to go on with the one that was made.
    rmSync(join(project.folder, "terraform.sandbox.tfstate"));
    const refused = await must(project.repoint(deploy), 1);
    const [, existing] = /existing: (oc-\w+)/.exec(refused.stdout + refused.stderr) ?? [];
    project.organizationFile({ connection: { existing } });
    project.sandbox.log.clear();
    const imported = await run(...deploy);
    expect(imported.stdout).toMatch(/\d+ resources already as planned: nothing was sent/);
    expect([left(), differing(), patches()]).toEqual([[], [], 0]);
  });

  it("after a wave was forgotten, taken back and is to be moved again", async () => {
    const waves = [{ name: "canary", percent: 30, kinds: ["workspace"] }];
    project.organizationFile({ waves });
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    project.organizationFile({ waves, forget: "done" });
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    await run("rollback", "sandbox", "--wave", "canary", "--yes");
    const back = left().length;
    expect(back).toBeGreaterThan(0);
    project.organizationFile({ waves });
    project.sandbox.log.clear();
    await run(...deploy);
    expect([left(), differing(), patches()]).toEqual([[], [], back]);
    expect(onToken(project, newToken(project)).length).toBeGreaterThan(back);
  });
});
