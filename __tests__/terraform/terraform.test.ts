import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Terraform } from "../../lib/terraform/terraform";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-terraform-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A program in Terraform's place that records its arguments and then does as told. */
function terraform(
  script: string,
  output: string[] = [],
  { env = {}, resources = 1 }: { readonly env?: NodeJS.ProcessEnv; readonly resources?: number } = {},
): Terraform {
  const command = join(folder, "tf");
  writeFileSync(command, `#!/bin/sh\necho "$@" >> ${folder}/args\n${script}\n`);
  chmodSync(command, 0o755);
  return new Terraform({
    binary: { command, version: "1.11.4" },
    folder: "stack",
    env: { PATH: process.env.PATH, TF_VAR_gitlab_pat: "glpat-planted", ...env },
    resources,
    output: {
      stdout: (chunk) => void output.push(chunk.toString()),
      stderr: (chunk) => void output.push(chunk.toString()),
    },
  });
}

const args = () => readFileSync(join(folder, "args"), "utf8");

it("tells a plan with changes from one without by the detailed exit code", async () => {
  expect(await terraform("exit 2").plan("p", 10)).toEqual({ changes: true });
  expect(await terraform("exit 0").plan("p", 10)).toEqual({ changes: false });
  expect(args().split("\n")[0]).toBe(
    "-chdir=stack plan -input=false -no-color -detailed-exitcode -parallelism=10 -out=p",
  );
});

it("passes progress through as it comes, but not what only a program reads", async () => {
  const output: string[] = [];
  await terraform("echo progress; echo careful >&2", output).apply("p", 3);
  expect(output.sort()).toEqual(["careful\n", "progress\n"]);
  expect(await terraform("echo '{}'", output).showPlan("p")).toBe("{}\n");
  expect(output).toHaveLength(2);
});

it.each([
  ["by itself", {}, "400 800MiB"],
  ["but not against the user", { env: { GOGC: "50" } }, "50 -"],
  ["nor against a limit of the user's", { env: { GOMEMLIMIT: "2GiB" } }, "- 2GiB"],
  ["nor where Terraform needs as much anyway", { resources: 5001 }, "- -"],
])("lets Go spend memory for processor time, %s", async (_, options, told) => {
  const said = await terraform('echo "${GOGC:--} ${GOMEMLIMIT:--}"', [], options).showPlan("p");
  expect(said.trim()).toBe(told);
});

it("fails with the exit code, and keeps secrets out of arguments and errors", async () => {
  await expect(terraform("exit 1").plan("p", 10)).rejects.toThrow("terraform plan failed with exit code 1");
  await expect(terraform("kill -9 $$").init()).rejects.toThrow("terraform was ended by SIGKILL");
  expect(args()).not.toContain("glpat-planted");
});

it("says more than Terraform does where prevent_destroy stops a plan, and where the provider finds no token", async () => {
  const stopped = "echo 'tfe_oauth_client.gitlab_pat has lifecycle.prevent_destroy set, but' >&2; exit 1";
  await expect(terraform(stopped).plan("p", 10)).rejects.toMatchObject({
    fix: expect.stringContaining("do not remove prevent_destroy"),
  });
  const tokenless = "echo 'Error: required token could not be found. Please set' >&2; exit 1";
  await expect(terraform(tokenless).plan("p", 10)).rejects.toMatchObject({
    fix: expect.stringContaining("set TFE_TOKEN"),
  });
  await expect(terraform("exit 1").plan("p", 10)).rejects.toMatchObject({
    fix: expect.stringContaining("Terraform's own message above"),
  });
});

it("tells the ids of what the state manages, and takes a missing state for an empty one", async () => {
  expect(await terraform(`echo '{"format_version":"1.0"}'`).stateIds()).toEqual(new Map());
  const shown = {
    values: {
      root_module: {
        resources: [
          { address: "tfe_workspace.a", mode: "managed", values: { id: "ws-1" } },
          { address: "data.tfe_oauth_client.b", mode: "data", values: { id: "oc-1" } },
        ],
      },
    },
  };
  expect(await terraform(`echo '${JSON.stringify(shown)}'`).stateIds()).toEqual(new Map([["tfe_workspace.a", "ws-1"]]));
  await expect(terraform("exit 1").stateIds()).rejects.toThrow("terraform show failed");
});

it("makes files for their owner alone, but for the providers that init may put into a shared cache", async () => {
  const made = (name: string) => (statSync(join(folder, name)).mode & 0o777).toString(8);
  const before = process.umask(0);
  try {
    await terraform(`touch ${folder}/plan`).plan("p", 10);
    await terraform(`touch ${folder}/state`).apply("p", 10);
    await terraform(`touch ${folder}/provider`).init();
    expect(process.umask()).toBe(0);
  } finally {
    process.umask(before);
  }
  expect([made("plan"), made("state"), made("provider")]).toEqual(["600", "600", "666"]);
});
