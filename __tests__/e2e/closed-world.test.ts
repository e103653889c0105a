import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { run as runCommand } from "../../lib/cli/main";
import { Random } from "../../sandbox/random";
import { kinds } from "./plans/kinds";
import { type Project, startProject } from "./support/project";
import { must, run } from "./support/run";

/** How many configurations are planned; every kind comes once before any comes again. */
const COUNT = Number(process.env.REPOINT_PLANS ?? "16");
const SEED = Number(process.env.REPOINT_SEED ?? "1");

let project: Project;
let synthesized: string;
beforeAll(async () => {
  project = await startProject({ seed: 5, fleet: 8, extraResources: true, requestsPerSecond: null });
  project.organizationFile({ select: { kinds: ["workspace", "policy-set", "stack"] } });
  await must(project.repoint(["inventory", "sandbox"]));
  await project.cdktf(["synth"]);
  synthesized = readFileSync(join(project.stack, "cdk.tf.json"), "utf8");
  // A module that some configurations call.
  mkdirSync(join(project.stack, "m"));
  writeFileSync(join(project.stack, "m", "main.tf"), 'output "x" { value = 1 }\n');
});
afterAll(async () => {
  await project.close();
});

/** What Terraform made of a configuration: a plan, or nothing because it refused. */
async function planned(configuration: unknown, more: readonly string[] = []): Promise<string | undefined> {
  writeFileSync(join(project.stack, "cdk.tf.json"), JSON.stringify(configuration, null, 2));
  const options = { cwd: project.stack, env: project.env };
  for (const args of [
    ["init", "-input=false", "-reconfigure"],
    ["plan", "-input=false", "-out=plan.tfplan", ...more],
  ]) {
    if ((await run("terraform", args, options)).code !== 0) return undefined;
  }
  return (await must(run("terraform", ["show", "-json", "plan.tfplan"], options))).stdout;
}

async function review(plan: string): Promise<{ readonly code: number; readonly rules: readonly string[] }> {
  let printed = "";
  const stdout = new Writable({
    write: (chunk, _, done) => {
      printed += String(chunk);
      done();
    },
  });
  const io = {
    stdin: Readable.from([Buffer.from(plan)]),
    stdout,
    stderr: stdout,
    env: {},
    cwd: project.folder,
    exitCode: 0 as const,
  };
  const code = await runCommand(["review", "sandbox", "--plan", "-", "--json"], io);
  expect(printed).not.toContain(project.pat);
  const findings: readonly { rule: string; severity: string }[] = JSON.parse(printed).findings;
  return { code, rules: [...new Set(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule))] };
}

it.each(["\n", "\r\n", " ", "\u00a0"])(
  "has Terraform itself refuse a token that ends in %j, and never show it",
  async (end) => {
    writeFileSync(join(project.stack, "cdk.tf.json"), synthesized);
    const options = { cwd: project.stack, env: { ...project.env, TF_VAR_gitlab_pat: `${project.pat}${end}` } };
    await must(run("terraform", ["init", "-input=false", "-reconfigure"], options));
    const { code, stdout, stderr } = await run("terraform", ["apply", "-input=false", "-auto-approve"], options);
    expect([code, stderr.replaceAll(/[\s│]+/g, " ")]).toEqual([
      1,
      expect.stringContaining("The value of var.gitlab_pat is not a token"),
    ]);
    expect(stdout + stderr).not.toContain(project.pat);
    expect(project.sandbox.log.writes).toEqual([]);
  },
);

it("has more than 30 kinds of harm", () => {
  expect(kinds.filter(({ harmful }) => harmful).length).toBeGreaterThan(30);
});

it(`passes what is synthesized and refuses everything else: ${COUNT} configurations through Terraform, seed ${SEED}`, async () => {
  const order = new Random(SEED).shuffle(kinds);
  const wrong: string[] = [];
  const outcomes = { passed: 0, refused: 0, "refused by Terraform": 0 };
  for (let index = 0; index < COUNT; index += 1) {
    const kind = order[index % order.length];
    if (kind === undefined) continue;
    const seed = SEED * 10_000 + index;
    const configuration = JSON.parse(synthesized);
    if (kind.name.endsWith("a local value")) configuration.locals = { token: "ot-SandboxOAuth0001" };
    kind.change(configuration, new Random(seed));
    const plan = await planned(configuration, kind.options);
    if (plan === undefined) {
      outcomes["refused by Terraform"] += 1;
      if (!kind.harmful) wrong.push(`${kind.name} (${seed}): Terraform does not plan it`);
      continue;
    }
    const { code, rules } = await review(plan);
    outcomes[code === 0 ? "passed" : "refused"] += 1;
    if ((code === 0) === kind.harmful) wrong.push(`${kind.name} (${seed}): exit code ${code}, ${rules.join(", ")}`);
  }
  process.stderr.write(`${JSON.stringify(outcomes)}\n`);
  expect(wrong).toEqual([]);
}, 3_600_000);
