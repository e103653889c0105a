import { differingPaths } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { newToken, onToken, resources, writes } from "./support/records";
import { must, REPOSITORY, run as runCommand } from "./support/run";

const OLD = "ot-SandboxOAuth0001";

/** Things that happen to a server, and on a server, while somebody migrates. */
describe("surprises", () => {
  let project: Project;
  const run = (...args: string[]) => must(project.repoint(args));
  const moving = () => {
    const [first] = [...project.sandbox.state.workspaces.values()].filter(
      ({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD,
    );
    if (first === undefined) throw new Error("nothing is on the old connection");
    return first;
  };

  beforeEach(async () => {
    project = await startProject({ seed: 31, fleet: 16 });
    await run("inventory", "sandbox");
  });
  afterEach(async () => {
    await project.close();
  });

  it("waits for a server that is overloaded, fails at times and drops connections", async () => {
    const before = project.sandbox.snapshot();
    const { faults } = project.sandbox;
    faults.add({ path: "/workspaces", times: 3, fault: { rateLimit: 1 } });
    faults.add({ path: "/workspaces", after: 4, times: 2, fault: { status: 500 } });
    faults.add({ path: "/workspaces", after: 8, times: 1, fault: { drop: true } });
    faults.add({ path: "/oauth-clients", times: 1, fault: { truncate: true } });
    const planned = await run("plan", "sandbox");
    expect(planned.stderr).toContain("retrying in");
    faults.add({ method: "PATCH", path: "/workspaces/", times: 2, fault: { status: 502 } });
    faults.add({ method: "PATCH", path: "/workspaces/", after: 3, times: 1, fault: { rateLimit: 1 } });
    await run("apply", "sandbox", "--yes");
    const differing = differingPaths(resources(before), resources(project.sandbox.snapshot()));
    expect(differing.filter((path) => !path.endsWith(".vcsRepo.oauth-token-id"))).toEqual([]);
    expect(onToken(project, OLD)).toEqual([]);
  });

  it("outlives a restart of the server in the middle of an apply", async () => {
    const before = project.sandbox.snapshot();
    const { faults, log } = project.sandbox;
    await run("plan", "sandbox");
    // Three are answered; the restart meets the others under way.
    faults.add({ method: "PATCH", path: "/workspaces/", after: 3, fault: { delayMs: 60_000 } });
    log.clear();
    const applying = project.repoint(["apply", "sandbox", "--yes"]);
    const writes = () => log.entries.filter(({ method, path }) => method === "PATCH" && path.includes("/workspaces/"));
    while (writes().length < 4) await new Promise((resolve) => setTimeout(resolve, 20));
    await project.sandbox.restart(2_000);
    faults.clear();
    const applied = await applying;
    if (applied.code !== 0) {
      // The provider's client may give up on a connection that is refused: that is said, and the next run ends it.
      expect(applied.code).toBe(3);
      expect(applied.stderr).toContain("terraform apply failed");
      await run("plan", "sandbox");
      await run("apply", "sandbox", "--yes");
    }
    const differing = differingPaths(resources(before), resources(project.sandbox.snapshot()));
    expect(differing.filter((path) => !path.endsWith(".vcsRepo.oauth-token-id"))).toEqual([]);
    expect(onToken(project, OLD)).toEqual([]);
  });

  it("frees what a run that was killed while it locked left locked, and applies its plan", async () => {
    const { faults, log, state } = project.sandbox;
    const locked = () => [...state.workspaces.values()].filter(({ locked }) => locked !== null).length;
    await run("plan", "sandbox", "--lock-workspaces");
    faults.add({ method: "POST", path: "/actions/lock", after: 2, fault: { delayMs: 60_000 } });
    const locking = () => log.entries.filter(({ path }) => path.endsWith("/actions/lock")).length;
    await project.repoint(["apply", "sandbox", "--yes", "--lock-workspaces"], {
      detached: true,
      started: async ({ pid }) => {
        while (locking() < 3) await new Promise((resolve) => setTimeout(resolve, 20));
        if (pid !== undefined) process.kill(-pid, "SIGKILL");
      },
    });
    faults.clear();
    expect(locked()).toBe(2);
    expect((await run("status", "sandbox")).stdout).toContain("may still be locked by a run that was interrupted");
    await run("apply", "sandbox", "--yes");
    expect(locked()).toBe(0);
    expect(onToken(project, OLD)).toEqual([]);
  });

  it("ends in good order when it is asked to end while it locks: nothing applied, nothing locked", async () => {
    const { faults, log, state } = project.sandbox;
    await run("plan", "sandbox", "--lock-workspaces");
    faults.add({ method: "POST", path: "/actions/lock", after: 2, fault: { delayMs: 1_500 } });
    const locking = () => log.entries.filter(({ path }) => path.endsWith("/actions/lock")).length;
    const ended = await project.repoint(["apply", "sandbox", "--yes", "--lock-workspaces"], {
      started: async (child) => {
        while (locking() < 3) await new Promise((resolve) => setTimeout(resolve, 20));
        child.kill("SIGTERM");
      },
    });
    faults.clear();
    expect([ended.code, ended.stderr]).toEqual([
      3,
      expect.stringContaining("ended by SIGTERM before anything was applied"),
    ]);
    expect([...state.workspaces.values()].filter((workspace) => workspace.locked !== null)).toEqual([]);
    expect(onToken(project, OLD).length).toBeGreaterThan(0);
    await run("apply", "sandbox", "--yes", "--lock-workspaces");
    expect(onToken(project, OLD)).toEqual([]);
  });

  it("ends an apply whose output nobody reads any more", async () => {
    await run("plan", "sandbox");
    const command = `"${process.execPath}" "${REPOSITORY}/bin/repoint.js" apply sandbox --yes | head -n 1`;
    await must(runCommand("sh", ["-c", command], { cwd: project.folder, env: project.env }));
    expect(onToken(project, OLD)).toEqual([]);
    expect((await run("status", "sandbox")).stdout).toContain("apply.finished");
  });

  it("stops with a clear word when the server is gone for good, and goes on when it is back", async () => {
    project.sandbox.faults.add({ path: "/api/v2/organizations/sandbox/workspaces", fault: { status: 503 } });
    const failed = await project.repoint(["inventory", "sandbox"]);
    expect(failed.code).toBe(3);
    expect(failed.stderr).toContain("nothing is lost: run the command again later");
    project.sandbox.faults.clear();
    await run("inventory", "sandbox");
  });

  it("leaves what somebody has moved, renamed or locked meanwhile, and says so", async () => {
    const { state } = project.sandbox;
    const other = [...state.tokens.values()].find(({ id }) => id !== OLD);
    if (other === undefined) throw new Error("there is no other connection");
    const moved = moving();
    if (moved.vcsRepo !== null) moved.vcsRepo["oauth-token-id"] = other.id;
    const renamed = moving();
    renamed.attributes.name = "renamed-meanwhile";
    const busy = [...state.workspaces.values()].filter(
      ({ id, vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD && id !== renamed.id,
    )[0];
    if (busy === undefined) throw new Error("nothing is left to be busy");
    const { id: planning } = state.startRun(busy, "planning");

    const { stdout } = await run("plan", "sandbox", "--lock-workspaces");
    expect(stdout).toContain(`(${busy.id}): its run ${planning} is planning`);
    await run("apply", "sandbox", "--yes", "--lock-workspaces");
    expect(onToken(project, OLD)).toEqual([busy.id]);
    expect(moved.vcsRepo?.["oauth-token-id"]).toBe(other.id);
    expect(renamed.vcsRepo?.["oauth-token-id"]).toBe(newToken(project));
    expect(renamed.attributes.name).toBe("renamed-meanwhile");

    for (const finished of busy.runs) finished.status = "applied";
    await run("plan", "sandbox", "--lock-workspaces");
    await run("apply", "sandbox", "--yes", "--lock-workspaces");
    expect(onToken(project, OLD)).toEqual([]);
  });

  it("leaves what somebody has changed between plan and apply as it is, and does the rest", async () => {
    await run("plan", "sandbox");
    const workspace = moving();
    workspace.attributes["working-directory"] = "by/hand";
    project.sandbox.log.clear();
    const applied = await must(project.repoint(["apply", "sandbox", "--yes"]), 1);
    expect(applied.stdout).toMatch(
      /1 resource changed since the plan was reviewed[\s\S]*workingDirectory: .* → "by\/hand"/,
    );
    expect(writes(project)).not.toContain(`PATCH /api/v2/workspaces/${workspace.id}`);
    expect(onToken(project, OLD)).toEqual([workspace.id]);
    expect((await run("status", "sandbox")).stdout).toContain("Next: repoint plan sandbox");
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    expect(workspace.attributes["working-directory"]).toBe("by/hand");
    expect(onToken(project, OLD)).toEqual([]);
  });

  it("destroys nothing when a workspace is deleted by hand or the selection narrows after the move", async () => {
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    const moved = onToken(project, newToken(project));
    const [deleted = "", kept = ""] = moved;
    project.sandbox.state.workspaces.delete(deleted);
    const name = String(project.sandbox.state.workspaces.get(kept)?.attributes.name);
    project.organizationFile({ select: { names: [name] } });
    project.sandbox.log.clear();
    const { stdout } = await run("plan", "sandbox");
    expect(stdout).toContain("0 to destroy");
    await run("apply", "sandbox", "--yes");
    expect(project.sandbox.log.entries.filter(({ method }) => method !== "GET")).toEqual([]);
    expect((await project.terraform(["state", "list"])).stdout.trim().split("\n")).toHaveLength(2);
    expect(onToken(project, newToken(project))).toEqual(moved.slice(1));
  });

  it("links again what lost its link when the old connection was deleted under it", async () => {
    const before = project.sandbox.snapshot();
    const { state } = project.sandbox;
    const held = onToken(project, OLD);
    state.removeConnection("oc-SandboxOAuth0001");
    const planned = await project.repoint(["plan", "sandbox"]);
    const rules = [...new Set([...planned.stdout.matchAll(/^error (\S+)/gm)].map(([, rule]) => rule ?? ""))];
    const allowed = rules.flatMap((rule) => ["--allow", rule]);
    await run(
      "apply",
      "sandbox",
      "--yes",
      ...allowed,
      ...(rules.length > 0 ? ["--reason", "the connection was deleted by hand"] : []),
    );
    expect(onToken(project, newToken(project))).toEqual(held);
    const differing = differingPaths(resources(before), resources(project.sandbox.snapshot()));
    expect(differing.filter((path) => !/\.vcsRepo\.(oauth-token-id|webhook-url)$/.test(path))).toEqual([]);
    expect(rules).toEqual([]);
  });
});
