import { setTimeout as sleep } from "node:timers/promises";
import { beyondTokens } from "./support/narrowed";
import { differingPaths } from "./support/plan";
import { processesOf, type Role } from "./support/processes";
import { type Project, startProject } from "./support/project";
import { newToken, onToken, resources } from "./support/records";
import { must } from "./support/run";

const OLD = "ot-SandboxOAuth0001";
/** Whom the kills hit, in turn. */
const VICTIMS: readonly (readonly Role[])[] = [
  ["guard"],
  ["repoint", "guard"],
  ["terraform"],
  ["guard", "provider"],
  ["provider"],
  ["repoint"],
  ["guard", "terraform"],
  ["terraform", "provider"],
  ["repoint", "terraform"],
  ["repoint", "guard", "terraform", "provider"],
];
/** A longer run: `REPOINT_KILLS=40`. */
const KILLS = Number(process.env.REPOINT_KILLS ?? 7);

/** Kills with `SIGKILL` when so many PATCHes have arrived, which a fixed sequence says. */
describe("whoever is killed of a guarded run", () => {
  let project: Project;
  let before: Record<string, unknown>;
  const run = (...args: string[]) => must(project.repoint(args));
  const patches = () => project.sandbox.log.matching({ server: "tfe", method: "PATCH" });

  beforeAll(async () => {
    project = await startProject({ seed: 33, fleet: 40, extraResources: true });
    project.sandbox.faults.add({ method: "PATCH", fault: { delayMs: 200 } });
    before = project.sandbox.snapshot();
  });
  afterAll(async () => {
    await project.close();
  });

  /** @returns how it ended, and what of it was at work then */
  async function killed(args: readonly string[], victims: readonly Role[], after: number) {
    let group = 0;
    let wasKilled = false;
    project.sandbox.log.clear();
    const finished = await project.repoint(args, {
      detached: true,
      started: (child) => {
        group = child.pid ?? 0;
        const timer = setInterval(() => {
          if (wasKilled || patches().length < after) return;
          const found = processesOf(group).filter(({ role }) => victims.includes(role));
          if (new Set(found.map(({ role }) => role)).size < victims.length) return;
          for (const { pid } of found) process.kill(pid, "SIGKILL");
          wasKilled = true;
        }, 5);
        child.on("close", () => clearInterval(timer));
      },
    });
    const left = processesOf(group).map(({ role }) => role);
    // A provider without Terraform ends by itself at last: it asks a guard that is gone.
    while (processesOf(group).some(({ role }) => role !== "provider")) await sleep(20);
    for (const { pid } of processesOf(group)) process.kill(pid, "SIGKILL");
    return { finished, left, wasKilled };
  }

  /** So that the next kill finds enough to do: somebody sets the links back. */
  function setBack(): void {
    if (onToken(project, OLD).length > 20) return;
    const token = newToken(project);
    for (const { vcsRepo } of project.sandbox.state.resources())
      if (vcsRepo?.["oauth-token-id"] === token) vcsRepo["oauth-token-id"] = OLD;
  }

  it(`leaves after each of ${KILLS} kills what the next plan and apply complete`, async () => {
    let kills = 0;
    for (let turn = 0; turn < KILLS; turn += 1) {
      await run("plan", "sandbox");
      const victims = VICTIMS[turn % VICTIMS.length] ?? [];
      const { finished, left, wasKilled } = await killed(["apply", "sandbox", "--yes"], victims, 1 + ((turn * 7) % 13));
      if (wasKilled) {
        kills += 1;
        if (victims.includes("guard") && !victims.includes("repoint")) {
          // Terraform has ended before Repoint says so.
          expect([finished.code, left.filter((role) => role !== "provider")]).toEqual([3, []]);
          expect(finished.stderr).toContain(
            "error: the process that ran terraform apply was ended by SIGKILL, and Terraform with it; it sent nothing to the server after that",
          );
        }
      }
      expect(beyond(before, project)).toEqual([]);
      setBack();
    }
    expect(kills).toBeGreaterThan(KILLS / 2);
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    expect((await run("plan", "sandbox")).stdout).toContain("Nothing to do");
    await run("verify", "sandbox");
    expect(onToken(project, OLD)).toEqual([]);
    expect(beyond(before, project)).toEqual([]);
  });
});

describe("a guarded run", () => {
  let project: Project;
  let before: Record<string, unknown>;
  const run = (...args: string[]) => must(project.repoint(args));
  const patches = () => project.sandbox.log.matching({ server: "tfe", method: "PATCH" });
  const patched = async (count: number) => {
    while (patches().length < count) await sleep(10);
  };

  beforeEach(async () => {
    project = await startProject({ seed: 35, fleet: 24, extraResources: true });
    before = project.sandbox.snapshot();
    await run("plan", "sandbox");
    project.sandbox.log.clear();
  });
  afterEach(async () => {
    await project.close();
  });

  /** Of all requests few are too many for the server, and each of those is asked again, and answered. */
  function expectPatience(): void {
    const { entries } = project.sandbox.log;
    const tooMany = project.sandbox.log.matching({ server: "tfe", status: 429 });
    expect(tooMany.length).toBeGreaterThanOrEqual(2);
    expect(tooMany.length).toBeLessThan(2 + entries.length / 20);
    const unanswered = tooMany.filter(
      ({ at, method, path }) =>
        !entries.some(
          (later) => later.at > at && later.method === method && later.path === path && later.status === 200,
        ),
    );
    expect(unanswered).toEqual([]);
  }

  async function isDone(): Promise<void> {
    expect((await run("plan", "sandbox")).stdout).toContain("Nothing to do");
    await run("verify", "sandbox");
    expect(onToken(project, OLD)).toEqual([]);
    expect(beyond(before, project)).toEqual([]);
  }

  it("is done whatever the server does: answers that are lost, 5xx, 429, a restart, and an update that it only confirms", async () => {
    const { faults } = project.sandbox;
    faults.add({ method: "PATCH", times: 3, fault: { lose: true } });
    faults.add({ method: "PATCH", times: 5, after: 2, fault: { status: 503 } });
    faults.add({ method: "PATCH", times: 2, after: 4, fault: { rateLimit: 2 } });
    faults.add({ method: "PATCH", times: 2, path: "/workspaces/", after: 3, fault: { ignore: true } });
    const applying = run("apply", "sandbox", "--yes");
    await patched(14);
    await project.sandbox.restart(1_000);
    await applying;
    expectPatience();
    await isDone();
  });

  it("says what a server only confirms, and the next plan finds it", async () => {
    const [id = ""] = onToken(project, OLD).filter((each) => each.startsWith("ws-"));
    project.sandbox.faults.add({ method: "PATCH", path: id, fault: { ignore: true } });
    const applied = await must(project.repoint(["apply", "sandbox", "--yes"]), 3);
    expect(applied.stderr).toContain(`PATCH /workspaces/${id}: the server reported success 2 times, but shows `);
    project.sandbox.faults.clear();
    await run("plan", "sandbox");
    await run("apply", "sandbox", "--yes");
    await isDone();
  });
});

/** What differs from before, or was sent, beside tokens. */
function beyond(before: Record<string, unknown>, project: Project): readonly string[] {
  const differing = differingPaths(resources(before), resources(project.sandbox.snapshot()));
  return [...differing.filter((path) => !path.endsWith(".vcsRepo.oauth-token-id")), ...beyondTokens(project)];
}
