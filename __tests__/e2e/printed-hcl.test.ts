import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPlan } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { must } from "./support/run";

let project: Project;
beforeAll(async () => {
  project = await startProject({ seed: 5, fleet: 30, extraResources: true });
  project.organizationFile({ waves: [{ name: "first", kinds: ["workspace"] }], through: "rest" });
  await must(project.repoint(["inventory", "sandbox"]));
});
afterAll(async () => {
  await project.close();
});

const planned = async () => {
  await project.terraform(["init", "-input=false"]);
  await project.terraform(["plan", "-input=false", "-out=plan.tfplan"]);
  return readPlan(await project.showPlan("plan.tfplan"));
};

it("is formatted, valid, and plans the same as the JSON", async () => {
  await project.cdktf(["synth"]);
  const json = readFileSync(join(project.stack, "cdk.tf.json"), "utf8");
  const fromJson = await planned();
  await project.cdktf(["synth", "--hcl"]);
  expect(existsSync(join(project.stack, "cdk.tf"))).toBe(true);
  await project.terraform(["fmt", "-check", "-diff"]);
  await project.terraform(["init", "-input=false"]);
  await project.terraform(["validate"]);
  const fromHcl = await planned();
  expect(fromHcl.length).toBeGreaterThan(20);
  expect(fromHcl).toEqual(fromJson);

  // Back to JSON: the text is the same, and no HCL is left beside it.
  await project.cdktf(["synth"]);
  expect(readFileSync(join(project.stack, "cdk.tf.json"), "utf8")).toBe(json);
});

it("holds no path of this machine and no time", async () => {
  await project.cdktf(["synth", "--hcl"]);
  const hcl = readFileSync(join(project.stack, "cdk.tf"), "utf8");
  expect(hcl).not.toContain(project.folder);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await project.cdktf(["synth", "--hcl"]);
  expect(readFileSync(join(project.stack, "cdk.tf"), "utf8")).toBe(hcl);
});
