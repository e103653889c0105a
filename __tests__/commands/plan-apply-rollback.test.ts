import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useFakeTerraform } from "./fake-terraform/launch";
import { type Ran, type Stage, startStage } from "./support";

// Many commands, each of which starts processes: a busy machine takes its time.
jest.setTimeout(300_000);

const OLD = "ot-SandboxOAuth0001";
let stage: Stage;
let fake: ReturnType<typeof useFakeTerraform>;
const start = async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  fake = useFakeTerraform(stage);
};

const at = (...parts: string[]) => join(stage.folder, ...parts);
const onOld = () => stage.sandbox.state.resources().filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD);
const locked = () => [...stage.sandbox.state.workspaces.values()].filter((workspace) => workspace.locked !== null);
const must = (...args: string[]) => stage.must(...args);
const next = async () => /^Next: (.*)$/m.exec((await stage.repoint("status", "sandbox")).stdout)?.[1];
const hidden = (text = "") => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME");
const moveAll = async () => {
  await must("plan", "sandbox");
  await must("apply", "sandbox", "--yes");
};
const rollbacks = (): { event: string; at: string }[] =>
  readFileSync(at(".repoint/sandbox/journal.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === "rollback.finished");
/** The waves of most tests: one workspace, and the three others. */
const waves = [{ name: "canary", names: ["k8s-stage_1"] }];

describe("from the first plan on", () => {
  beforeEach(start);
  afterEach(() => stage.close());

  it("moves everything, with workspaces locked meanwhile, and takes it back", async () => {
    await must("plan", "sandbox", "--lock-workspaces");
    expect(onOld()).toHaveLength(4);
    const applied = await must("apply", "sandbox", "--yes", "--lock-workspaces");
    expect(applied.stdout).toMatch(/Locked 4 workspaces\.[\s\S]*Unlocked 4 workspaces\.[\s\S]*All well/);
    expect([onOld(), locked()]).toEqual([[], []]);
    const back = await must("rollback", "sandbox", "--yes", "--lock-workspaces");
    expect(back.stdout).toMatch(
      /Locked 4 workspaces\.[\s\S]*Unlocked 4 workspaces\.[\s\S]*All well: the rollback is complete/,
    );
    expect([onOld().length, locked()]).toEqual([4, []]);
  });

  it("counts what somebody changed after the move apart, and is no less well for it", async () => {
    await moveAll();
    const [changed] = [...stage.sandbox.state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo !== null);
    Object.assign(changed?.attributes ?? {}, { "working-directory": "elsewhere" });
    const { stdout } = await must("verify", "sandbox");
    expect(stdout.split("\n").filter((line) => /^ +\d+ {2}|^NOTE.*changed/.test(line))).toEqual([
      "     3  on the new connection, nothing else differs",
      "     1  on the new connection, moved with nothing else changed; somebody changed them later",
      `NOTE  ${changed?.attributes.name} (${changed?.id}) was moved with nothing else changed; somebody changed it later: workingDirectory: "infra" → "elsewhere"`,
    ]);
  });

  it("says in which direction a plan goes, in status, review, apply and its question", async () => {
    stage.organizationFile({ waves, through: "canary" });
    await must("plan", "sandbox");
    expect(hidden(await next())).toBe(
      'repoint review sandbox, then repoint apply sandbox (a plan of TIME is saved; it moves forward, to the new connection: wave "canary" (1))',
    );
    await moveAll();
    stage.organizationFile({ waves, direction: "back" });
    const planned = await must("plan", "sandbox");
    expect(planned.stdout).toContain('It moves BACK, to the old connection: wave "canary" (1).');
    expect(hidden(await next())).toContain('it moves BACK, to the old connection: wave "canary" (1)');
    expect((await must("review", "sandbox")).stdout).toContain("1 taken BACK to the old connection");
    const asked = await stage.answering("no", "apply", "sandbox");
    expect(asked.stdout).toContain('Take 1 resource of wave "canary" (1) BACK to the old connection');
    await must("apply", "sandbox", "--yes");
    expect(await next()).toContain("nothing: what direction: back covers is back");
  });

  it("says of a rotation that it exchanges the personal access token", async () => {
    await moveAll();
    stage.env.TF_VAR_gitlab_pat = stage.sandbox.gitlabState.tokens[0]?.token ?? "";
    const [client] = [...stage.sandbox.state.clients.values()].filter(
      ({ attributes }) => attributes.name === "GitLab (PAT)",
    );
    const state = at("terraform.sandbox.tfstate");
    // The state holds another token than the one that is given now.
    writeFileSync(
      state,
      readFileSync(state, "utf8").replaceAll(stage.sandbox.gitlab.pat, "glpat-the-token-before-this-one"),
    );
    const planned = await must("plan", "sandbox");
    expect(planned.stdout).toContain("PASS  the connection's personal access token replaced, 4 unchanged");
    const applied = await stage.answering("yes", "apply", "sandbox");
    expect(applied.stdout).toContain(
      "This replaces the connection's personal access token in place; its token id and every link stay.",
    );
    expect(applied.stdout).toContain("Replace the connection's personal access token, in sandbox on");
    expect([applied.code, client?.tokenIds.length, onOld()]).toEqual([0, 1, []]);
  });
});

describe("what the file says and what was applied", () => {
  beforeEach(start);
  afterEach(() => stage.close());

  it("refuses a plan that was made before the organization's file changed, in one line", async () => {
    stage.organizationFile({ waves, through: "canary" });
    await must("plan", "sandbox");
    stage.organizationFile({ waves });
    const { code, stdout, stderr } = await stage.repoint("apply", "sandbox", "--yes");
    expect([code, stdout, hidden(stderr)]).toEqual([
      2,
      "",
      `error: organizations/sandbox.yaml: it has changed since the plan of TIME was made, so that plan no longer matches it. Nothing was applied [apply/file-changed]
    fix: repoint plan sandbox, then apply again
`,
    ]);
    expect(onOld()).toHaveLength(4);
  });

  it("names what is left to do until a forget is applied, in status, verify and retire", async () => {
    await moveAll();
    const unset = "set forget: done in organizations/sandbox.yaml, repoint plan sandbox, then repoint apply sandbox";
    expect(await next()).toBe(`${unset}; then repoint retire sandbox`);
    stage.organizationFile({ forget: "done" });
    const pending =
      "repoint plan sandbox, then repoint apply sandbox (organizations/sandbox.yaml has changed since the last apply)";
    expect(await next()).toBe(`${pending}; then repoint retire sandbox`);
    expect((await must("verify", "sandbox")).stdout).toContain(
      `All well. Next: ${pending}; then repoint retire sandbox`,
    );
    const declined = await stage.answering("no", "retire", "sandbox");
    expect(declined.stdout).toContain(
      `NOTE     Terraform's state may still hold what was moved. To let Terraform forget it: ${pending}`,
    );
    await moveAll();
    expect(await next()).toBe("repoint retire sandbox");
    expect((await must("verify", "sandbox")).stdout).toContain("All well. Next: repoint retire sandbox");
    expect((await must("retire", "sandbox", "--yes")).stdout).not.toContain("NOTE     Terraform's state");
  });

  it("begins no new inventory once something was deployed, unless it is lost for good", async () => {
    await moveAll();
    rmSync(at("inventory", "sandbox.json"));
    for (const command of ["inventory", "plan", "verify", "retire"]) {
      const { code, stderr } = await stage.repoint(command, "sandbox");
      expect([command, code, stderr]).toEqual([command, 2, expect.stringContaining("[inventory/lost]")]);
    }
    expect(existsSync(at("inventory", "sandbox.json"))).toBe(false);
    await must("inventory", "sandbox", "--new-baseline");
    expect((await must("plan", "sandbox")).stdout).toContain("nothing destroyed or replaced");
  });

  it("mentions what the plan leaves where it is, also when it was covered before", async () => {
    await must("inventory", "sandbox");
    stage.organizationFile({ waves, through: "canary" });
    expect((await must("plan", "sandbox")).stdout).toContain(
      'Left as it is: 3 resources: its wave "rest" comes after "canary"',
    );
  });
});

describe("a rollback of what never moved", () => {
  beforeEach(start);
  afterEach(() => stage.close());

  it("finds nothing to take back, and makes no plan", async () => {
    const none = await stage.repoint("rollback", "sandbox", "--yes");
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("[rollback/no-inventory]")]);
    expect(existsSync(at("inventory"))).toBe(false);
    await must("inventory", "sandbox");
    const { stdout } = await must("rollback", "sandbox", "--yes");
    expect(stdout).toContain("Nothing to take back: nothing of all is on the new connection. Nothing was changed.");
    expect(existsSync(at(".repoint/sandbox/plan"))).toBe(false);
  });

  it("leaves out a wave that never moved", async () => {
    await must("inventory", "sandbox");
    stage.organizationFile({ waves, through: "canary" });
    await moveAll();
    const { stdout } = await must("rollback", "sandbox", "--yes");
    expect(stdout).toContain("PASS  1 taken BACK to the old connection, 1 unchanged; nothing destroyed or replaced");
    expect(onOld()).toHaveLength(4);
  });
});

describe("a rollback that nobody agreed to", () => {
  beforeAll(async () => {
    await start();
    stage.organizationFile({ waves });
    await moveAll();
  });
  afterAll(() => stage.close());

  it.each<[how: string, run: () => Promise<Ran>, code: number]>([
    ["is declined", () => stage.answering("no", "rollback", "sandbox"), 1],
    ["has no terminal to ask on", () => stage.repoint("rollback", "sandbox"), 2],
  ])("leaves nothing that goes back when it %s", async (_, run, code) => {
    const text = readFileSync(at("cdktf.out/stacks/sandbox/cdk.tf.json"), "utf8");
    expect((await run()).code).toBe(code);
    expect(existsSync(at(".repoint/sandbox/plan"))).toBe(false);
    expect(readFileSync(at("cdktf.out/stacks/sandbox/cdk.tf.json"), "utf8")).toBe(text);
    expect(await next()).toMatch(
      /^set forget: done in \S+, repoint plan sandbox, then repoint apply sandbox; then repoint retire/,
    );
    expect((await stage.repoint("apply", "sandbox", "--yes")).stderr).toContain("there is no saved plan");
    expect(onOld()).toEqual([]);
  });

  it("asks with the direction and the waves", async () => {
    const { stdout } = await stage.answering("no", "rollback", "sandbox", "--wave", "canary");
    expect(stdout).toContain('This moves BACK, to the old connection: wave "canary" (1).');
    expect(stdout).toContain(
      'Take 1 resource of wave "canary" (1) BACK to the old connection, in sandbox on tfe.sandbox.test? Type "yes"',
    );
    expect(stdout).toContain("Nothing was changed, and the plan that goes back was deleted.");
  });

  it("is not applied by an apply after it was killed at its prompt, and status says so", async () => {
    // As a kill at the prompt leaves it.
    stage.organizationFile({ waves, direction: "back" });
    await must("plan", "sandbox");
    stage.organizationFile({ waves });
    const meta = JSON.parse(readFileSync(at(".repoint/sandbox/plan/meta.json"), "utf8"));
    writeFileSync(at(".repoint/sandbox/plan/meta.json"), JSON.stringify({ ...meta, waves: ["canary", "rest"] }));
    expect(hidden(await next())).toBe(
      'repoint rollback sandbox to take back canary, rest, or repoint plan sandbox to go forward (a rollback made a plan at TIME and ended before it was confirmed; apply does not accept that plan; it moves BACK, to the old connection: waves "rest" (3), "canary" (1))',
    );
    const applied = await stage.repoint("apply", "sandbox", "--yes");
    expect([applied.code, applied.stderr]).toEqual([2, expect.stringContaining("the saved plan goes BACK")]);
    expect([onOld(), existsSync(at(".repoint/sandbox/plan"))]).toEqual([[], false]);
  });
});

describe("after a rollback", () => {
  beforeEach(async () => {
    await start();
    stage.organizationFile({ waves, through: "rest" });
    await moveAll();
  });
  afterEach(() => stage.close());

  it("says what keeps it, and that the file does where it does", async () => {
    const canary = await must("rollback", "sandbox", "--yes", "--wave", "canary");
    expect(canary.stdout).toContain("edit that file: add the resources of canary to exclude: under select:");
    expect(await next()).toContain("to keep canary on the old connection");
    const { stdout } = await must("rollback", "sandbox", "--yes");
    expect(stdout).toContain(
      "moves 4 resources forward again, as organizations/sandbox.yaml says. To keep them on the old connection, edit that file: direction: back, and no through:.",
    );
    expect(hidden(await next())).toBe(
      "to keep canary, rest on the old connection (rolled back, TIME), edit organizations/sandbox.yaml: direction: back, and no through:; to move forward again, run repoint plan sandbox",
    );
    stage.organizationFile({ waves, direction: "back" });
    expect((await must("rollback", "sandbox", "--yes")).stdout).toContain(
      "The next repoint plan sandbox leaves all of it on the old connection.",
    );
    expect(await next()).toContain("nothing: what direction: back covers is back");
    expect((await must("plan", "sandbox")).stdout).toContain("Nothing to do");
  });

  it("verifies that it stays, as status does, by the rollback that took it back", async () => {
    await must("rollback", "sandbox", "--yes", "--wave", "canary");
    const [{ at: first = "" } = {}] = rollbacks();
    await must("rollback", "sandbox", "--yes", "--wave", "rest");
    const [, { at: second = "" } = {}] = rollbacks();
    const { stdout } = await must("verify", "sandbox");
    expect(
      stdout
        .split("\n")
        .filter((line) => /^ +\d+ {2}|FAIL/.test(line))
        .sort(),
    ).toEqual([
      `     1  taken back by the rollback of ${first}, nothing else differs`,
      `     3  taken back by the rollback of ${second}, nothing else differs`,
    ]);
    const kept = `to keep canary, rest on the old connection (rolled back, the last at ${second}), edit organizations/sandbox.yaml: direction: back, and no through:; to move forward again, run repoint plan sandbox`;
    expect(stdout).toContain(`All well: what was rolled back is on the old connection. Next: ${kept}`);
    expect(await next()).toBe(kept);
    expect((await stage.repoint("status", "sandbox")).stdout).not.toContain("failed the last verification");
  });

  it("is judged by the file again once something moved forward", async () => {
    await must("rollback", "sandbox", "--yes", "--wave", "canary");
    stage.organizationFile({ waves: [{ name: "first", percent: 0 }, ...waves] });
    await moveAll();
    expect((await must("verify", "sandbox")).stdout).not.toContain("taken back");
  });

  it("goes on backwards when it failed", async () => {
    fake.misbehave({ failAfter: 1 });
    const failed = await stage.repoint("rollback", "sandbox", "--yes", "--wave", "rest");
    expect([failed.code, failed.stderr]).toEqual([
      3,
      expect.stringContaining("nothing is lost. Then repoint rollback sandbox --wave rest finds what is left to do"),
    ]);
    expect(await next()).toContain("repoint rollback sandbox --wave rest (the last apply failed");
    const { stdout } = await stage.repoint("verify", "sandbox");
    expect(stdout).toContain("what to do: repoint rollback sandbox --wave rest\n");
    expect(stdout).not.toContain("repoint plan");
    fake.misbehave({});
    await must("rollback", "sandbox", "--yes", "--wave", "rest");
    expect(onOld()).toHaveLength(3);
  });
});
