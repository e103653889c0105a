import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { useFakeTerraform } from "./fake-terraform/launch";
import { type Stage, startStage } from "./support";

// Many commands, each of which starts processes: a busy machine takes its time.
jest.setTimeout(300_000);

const OLD = "ot-SandboxOAuth0001";
let stage: Stage;
let fake: ReturnType<typeof useFakeTerraform>;
beforeEach(async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  fake = useFakeTerraform(stage);
});
afterEach(() => stage.close());

const at = (...parts: string[]) => join(stage.folder, ...parts);
const STATE = "terraform.sandbox.tfstate";
const onOld = () => stage.sandbox.state.resources().filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD);
const locked = () => [...stage.sandbox.state.workspaces.values()].filter((workspace) => workspace.locked !== null);
const must = (...args: string[]) => stage.must(...args);
const APPLY = ["apply", "sandbox", "--yes", "--lock-workspaces"] as const;

it("touches nothing while what a killed run had started is at work", async () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);
  try {
    mkdirSync(at(".repoint/sandbox"), { recursive: true });
    const since = "2026-01-01T00:00:00.000Z";
    const holder = { pid: 2 ** 22 + 1, host: hostname(), startTicks: null, command: "repoint apply sandbox", since };
    const running = { pid: child.pid, startTicks: null, command: "terraform apply", since };
    writeFileSync(at(".repoint/sandbox/lock"), JSON.stringify({ ...holder, child: running }));
    stage.sandbox.log.clear();
    const refused = await stage.repoint("plan", "sandbox", "--lock-workspaces");
    expect([refused.code, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toContain(`still running: process ${child.pid} (terraform apply, since ${since})`);
    expect(refused.stderr).toContain(`wait for process ${child.pid}, or end it with kill ${child.pid}`);
    expect(stage.sandbox.log.entries).toEqual([]);
    const guarded = { ...holder, command: "repoint guard sandbox", child: running };
    writeFileSync(at(".repoint/sandbox/lock"), JSON.stringify(guarded));
    const unguarded = await stage.repoint("plan", "sandbox");
    expect(unguarded.stderr).toContain(
      `(its guard has ended, so it can send nothing, but it may keep retrying for up to six minutes; a second kill ${child.pid} stops Terraform at once)`,
    );
  } finally {
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await ended;
  }
  expect((await must("plan", "sandbox")).stdout).toContain("This run continues from there");
});

it("answers what Terraform suggests about a state lock", async () => {
  fake.misbehave({ locked: true });
  const refused = await stage.repoint("plan", "sandbox");
  expect(refused.code).toBe(3);
  expect(refused.stderr).toMatch(/Look for that process first[\s\S]*Do not use -lock=false[\s\S]*force-unlock ID/);
});

describe("workspaces that a run locked", () => {
  beforeEach(() => must("plan", "sandbox", "--lock-workspaces"));

  it("are unlocked when locking one of them fails, and that failure is what is reported", async () => {
    stage.sandbox.faults.add({ method: "POST", path: "/actions/lock", after: 1, times: 1, fault: { status: 418 } });
    const refused = await stage.repoint(...APPLY);
    expect([refused.code, locked(), onOld().length]).toEqual([1, [], 4]);
    expect(refused.stdout).toMatch(/Cannot lock ws-\w+: .*418[\s\S]*Unlocked 3 workspaces/);
  });

  it("are unlocked when Terraform fails, and Terraform's error is the one that is reported", async () => {
    fake.misbehave({ failAfter: 2 });
    stage.sandbox.faults.add({ method: "POST", path: "/actions/unlock", after: 1, times: 1, fault: { status: 403 } });
    const failed = await stage.repoint(...APPLY);
    expect([failed.code, failed.stderr]).toEqual([3, expect.stringContaining("error: terraform apply failed")]);
    expect(failed.stdout).toMatch(/STILL LOCKED {2}ws-\w+: /);
    expect(locked()).toHaveLength(1);
    fake.misbehave({});
    expect((await must("plan", "sandbox")).stdout).toContain(
      "Unlocked 1 workspace that an earlier run had left locked.",
    );
    expect(locked()).toEqual([]);
  });

  it("do not keep an apply from being verified when one cannot be unlocked, and are tried once more", async () => {
    stage.sandbox.faults.add({ method: "POST", path: "/actions/unlock", times: 1, fault: { status: 403 } });
    const applied = await must(...APPLY);
    expect(applied.stdout).toMatch(/STILL LOCKED[\s\S]*All well[\s\S]*Unlocked 1 workspace that an earlier run/);
    expect(locked()).toEqual([]);
  });

  it("are named, with exit code 3, when they stay locked", async () => {
    stage.sandbox.faults.add({ method: "POST", path: "/actions/unlock", fault: { status: 403 } });
    const applied = await stage.repoint(...APPLY);
    expect([applied.code, onOld()]).toEqual([3, []]);
    expect(applied.stdout.match(/STILL LOCKED/g)).toHaveLength(8);
    expect((await stage.repoint("status", "sandbox")).stdout).toMatch(/4 workspaces may still be locked .*iam_prod_0/);
  });
});

describe("a state that an apply left broken", () => {
  it("is brought back from the copy that was made before, readable by its owner alone", async () => {
    await must("plan", "sandbox");
    await must("apply", "sandbox", "--yes");
    const good = readFileSync(at(STATE), "utf8");
    // With a file of the user's own in the stack, Terraform's local backend writes the state itself, and not whole or not at all.
    writeFileSync(at("cdktf.out/stacks/sandbox/mine_override.tf.json"), "{}");
    fake.misbehave({ failAfter: 1, breakState: true });
    const failed = await stage.repoint("rollback", "sandbox", "--yes");
    expect(failed.stderr).toContain(`${STATE} is cut off after 200 bytes`);
    expect(failed.stderr).toContain(`brings it back from ${STATE}.before-apply`);
    expect(readFileSync(at(`${STATE}.before-apply`), "utf8")).toBe(good);
    expect(statSync(at(`${STATE}.before-apply`)).mode & 0o777).toBe(0o600);
    expect((await stage.repoint("status", "sandbox")).stdout).toContain("restores the last good state");
    fake.misbehave({});
    const again = await must("rollback", "sandbox", "--yes");
    expect(again.stdout).toContain(`Brought back: ${STATE}.before-apply.`);
    expect(again.stdout).toContain(`The broken file is ${STATE}.broken`);
    expect(onOld()).toHaveLength(4);
  });

  it("is given back from errored.tfstate, where Terraform could save it there alone", async () => {
    await must("plan", "sandbox");
    await must("apply", "sandbox", "--yes");
    fake.misbehave({ failAfter: 2, errored: true });
    const failed = await stage.repoint("rollback", "sandbox", "--yes");
    expect(failed.stderr).toContain("left it in .repoint/sandbox/run/errored.tfstate");
    fake.misbehave({});
    const again = await must("rollback", "sandbox", "--yes");
    expect(again.stdout).toContain("Brought back: terraform state push errored.tfstate.");
    expect([existsSync(at(".repoint/sandbox/run/errored.tfstate")), onOld().length]).toEqual([false, 4]);
  });
});

it("does not let a clock that was wrong once keep plans from being applied", async () => {
  await must("inventory", "sandbox");
  const file = at("inventory/sandbox.json");
  writeFileSync(file, readFileSync(file, "utf8").replace(/"changedAt": "20\d\d/, '"changedAt": "2099'));
  await must("plan", "sandbox");
  expect(readFileSync(file, "utf8")).not.toContain("2099");
  await must("apply", "sandbox", "--yes");
});
