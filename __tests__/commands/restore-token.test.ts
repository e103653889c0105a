import { addConnection } from "../../sandbox/tfe/state/add-connection";
import { type Stage, startStage } from "./support";

const NEW_TOKEN = "glpat-abcdefghij0123456789";
let stage: Stage;
let connection: string;
let token: string;
/** An organization whose old connection was made with a personal access token, and what uses it. */
beforeEach(async () => {
  stage = await startStage({ seed: 4, fleet: 8 });
  const { state, gitlab, gitlabState } = stage.sandbox;
  const attributes = {
    name: "GitLab",
    "service-provider": "gitlab_community_edition",
    "http-url": gitlab.url,
    "api-url": `${gitlab.url}/api/v4`,
    "oauth-token-string": "glpat-old",
  };
  const client = addConnection(state, "sandbox", attributes);
  [connection, token] = [client.id, client.tokenIds[0] ?? ""];
  for (const { vcsRepo } of state.resources()) if (vcsRepo !== null) vcsRepo["oauth-token-id"] = token;
  const [pat] = gitlabState.tokens;
  if (pat === undefined) throw new Error("there is no personal access token");
  gitlabState.tokens.push({ ...pat, id: 99, name: "new", token: NEW_TOKEN });
  stage.organizationFile({ from: [connection] });
  stage.env.NEW_GITLAB_TOKEN = NEW_TOKEN;
});
afterEach(async () => {
  await stage.close();
});

const restore = (...more: string[]) => stage.repoint("restore", "sandbox", "--yes", ...more);
const links = () => JSON.stringify(stage.sandbox.state.resources().map(({ id, vcsRepo }) => [id, vcsRepo]));

it.each([[[]], [["--revoke"]], [["--authorized"]]])(
  "revokes nothing that no browser can authorize: %j",
  async (more) => {
    const ran = await restore(...more);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("restore/no-application")]);
    expect(ran.stderr).toContain("repoint restore sandbox --token-from NEW_GITLAB_TOKEN");
    expect(stage.sandbox.state.tokens.has(token)).toBe(true);
  },
);

it("puts a new token into the connection in place: its id and every link stay, and nobody is shown it", async () => {
  const before = links();
  const ran = await restore("--token-from", "NEW_GITLAB_TOKEN");
  expect([ran.code, ran.stderr]).toEqual([0, expect.not.stringContaining("error")]);
  expect(ran.stdout).toContain("GitLab accepts the new token; it does not expire.");
  expect(ran.stdout).toMatch(/No link has changed: \d+ VCS-connected resources as before\./);
  const client = stage.sandbox.state.clients.get(connection);
  expect([client?.secret, client?.tokenIds, links()]).toEqual([NEW_TOKEN, [token], before]);
  expect(ran.stdout + ran.stderr).not.toContain(NEW_TOKEN);
});

it("changes nothing when GitLab says that the token is of no use, and shows no token in what it says", async () => {
  const [, added] = stage.sandbox.gitlabState.tokens;
  if (added !== undefined) added.revoked = true;
  const ran = await restore("--token-from", "NEW_GITLAB_TOKEN");
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("restore/token-unusable")]);
  expect(stage.sandbox.state.clients.get(connection)?.secret).toBe("glpat-old");
});

it.each([["glpat-abcdefghij0123456789"], ["abcdefghij0123456789"], [""]])(
  "takes no token as an argument: %j",
  async (given) => {
    const ran = await restore("--token-from", given);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("restore/token-from")]);
    if (given !== "") expect(ran.stdout + ran.stderr).not.toContain(given);
  },
);

it("refuses a token for a connection with an application", async () => {
  stage.organizationFile();
  const ran = await restore("--token-from", "NEW_GITLAB_TOKEN");
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining("restore/has-application")]);
});
