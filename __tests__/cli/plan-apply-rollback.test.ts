import { useFakeTerraform } from "./fake-terraform/launch";
import { type Stage, startStage } from "./support";

const OLD = "ot-SandboxOAuth0001";
let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  useFakeTerraform(stage);
});
afterEach(async () => {
  await stage.close();
});

const onOld = () => stage.sandbox.state.attachments().filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD);
const locked = () => [...stage.sandbox.state.workspaces.values()].filter((workspace) => workspace.locked !== null);
const must = async (...args: string[]) => {
  const ran = await stage.repoint(...args);
  if (ran.code !== 0) throw new Error(`exit code ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
  return ran;
};

// It starts many processes, on a machine that may be busy.
jest.setTimeout(120_000);

it("moves everything, with workspaces locked meanwhile, and takes it back", async () => {
  await must("plan", "sandbox", "--lock-workspaces");
  expect(onOld()).toHaveLength(4);
  const applied = await must("apply", "sandbox", "--yes", "--lock-workspaces");
  expect(applied.stdout).toMatch(/Locked 4 workspaces\.[\s\S]*Unlocked 4 workspaces\.[\s\S]*All well/);
  expect([onOld(), locked()]).toEqual([[], []]);
  await must("rollback", "sandbox", "--yes");
  expect(onOld()).toHaveLength(4);
});
