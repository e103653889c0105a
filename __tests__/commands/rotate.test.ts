import { useFakeTerraform } from "./fake-terraform/launch";
import { type Stage, startStage } from "./support";

jest.setTimeout(300_000);
let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  useFakeTerraform(stage);
  await stage.must("plan", "sandbox");
  await stage.must("apply", "sandbox", "--yes");
});
afterEach(() => stage.close());
it("x", async () => {
  const made = stage.sandbox.gitlabState.createToken({ userId: 7, name: "new" });
  stage.env.NEW_GITLAB_TOKEN = made.token;
  stage.sandbox.state.authorizedRepos = true;
  const ran = await stage.repoint("rotate", "sandbox", "--yes", "--revoke-old");
  console.log(ran.code, ran.stdout, ran.stderr);
  const b = await stage.repoint("rotate", "sandbox", "--yes", "--revoke-old");
  console.log(b.code, b.stdout, b.stderr);
  const c = await stage.repoint("status", "sandbox");
  console.log(c.code, c.stdout, c.stderr);
});
