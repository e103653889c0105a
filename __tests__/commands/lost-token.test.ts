import { useFakeTerraform } from "./fake-terraform/launch";
import { type Stage, startStage } from "./support";

// Many commands, each of which starts processes: a busy machine takes its time.
jest.setTimeout(300_000);

let stage: Stage;
let connection: string;
/** A migration that is done, and whose new connection then lost its token: TFE unlinks all that used it. */
beforeEach(async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  useFakeTerraform(stage);
  await must("plan", "sandbox");
  await must("apply", "sandbox", "--yes");
  const made = [...stage.sandbox.state.clients.values()].find(({ attributes }) => attributes.name === "GitLab (PAT)");
  connection = made?.id ?? "";
  const { tfe } = stage.sandbox;
  const deleted = await fetch(`${tfe.url}/api/v2/oauth-tokens/${made?.tokenIds[0]}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${tfe.token}` },
  });
  expect(deleted.status).toBe(204);
});
afterEach(() => stage.close());

const must = (...args: string[]) => stage.must(...args);
const onToken = (token: string | undefined) =>
  stage.sandbox.state.resources().filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === token).length;
const tokenNow = () => stage.sandbox.state.clients.get(connection)?.tokenIds[0];
const writes = () => stage.sandbox.log.entries.filter(({ method }) => method === "PATCH").length;
const restoring = () =>
  `repoint restore sandbox --connection ${connection} --token-from TF_VAR_gitlab_pat, and after it repoint plan sandbox`;

it("is refused before anything is planned; verify and status say the same", async () => {
  const before = writes();
  const planned = await stage.repoint("plan", "sandbox");
  expect([planned.code, planned.stdout.includes("terraform plan")]).toEqual([2, false]);
  const said = `the new connection GitLab (PAT) (${connection}) has no token: nothing can fetch through it`;
  const todo = `put a valid personal access token into TF_VAR_gitlab_pat, then run ${restoring()}`;
  expect(planned.stderr).toMatch(/plan\/connection-tokens/);
  const verified = await stage.repoint("verify", "sandbox");
  const status = await stage.repoint("status", "sandbox");
  for (const text of [planned.stderr, verified.stdout, status.stdout]) {
    expect(text).toContain(said);
    expect(text).toContain(todo);
  }
  expect(verified.stdout.split("has no token")).toHaveLength(2);
  expect(status.stdout).toContain(`Next: ${todo}`);
  expect([verified.code, writes()]).toEqual([1, before]);
});

it("does not keep anybody from going back to the old connection", async () => {
  const back = await must("rollback", "sandbox", "--yes");
  expect([back.code, onToken("ot-SandboxOAuth0001")]).toEqual([0, 4]);
});

it("is given a token again by restore, after which plan and apply link everything again", async () => {
  const restored = await must(
    ...["restore", "sandbox", "--yes", "--connection", connection, "--token-from", "TF_VAR_gitlab_pat"],
  );
  expect(restored.stdout).toContain(`Its token is now ${tokenNow()}.`);
  expect(restored.stdout).toContain("To link again what used the former token: repoint plan sandbox");
  expect((await must("plan", "sandbox")).stdout).toContain("PASS  4 re-pointed, 1 unchanged");
  expect((await must("apply", "sandbox", "--yes")).stdout).toContain("All well");
  expect(onToken(tokenNow())).toBe(4);
});

it("is told when TFE takes the token and the connection still holds none", async () => {
  // Whether TFE makes a token for a connection without one is documented nowhere: here it does not.
  Object.assign(stage.sandbox.state.clients.get(connection)?.tokenIds ?? [], { push: () => 0 });
  const ran = await stage.repoint(
    ...["restore", "sandbox", "--yes", "--connection", connection, "--token-from", "TF_VAR_gitlab_pat"],
  );
  expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining("still has none")]);
  expect(ran.stderr).toContain("repoint plan sandbox then creates a new one");
});
