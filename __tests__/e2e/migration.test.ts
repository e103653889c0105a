import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { differingPaths } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { newToken, onToken, resources, writes } from "./support/records";
import { must } from "./support/run";

/** From the first inventory to the deleted connection, with everything that hangs on it. */
describe("a whole migration", () => {
  let project: Project;
  let before: Record<string, unknown>;
  const old = "ot-SandboxOAuth0001";
  const waves = [
    { name: "canary", kinds: ["workspace"], percent: 30 },
    { name: "policies", kinds: ["policy-set"] },
  ];
  const organizationFile = (changes: Record<string, unknown> = {}) => project.organizationFile({ waves, ...changes });
  const step = async (command: string, ...options: string[]) => must(project.repoint([command, "sandbox", ...options]));

  beforeAll(async () => {
    project = await startProject({ seed: 11, fleet: 24, extraResources: true });
    before = project.sandbox.snapshot();
  });
  afterAll(async () => {
    await project.close();
  });

  it("moves the first wave alone", async () => {
    organizationFile({ through: "canary" });
    await step("inventory");
    const held = onToken(project, old).length;
    await step("plan");
    await step("apply", "--yes");
    const moved = onToken(project, newToken(project));
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.every((id) => id.startsWith("ws-"))).toBe(true);
    expect(onToken(project, old)).toHaveLength(held - moved.length);
  });

  it("leaves the text of the first wave as it is when the next one comes", async () => {
    await project.cdktf(["synth", "--hcl"]);
    const first = readFileSync(join(project.stack, "cdk.tf"), "utf8");
    organizationFile({ through: "rest" });
    await step("inventory");
    await project.cdktf(["synth", "--hcl"]);
    const all = readFileSync(join(project.stack, "cdk.tf"), "utf8");
    const lines = new Set(all.split("\n"));
    expect(first.split("\n").filter((line) => !lines.has(line))).toEqual([]);
    // Nothing is taken out of it or changed: what is left of the whole text without the new blocks is the first.
    expect(isSubsequence(first.split("\n"), all.split("\n"))).toBe(true);
  });

  it("moves everything else, while workspaces are locked, and changes nothing but tokens", async () => {
    project.sandbox.log.clear();
    await step("plan", "--lock-workspaces");
    await step("apply", "--yes", "--lock-workspaces");
    expect(onToken(project, old)).toEqual([]);
    const token = newToken(project);
    const now = resources(project.sandbox.snapshot());
    const differing = differingPaths(resources(before), now);
    expect(differing.filter((path) => !path.endsWith(".vcsRepo.oauth-token-id"))).toEqual([]);
    expect(differing).toHaveLength(onToken(project, token).length);
    expect([...project.sandbox.state.workspaces.values()].filter(({ locked }) => locked !== null)).toEqual([]);
    expect(writes(project).filter((write) => write.startsWith("DELETE"))).toEqual([]);
  });

  it("verifies, and says what the state of things is", async () => {
    const { stdout } = await step("verify", "--json");
    const found = JSON.parse(stdout) as { ok: boolean; handsNeeded: boolean; resources: { standing: string }[] };
    expect([found.ok, found.handsNeeded]).toEqual([true, false]);
    expect(new Set(found.resources.map(({ standing }) => standing))).toEqual(new Set(["moved"]));
    expect((await step("status")).stdout).toContain("done");
  });

  it("takes one wave back, and then all, until the records are as they were", async () => {
    await step("rollback", "--wave", "policies", "--yes");
    expect(onToken(project, old).filter((id) => id.startsWith("polset-"))).toHaveLength(4);
    await step("rollback", "--yes");
    expect(differingPaths(resources(before), resources(project.sandbox.snapshot()))).toEqual([]);
  });

  it("goes forward again, and lets Terraform forget what is done", async () => {
    await step("plan");
    await step("apply", "--yes");
    const moved = onToken(project, newToken(project));
    organizationFile({ through: "rest", forget: "done" });
    project.sandbox.log.clear();
    await step("plan");
    await step("apply", "--yes");
    expect(writes(project)).toEqual([]);
    expect((await project.terraform(["state", "list"])).stdout.trim()).toBe("tfe_oauth_client.gitlab_pat");
    expect(onToken(project, newToken(project))).toEqual(moved);
  });

  it("manages again what was forgotten, when it has to go back", async () => {
    organizationFile({ through: "rest", direction: "forward" });
    await step("plan");
    await step("apply", "--yes");
    expect((await project.terraform(["state", "list"])).stdout.split("\n").length).toBeGreaterThan(10);
    organizationFile({ through: "rest", forget: "done" });
    await step("plan");
    await step("apply", "--yes");
  });

  it("refuses to delete the old connection while anything is on it, and deletes it when nothing is", async () => {
    const [straggler] = [...project.sandbox.state.workspaces.values()].filter(
      ({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === newToken(project),
    );
    if (straggler?.vcsRepo == null) throw new Error("nothing was moved");
    straggler.vcsRepo["oauth-token-id"] = old;
    const refused = await must(project.repoint(["retire", "sandbox", "--yes"]), 1);
    expect(refused.stdout).toContain(straggler.id);
    expect(project.sandbox.state.clients.has("oc-SandboxOAuth0001")).toBe(true);

    straggler.vcsRepo["oauth-token-id"] = newToken(project);
    for (const { vcsRepo } of project.sandbox.state.resources()) {
      if (vcsRepo?.["oauth-token-id"] === old) vcsRepo["oauth-token-id"] = newToken(project);
    }
    await step("retire", "--yes");
    expect(project.sandbox.state.clients.has("oc-SandboxOAuth0001")).toBe(false);
    const linkedBefore = (id: string) => project.linkedAtFirst.includes(id);
    const unlinked = project.sandbox.state
      .resources()
      .filter(({ id, vcsRepo }) => vcsRepo === null && linkedBefore(id));
    expect(unlinked).toEqual([]);
  });

  it("kept a journal of all that, and no secret anywhere but in the state", async () => {
    await must(project.repoint(["expiry", "sandbox", "--prometheus", "pat.prom", "--ics", "pat.ics"]));
    expect(readFileSync(join(project.folder, "pat.prom"), "utf8")).toContain("repoint_pat_check_success");
    const journal = readFileSync(join(project.folder, ".repoint", "sandbox", "journal.jsonl"), "utf8");
    const events = journal
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events).toEqual(
      expect.arrayContaining(["plan.made", "plan.reviewed", "apply.started", "apply.finished", "connection.deleted"]),
    );
    expect(existsSync(join(project.folder, ".repoint", "sandbox", "plan"))).toBe(false);
    const files = project.filesWith(project.pat).map((file) => file.slice(project.folder.length + 1));
    expect(files.filter((file) => !file.startsWith("terraform.sandbox.tfstate"))).toEqual([]);
    expect(project.filesWith(project.sandbox.tfe.token)).toEqual([]);
    expect(
      project.printed.filter((text) => text.includes(project.pat) || text.includes(project.sandbox.tfe.token)),
    ).toEqual([]);
  });
});

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let at = 0;
  for (const line of whole) if (line === part[at]) at += 1;
  return at === part.length;
}
