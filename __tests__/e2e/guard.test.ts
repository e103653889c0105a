import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { differingPaths } from "./support/plan";
import { type Project, startProject } from "./support/project";
import { newToken, onToken, resources } from "./support/records";
import { must } from "./support/run";

const OLD = "ot-SandboxOAuth0001";

interface Body {
  readonly data: { readonly attributes: Record<string, unknown>; readonly relationships?: unknown };
}

describe("what stands between the real provider and the server", () => {
  let project: Project;
  let before: Record<string, unknown>;
  const run = (...args: string[]) => must(project.repoint(args));
  const workspaces = () => [...project.sandbox.state.workspaces.values()];
  const consumersRead = (id: string) =>
    project.sandbox.log.matching({ method: "GET", path: `/${id}/relationships/remote-state-consumers` }).length;
  const tooMany = () => project.sandbox.log.matching({ server: "tfe", status: 429 }).length;
  const patches = () => project.sandbox.log.matching({ server: "tfe", method: "PATCH" });
  const journal = () =>
    readFileSync(join(project.folder, ".repoint", "sandbox", "journal.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line): Record<string, unknown> => JSON.parse(line));

  beforeEach(async () => {
    project = await startProject({ seed: 7, fleet: 60, extraResources: true });
    before = project.sandbox.snapshot();
  });
  afterEach(async () => {
    await project.close();
  });
  const differing = () =>
    differingPaths(resources(before), resources(project.sandbox.snapshot())).filter(
      (path) => !path.endsWith(".vcsRepo.oauth-token-id"),
    );

  it("lets the token alone of every update through, reads in pages, and leaves nothing for the next plan", async () => {
    project.sandbox.log.clear();
    await run("plan", "sandbox");
    expect(project.sandbox.log.writes.filter(({ server }) => server === "tfe")).toEqual([]);
    const held = onToken(project, OLD);
    // Whom a workspace shares its state with is read by the plan alone: somebody changes it before the apply.
    const shared = workspaces().find(({ id, attributes }) => held.includes(id) && !attributes["global-remote-state"]);
    if (shared === undefined) throw new Error("no workspace shares its state with some");
    shared.remoteStateConsumers = workspaces().flatMap(({ id }) => (held.includes(id) ? [] : [id]));
    const consumers = [...shared.remoteStateConsumers];
    before = project.sandbox.snapshot();
    expect(consumersRead(shared.id)).toBe(1);
    project.sandbox.log.clear();
    const applied = await run("apply", "sandbox", "--yes");
    expect([consumersRead(shared.id), shared.remoteStateConsumers]).toEqual([0, consumers]);
    expect(onToken(project, OLD)).toEqual([]);
    expect(differing()).toEqual([]);

    const token = newToken(project);
    const sent = patches().map(({ path, body }) => ({ path, ...(JSON.parse(body) as Body).data }));
    expect(sent.length).toBe(held.length);
    for (const { path, attributes, relationships } of sent) {
      const keys = Object.keys(attributes).sort();
      const link = Object(attributes["vcs-repo"]);
      expect(link["oauth-token-id"]).toBe(token);
      if (path.includes("/workspaces/"))
        expect([keys, link, relationships]).toEqual([["vcs-repo"], { "oauth-token-id": token }, undefined]);
      else if (path.includes("/stacks/")) expect(keys).toEqual(expect.arrayContaining(["vcs-repo"]));
      else expect(keys).toEqual(["vcs-repo"]);
    }
    // Each workspace would have been read three times; a few are, to compare them with the list.
    const single = project.sandbox.log.matching({ method: "GET", path: /\/workspaces\/ws-[^/]+$/ });
    expect(single.length).toBeLessThan(10);

    // Terraform's lines about each resource are in its log, and what the server has done is in the journal.
    expect(applied.stdout).not.toContain("Modifying...");
    const log = readFileSync(join(project.folder, ".repoint", "sandbox", "terraform.log"), "utf8");
    expect(log).toContain("Modifications complete");
    const wrote = journal().filter(({ event, kind }) => event === "guard.wrote" && kind !== "connection");
    const overApi = held.filter((id) => id.startsWith("mod-"));
    expect(wrote.map(({ id }) => id).sort()).toEqual(held.filter((id) => !overApi.includes(id)));
    expect(tooMany()).toBeLessThan(project.sandbox.log.entries.length / 20);
    expect((await run("plan", "sandbox")).stdout).toContain("Nothing to do");
    expect(consumersRead(shared.id)).toBe(1);
  });

  it("reads each workspace by itself when it is told to, and when the list shows something else", async () => {
    const planned = await run("plan", "sandbox", "--no-read-ahead");
    expect(planned.stderr).not.toContain("list");
    const singles = () => project.sandbox.log.matching({ method: "GET", path: /\/workspaces\/ws-[^/]+$/ }).length;
    expect(singles()).toBeGreaterThan(25);
    project.sandbox.log.clear();
    await run("apply", "sandbox", "--yes", "--no-read-ahead");
    const [id] = onToken(project, newToken(project)).filter((each) => consumersRead(each) > 0);
    expect(id).toMatch(/^ws-/);
    expect(onToken(project, OLD)).toEqual([]);
    expect(differing()).toEqual([]);
  });

  it("holds writes while it is paused, and ends in good order at Ctrl-C, whether it is paused or at work", async () => {
    const pausedTimes = () => journal().filter(({ event }) => event === "guard.paused").length;
    const begun = () => {
      let interrupt = () => {};
      const finished = project.repoint(["apply", "sandbox", "--yes"], {
        detached: true,
        started: ({ pid = 0 }) => {
          interrupt = () => void process.kill(-pid, "SIGINT");
        },
      });
      return { finished, interrupt: () => interrupt() };
    };
    await run("plan", "sandbox");
    expect((await run("pause", "sandbox")).stdout).toContain("Nothing runs for sandbox now");
    project.sandbox.log.clear();
    const paused = begun();
    while (pausedTimes() < 1) await sleep(50);
    await sleep(1000);
    expect(project.sandbox.log.writes.filter(({ server }) => server === "tfe")).toEqual([]);
    expect((await run("status", "sandbox")).stdout).toContain("PAUSED");
    paused.interrupt();
    const ended = await must(paused.finished, 3);
    expect(ended.stderr).toContain("PAUSED");
    expect(project.sandbox.log.writes.filter(({ server }) => server === "tfe")).toEqual([]);

    await run("plan", "sandbox");
    project.sandbox.faults.add({ method: "PATCH", fault: { delayMs: 100 } });
    const resumed = begun();
    while (pausedTimes() < 2) await sleep(50);
    expect((await run("resume", "sandbox")).stdout).toContain("Resumed: repoint apply sandbox continues.");
    while (patches().length < 5) await sleep(5);
    resumed.interrupt();
    const stopped = await must(resumed.finished, 3);
    // What was under way has ended, and is known to have.
    const done = onToken(project, newToken(project));
    expect(patches().map(({ status }) => status)).toEqual(patches().map(() => 200));
    expect(done.length).toBe(patches().length);
    expect(done.length).toBeLessThan(20);
    expect(stopped.stderr).toContain(`${done.length} of `);
    expect(journal().filter(({ event, kind }) => event === "guard.wrote" && kind !== "connection").length).toBe(
      done.length,
    );

    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    expect(onToken(project, OLD)).toEqual([]);
    expect(differing()).toEqual([]);
  });

  it("runs cdktf and plain Terraform, refuses them what nobody expects, and stops there", async () => {
    await run("inventory", "sandbox");
    await project.cdktf(["synth"]);
    await project.terraform(["init", "-input=false"]);
    const file = join(project.stack, "cdk.tf.json");
    const text = readFileSync(file, "utf8");
    // Somebody edits the synthesized configuration: a setting of a workspace that moves anyway.
    const edited = text.replace(
      /"queue_all_runs": (true|false)/,
      (_, value) => `"queue_all_runs": ${value !== "true"}`,
    );
    expect(edited).not.toBe(text);
    writeFileSync(file, edited);
    const terraform = [
      "terraform",
      `-chdir=${project.stack}`,
      "apply",
      "-input=false",
      "-auto-approve",
      "-parallelism=1",
    ];
    project.sandbox.log.clear();
    const refused = await must(project.repoint(["guard", "sandbox", "--", ...terraform]), 1);
    expect(refused.stderr).toContain("Repoint's guard: changes-more");
    // Terraform ends then, and does not go on with each of the rest.
    expect(refused.stderr.split("Repoint's guard: ").length - 1).toBeLessThan(4);
    expect(refused.stderr).toMatch(/REFUSED {2}PATCH \/workspaces\/ws-\w+ was not sent: .*\(changes-more\)/);
    expect(differing()).toEqual([]);
    const last = journal().filter(({ event }) => String(event).startsWith("guard."));
    const first = last.findIndex(({ event }) => event === "guard.refused");
    expect(last.slice(first).some(({ event }) => event === "guard.wrote")).toBe(false);
    writeFileSync(file, text);
    await run("guard", "sandbox", "--", ...terraform);
    expect(differing()).toEqual([]);
  });

  it("keeps what the user's own settings say, whatever NO_PROXY covers", async () => {
    const env = { ...project.env, NO_PROXY: "*" };
    await must(project.repoint(["plan", "sandbox"], { env }));
    await must(project.repoint(["apply", "sandbox", "--yes"], { env }));
    expect(onToken(project, OLD)).toEqual([]);
    for (const { path, body } of patches().filter(({ path }) => path.includes("/workspaces/")))
      expect([path, Object.keys((JSON.parse(body) as Body).data.attributes)]).toEqual([path, ["vcs-repo"]]);
  });
});
