import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type Project, startProject } from "./support/project";
import { newToken, onToken, writes } from "./support/records";
import { must } from "./support/run";

const OLD = "ot-SandboxOAuth0001";
const deploy = ["deploy", "sandbox", "--auto-approve", "--skip-provider-lock"];

/** The organization's file is edited after everything has moved: what is in the state leaves it, and stays on the server. */
describe("a connection that is in the state", () => {
  let project: Project;
  let made: string;
  let projects: readonly string[];
  let moved: readonly string[];
  const run = (...args: string[]) => must(project.repoint(args));
  const inState = async () =>
    (await project.terraform(["state", "list"])).stdout.split("\n").filter((line) => line !== "");
  const nothingLost = () => {
    expect(onToken(project, newToken(project))).toEqual(moved);
    expect(writes(project).filter((line) => line.startsWith("DELETE"))).toEqual([]);
    expect(
      [...project.sandbox.state.clients.values()].filter(({ attributes }) => attributes.name === "GitLab (PAT)"),
    ).toHaveLength(1);
  };

  beforeAll(async () => {
    project = await startProject({ seed: 5, fleet: 4, extraResources: false, requestsPerSecond: null });
    projects = [...project.sandbox.state.projects.keys()];
    project.organizationFile({ connection: { name: "GitLab (PAT)", scope: { projects } } });
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    moved = onToken(project, newToken(project));
    expect(moved.length).toBeGreaterThan(0);
    made =
      [...project.sandbox.state.clients.values()].find(({ attributes }) => attributes.name === "GitLab (PAT)")?.id ??
      "";
  });
  afterAll(async () => {
    await project.close();
  });

  it("keeps its link to a project that the file no longer names, by cdktf and by plan", async () => {
    project.organizationFile({ connection: { name: "GitLab (PAT)", scope: { projects: projects.slice(1) } } });
    const { stdout } = await project.cdktf(deploy);
    expect(stdout).toContain("0 to destroy");
    expect((await inState()).filter((line) => line.startsWith("tfe_project_oauth_client"))).toHaveLength(
      projects.length - 1,
    );
    nothingLost();
  });

  it("cannot be renamed: synthesis and plan say so", async () => {
    project.organizationFile({ connection: { name: "Another name" } });
    const synthesized = await project.cdktf(["synth"], 1);
    expect(synthesized.stdout + synthesized.stderr).toContain("[plan/connection-renamed]");
    const planned = await must(project.repoint(["plan", "sandbox"]), 2);
    expect(planned.stderr).toContain(`this configuration made ${made} as "GitLab (PAT)"`);
  });

  it("is not forgotten before that is recorded, and then is by cdktf deploy", async () => {
    project.organizationFile({ connection: { existing: made } });
    const early = await project.cdktf(["synth"], 1);
    expect(early.stdout + early.stderr).toContain("[plan/not-recorded]");
    await run("inventory", "sandbox");
    const { stdout } = await project.cdktf(deploy);
    expect(stdout).toMatch(/0 to add, 0 to change, 0 to destroy/);
    expect((await inState()).filter((line) => /^tfe_(project_)?oauth_client/.test(line))).toEqual([]);
    nothingLost();
    const again = await run("plan", "sandbox");
    expect(again.stdout).toContain("Nothing to do");
  });

  it("is referred to when the file names it again: no second one is made", async () => {
    project.organizationFile({ connection: { name: "GitLab (PAT)", scope: { projects } } });
    for (const way of ["cdktf", "plan"]) {
      await run("inventory", "sandbox");
      if (way === "cdktf")
        // cdktf has Terraform write in colour.
        expect((await project.cdktf(deploy)).stdout).toMatch(/Plan:\S* \d+ to add, 0 to change, 0 to destroy/);
      else
        expect((await run("plan", "sandbox")).stdout).toContain(
          `as if the organization file said connection: { existing: ${made} }`,
        );
    }
    nothingLost();
  });

  it("is found again when the file is renamed, by the commands that the refusal gives", async () => {
    renameSync(
      join(project.folder, "organizations", "sandbox.yaml"),
      join(project.folder, "organizations", "renamed.yaml"),
    );
    const refused = await must(project.repoint(["plan", "renamed"]), 2);
    expect(refused.stderr).toContain("[inventory/another-name]");
    expect((await project.cdktf(["synth"], 1)).stderr).toContain("[inventory/another-name]");
    for (const [, from = "", to = ""] of refused.stderr.matchAll(/mv (\S+) (\S+)/g)) {
      renameSync(join(project.folder, from), join(project.folder, to));
    }
    expect(existsSync(join(project.folder, "terraform.renamed.tfstate"))).toBe(true);
    expect((await run("plan", "renamed")).stdout).toContain("Nothing to do");
    nothingLost();
  });
});

/** The connection's POST is done, and Terraform never learns of it. */
describe("a connection whose making was not answered", () => {
  const lost = /\/organizations\/[^/]+\/oauth-clients$/;

  it.each([["the answer is cut off"], ["everything is killed before the state is written"]])(
    "is gone on with when %s",
    async (how) => {
      const project = await startProject({ seed: 6, fleet: 12, extraResources: false, requestsPerSecond: null });
      try {
        const clients = () =>
          [...project.sandbox.state.clients.values()].filter(({ attributes }) => attributes.name === "GitLab (PAT)");
        await must(project.repoint(["plan", "sandbox"]));
        if (how === "the answer is cut off") {
          project.sandbox.faults.add({ method: "POST", path: lost, fault: { truncate: true } });
          expect((await project.repoint(["apply", "sandbox", "--yes"])).code).toBe(3);
        } else {
          project.sandbox.faults.add({ method: "GET", path: /\/oauth-clients\/oc-/, fault: { delayMs: 60_000 } });
          await project.killedWhen(["apply", "sandbox", "--yes"], () => clients().length > 0);
        }
        project.sandbox.faults.clear();
        expect(clients()).toHaveLength(1);
        expect((await project.cdktf(["synth"], 1)).stderr).toContain("[plan/connection-unfinished]");
        const planned = await must(project.repoint(["plan", "sandbox"]));
        expect(planned.stdout).toContain("so this plan uses it");
        expect(planned.stdout).toMatch(/^PASS {2}/m);
        await must(project.repoint(["apply", "sandbox", "--yes"]));
        expect(clients()).toHaveLength(1);
        expect(onToken(project, OLD)).toEqual([]);
        expect(onToken(project, newToken(project)).length).toBeGreaterThan(0);
        expect((await must(project.repoint(["plan", "sandbox"]))).stdout).toContain("Nothing to do");
        expect((await project.cdktf(deploy)).stdout).not.toMatch(/[1-9][0-9]* to (add|destroy)/);
      } finally {
        await project.close();
      }
    },
  );

  it("is made once, though its answer was lost: the guard never repeats a POST", async () => {
    const project = await startProject({ seed: 6, fleet: 12, extraResources: false, requestsPerSecond: null });
    try {
      const clients = () =>
        [...project.sandbox.state.clients.values()].filter(({ attributes }) => attributes.name === "GitLab (PAT)");
      await must(project.repoint(["plan", "sandbox"]));
      project.sandbox.faults.add({ method: "POST", path: lost, times: 1, fault: { lose: true } });
      const failed = await must(project.repoint(["apply", "sandbox", "--yes"]), 3);
      expect(failed.stderr).toContain("whether GitLab (PAT) was made is unknown");
      expect(clients()).toHaveLength(1);
      expect((await must(project.repoint(["plan", "sandbox"]))).stdout).toContain("so this plan uses it");
      await must(project.repoint(["apply", "sandbox", "--yes"]));
      expect(clients()).toHaveLength(1);
      expect(onToken(project, OLD)).toEqual([]);
    } finally {
      await project.close();
    }
  });

  it("has a twin, which is named, when the provider sent it twice without the guard", async () => {
    const project = await startProject({ seed: 6, fleet: 12, extraResources: false, requestsPerSecond: null });
    try {
      const clients = () =>
        [...project.sandbox.state.clients.values()].filter(({ attributes }) => attributes.name === "GitLab (PAT)");
      await must(project.repoint(["inventory", "sandbox"]));
      project.sandbox.faults.add({ method: "POST", path: lost, times: 1, fault: { lose: true } });
      await project.cdktf(["deploy", "sandbox", "--auto-approve", "--skip-provider-lock"]);
      const [twin, made] = clients().map(({ id }) => id);
      await must(project.repoint(["plan", "sandbox"]));
      const verified = await project.repoint(["verify", "sandbox"]);
      const named = `NOTE  several connections are called "GitLab (PAT)": ${twin}, ${made}; this configuration's is ${made}: delete the others in TFE once nothing uses them`;
      expect(verified.stdout).toContain(named);
      project.sandbox.state.clients.delete(twin ?? "");
      expect((await project.repoint(["verify", "sandbox"])).stdout).not.toContain("several connections");
    } finally {
      await project.close();
    }
  });
});
