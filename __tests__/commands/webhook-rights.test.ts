import { useFakeTerraform } from "./fake-terraform/launch";
import { type Stage, startStage } from "./support";

// Commands that start processes: a busy machine takes its time.
jest.setTimeout(300_000);

const OLD = "ot-SandboxOAuth0001";
const CI = { id: 13, name: "ci", token: "glpat-read-only-0000000000", revoked: false, scopes: ["read_api"] };
const CI_USER = 9;
let stage: Stage;
let projects: string[];
beforeEach(async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  useFakeTerraform(stage);
  const { state, gitlab, gitlabState } = stage.sandbox;
  const paths = [...state.resources()].flatMap(({ vcsRepo }) =>
    vcsRepo?.["oauth-token-id"] === OLD ? [vcsRepo.identifier] : [],
  );
  projects = [...new Set(paths)].sort();
  stage.env.TF_VAR_gitlab_pat = gitlab.pat;
  // A CI's own token, whose user may see every project.
  gitlabState.tokens.push({ ...CI, userId: CI_USER, expiresAt: null, lastUsedAt: null });
  for (const path of projects) gitlabState.project(path).members.set(CI_USER, 40);
});
afterEach(() => stage.close());

const told = (text: string) => text.split("\n").filter((line) => /webhook/.test(line));
/** Takes the bot's role away in one project, and lowers it in another. */
function demote(): readonly [string, string] {
  const [hidden = "", developer = ""] = projects;
  stage.sandbox.gitlabState.project(hidden).members.delete(7);
  stage.sandbox.gitlabState.project(developer).accessLevel = 30;
  return [hidden, developer];
}

it("is asked with the connection's token by verify, also where GITLAB_TOKEN sees everything", async () => {
  stage.env.GITLAB_TOKEN = CI.token;
  expect((await stage.repoint("plan", "sandbox")).code).toBe(0);
  const applied = await stage.repoint("apply", "sandbox", "--yes");
  expect([applied.code, told(applied.stdout)]).toEqual([
    0,
    [
      "GitLab delivers pushes for 4 of the 4 resources whose webhooks were looked at.",
      "NOTE  the user of the token in TF_VAR_gitlab_pat may make webhooks in 4 of 4 projects",
      "NOTE  webhooks, asked with GITLAB_TOKEN: 4 of 4 are in GitLab and work",
    ],
  ]);
  const [hidden, developer] = demote();
  const lacking = await stage.repoint("verify", "sandbox");
  expect([lacking.code, told(lacking.stdout)]).toEqual([
    1,
    [
      `FAIL  ${hidden}: the token's user cannot see it in GitLab (404 Project Not Found), so TFE cannot create webhooks`,
      `FAIL  ${developer}: the token's user may not see webhooks in GitLab (403 Forbidden), so TFE cannot create them`,
      "GitLab delivers pushes for 4 of the 4 resources whose webhooks were looked at.",
      "NOTE  the user of the token in TF_VAR_gitlab_pat may make webhooks in 2 of 4 projects",
      "NOTE  webhooks, asked with GITLAB_TOKEN: 4 of 4 are in GitLab and work",
    ],
  ]);
  delete stage.env.TF_VAR_gitlab_pat;
  const unasked = await stage.repoint("verify", "sandbox");
  expect([unasked.code, unasked.stdout]).toEqual([
    0,
    expect.stringContaining("was not checked, nor what its user may do: TF_VAR_gitlab_pat is not set"),
  ]);
});

it.each([
  [
    { state: "active", must: "accept-terms" } as const,
    "403 Forbidden - You (@sandbox-bot) must accept the Terms of Service in order to perform this action.",
  ],
  [{ state: "active", must: "renew-password" } as const, "403 Forbidden - Your password expired."],
  [{ state: "blocked" } as const, "403 Forbidden - Your account has been blocked."],
])("is not asked for a user of whom GitLab says %j: that token moves nothing", async (user, said) => {
  expect((await stage.repoint("plan", "sandbox")).code).toBe(0);
  stage.sandbox.gitlabState.users.set(7, { id: 7, username: "sandbox-bot", ...user });
  const plan = await stage.repoint("plan", "sandbox");
  expect([plan.code, plan.stdout]).toEqual([1, expect.stringContaining(`GitLab refuses its user: ${said}`)]);
  const verified = await stage.repoint("verify", "sandbox", "--json");
  expect([verified.code, JSON.parse(verified.stdout).gitlab.problems]).toEqual([
    1,
    [
      {
        message: expect.stringContaining(`in TF_VAR_gitlab_pat is not usable: GitLab refuses its user: ${said}`),
        todo: expect.stringContaining("sign in to GitLab as the token's user"),
      },
    ],
  ]);
});
