import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ModulePatch } from "../../sandbox";
import { useFakeTerraform } from "./fake-terraform/launch";
import { type Stage, startStage } from "./support";

// Each test runs several commands, each of which starts processes: on a busy machine that takes long.
jest.setTimeout(180_000);

const OLD = "ot-SandboxOAuth0001";
let stage: Stage;
let before: Record<string, unknown>;
afterEach(async () => {
  await stage.close();
});

async function start(modules: ModulePatch): Promise<void> {
  stage = await startStage({
    seed: 6,
    fleet: 6,
    extraResources: true,
    modules,
    entitlements: { policySets: false, stacks: false },
  });
  useFakeTerraform(stage);
  stage.organizationFile({ terraform: { provider: "0.79.0" } });
  before = stage.sandbox.snapshot();
}

const must = async (code: number, ...args: string[]) => {
  const ran = await stage.repoint(...args);
  if (ran.code !== code) throw new Error(`exit code ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
  return ran;
};
const onOld = () =>
  [...stage.sandbox.state.modules.values()].filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD);
const patches = () =>
  stage.sandbox.log.writes.filter(({ method, path }) => method === "PATCH" && path.includes("/registry-modules/"));
const evidence = () => JSON.parse(readFileSync(join(stage.folder, "inventory", "sandbox.json"), "utf8")).modulesInPlace;
const modules = (snapshot: Record<string, unknown>) => JSON.stringify(snapshot.modules);

it("are re-pointed over the API after Terraform's apply, with nothing but their token changed, and taken back", async () => {
  await start("in-place");
  const planned = await must(0, "plan", "sandbox");
  expect(patches()).toEqual([]);
  expect(planned.stdout).toContain(
    "PATCH /api/v2/organizations/sandbox/registry-modules/private/sandbox/module0/aws {",
  );
  expect(planned.stdout).toContain('"oauth-token-id":"(known after apply)"');
  expect(planned.stdout).toContain("owners team");
  const applied = await must(0, "apply", "sandbox", "--yes");
  expect(applied.stdout).toContain("Re-pointed 4 registry modules over the API, each read back.");
  expect([onOld().length, patches().length]).toEqual([0, 4]);
  const [token = ""] = new Set(
    [...stage.sandbox.state.modules.values()].map(({ vcsRepo }) => vcsRepo?.["oauth-token-id"]),
  );
  expect(modules(stage.sandbox.snapshot()).replaceAll(token ?? "", OLD)).toBe(modules(before));
  expect(evidence()).toEqual({
    server: "Terraform Enterprise 1.1.0",
    inPlace: true,
    module: "module0",
    answer: "its token changed",
  });

  const again = await must(0, "plan", "sandbox");
  expect(again.stdout).toContain("Nothing to do");
  expect((await must(0, "verify", "sandbox")).stdout).not.toContain("NOT as they should be");

  const back = await must(0, "rollback", "sandbox", "--yes");
  expect(back.stdout).toContain("Re-pointed 4 registry modules over the API");
  expect(modules(stage.sandbox.snapshot())).toBe(modules(before));
  expect(back.stdout).toMatch(/back on the old connection, nothing else differs/);
});

it("goes wave by wave, and applies a plan of nothing but modules", async () => {
  await start("in-place");
  const waves = [
    { name: "first", names: ["module0"] },
    { name: "second", kinds: ["registry-module"] },
  ];
  const organizationFile = (through: string) =>
    stage.organizationFile({ terraform: { provider: "0.79.0" }, waves, through });
  organizationFile("first");
  await must(0, "plan", "sandbox");
  await must(0, "apply", "sandbox", "--yes");
  expect(onOld().map(({ attributes }) => attributes.name)).toEqual(["module1", "module3", "module4"]);
  expect((await must(0, "status", "sandbox")).stdout).toContain("set through: second");
  organizationFile("second");
  const planned = await must(0, "plan", "sandbox");
  expect(planned.stdout).toContain("3 re-pointed over the API");
  expect((await must(0, "apply", "sandbox", "--yes")).stdout).toContain("Re-pointed 3 registry modules");
  expect(onOld()).toEqual([]);
});

it.each([
  ["token-ignored", `it answered 200, but the token is still ${OLD}`],
  ["no-route", "it answered 404 to an owner's token"],
] as const)(
  "tries one on a server that does not do it (%s), leaves the others, and only then speaks of deleting",
  async (kind, answer) => {
    await start(kind);
    expect((await must(0, "plan", "sandbox")).stdout).not.toContain("delete");
    const applied = await must(0, "apply", "sandbox", "--yes");
    expect(applied.stdout).toContain(`the server cannot change it in place: ${answer}`);
    expect(applied.stdout).toContain("3 registry modules more were not tried.");
    expect([patches().length, onOld().length]).toEqual([1, 4]);
    expect(evidence()).toMatchObject({ inPlace: false, answer });
    expect(modules(stage.sandbox.snapshot())).toBe(modules(before));

    const verified = await must(1, "verify", "sandbox");
    expect(verified.stdout.match(/publish it again/g)).toHaveLength(1);
    expect(verified.stdout).not.toContain("FAIL");
    const byHand = /^MANUAL.*\n(?: {6}.*\n)*/m;
    const module = expect.stringMatching(
      /^ {8}registry-module (module\d) \(mod-\w+\): private\/sandbox\/\1\/aws, from group\/(?:terraform-aws-\1|modules), /,
    );
    expect(byHand.exec(verified.stdout)?.[0].trim().split("\n")).toEqual([
      expect.stringContaining(`MANUAL  this server (Terraform Enterprise 1.1.0) cannot re-point registry modules`),
      module,
      module,
      module,
      module,
      expect.stringContaining(
        "what to do: keep the old connection for them, or delete each with its versions; publish",
      ),
    ]);
    expect(byHand.exec(applied.stdout)?.[0]).toBe(byHand.exec(verified.stdout)?.[0]);
    expect(applied.stdout).toContain(
      "The apply did everything in its plan. repoint verify sandbox exits 1 until the resources under MANUAL are moved.\n",
    );
    await must(0, "plan", "sandbox");
    expect(patches()).toHaveLength(1);
    expect((await must(1, "retire", "sandbox", "--yes")).stdout).toContain("docs/how-to/registry-modules.md");
  },
);

it("calls 403 a matter of the token, learns nothing of the server from it, and goes on with an owner's", async () => {
  await start("owners-only");
  await must(0, "plan", "sandbox");
  const applied = await must(1, "apply", "sandbox", "--yes");
  expect(applied.stdout).toContain("the token is not allowed to:");
  expect(applied.stdout).toContain("a token of the owners team or of a member of it. Set one in TFE_TOKEN");
  expect(applied.stdout + (await must(1, "verify", "sandbox")).stdout).not.toContain("delete");
  expect([patches().length, evidence()]).toEqual([1, null]);
  stage.env.TFE_TOKEN = stage.sandbox.tfe.ownerToken;
  await must(0, "plan", "sandbox");
  await must(0, "apply", "sandbox", "--yes");
  expect(onOld()).toEqual([]);
});

it("takes a 404 to a token that is not an owner's for no proof", async () => {
  await start("owners-only");
  stage.sandbox.faults.add({ method: "PATCH", path: "/registry-modules/", fault: { status: 404 } });
  await must(0, "plan", "sandbox");
  expect((await must(1, "apply", "sandbox", "--yes")).stdout).toContain("hides what the token may not do");
  expect(evidence()).toBeNull();
});

it("re-points no module that somebody changed since the plan, and does the rest", async () => {
  await start("in-place");
  await must(0, "plan", "sandbox");
  const [module] = onOld();
  if (module?.vcsRepo != null) module.vcsRepo.identifier = "group/elsewhere";
  const applied = await stage.repoint("apply", "sandbox", "--yes");
  expect(applied.stdout).toContain('identifier: "group/terraform-aws-module0" → "group/elsewhere"');
  expect(onOld().map(({ id }) => id)).toEqual([module?.id]);
});

it("leaves out of the move what somebody changes while Terraform applies", async () => {
  await start("in-place");
  await must(0, "plan", "sandbox");
  const [module] = onOld();
  const { state } = stage.sandbox;
  // The connection that Terraform makes tells that its apply has begun.
  const watch = setInterval(() => {
    if (state.clients.size > 2 && module?.vcsRepo != null) module.vcsRepo["tag-prefix"] = "v";
  }, 1);
  const applied = await stage.repoint("apply", "sandbox", "--yes");
  clearInterval(watch);
  expect(applied.stdout).toContain('changed since the plan was made: tagPrefix: "" → "v"');
  expect(onOld().map(({ id }) => id)).toEqual([module?.id]);
  await must(0, "plan", "sandbox");
  await must(0, "apply", "sandbox", "--yes");
  expect(onOld()).toEqual([]);
  expect(module?.vcsRepo?.["tag-prefix"]).toBe("v");
});

it("goes on where a server that fails stopped it", async () => {
  await start("in-place");
  await must(0, "plan", "sandbox");
  stage.sandbox.faults.add({ method: "PATCH", path: "/registry-modules/", after: 2, fault: { status: 401 } });
  const failed = await must(3, "apply", "sandbox", "--yes");
  expect(failed.stderr).toContain("2 registry modules could not be re-pointed");
  expect((await must(0, "status", "sandbox")).stdout).toContain("Next: repoint plan sandbox (the last apply failed");
  stage.sandbox.faults.clear();
  await must(0, "plan", "sandbox");
  expect((await must(0, "apply", "sandbox", "--yes")).stdout).toContain("Re-pointed 2 registry modules");
  expect(onOld()).toEqual([]);
});
