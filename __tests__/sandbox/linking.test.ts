import type { GitlabState } from "../../sandbox";
import { type Caller, document, found, patConnection, problems, startCaller } from "./support";

const OLD = "ot-SandboxOAuth0001";
const NOT_THERE = {
  status: 422,
  errors: [["/data/attributes/repository", "Repository doesn't exist or isn't accessible"]],
};

/** TFE looks for the repository with the connection's token when something is linked. */
describe("linking", () => {
  let caller: Caller;
  let pat: string;
  beforeEach(async () => {
    caller = await startCaller({ fleet: 8, extraResources: true });
    pat = await patConnection(caller);
  });
  afterEach(() => caller.sandbox.close());

  const onOld = (kind: "workspaces" | "policySets" | "modules" | "stacks") => {
    const records: Iterable<{ id: string; vcsRepo: { identifier: string; "oauth-token-id": string | null } | null }> =
      caller.sandbox.state[kind].values();
    return found(records, ({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD);
  };
  const link = (path: string, repo: Record<string, unknown>) =>
    caller.call("PATCH", path, document({ "vcs-repo": repo }));

  it.each(["workspaces", "policySets", "modules", "stacks"] as const)(
    "re-points no %s to a connection that does not see its repository",
    async (kind) => {
      const { gitlabState, state } = caller.sandbox;
      const { id, vcsRepo } = onOld(kind);
      const path = {
        workspaces: `workspaces/${id}`,
        policySets: `policy-sets/${id}`,
        modules: `organizations/sandbox/registry-modules/private/sandbox/${state.modules.get(id)?.attributes.name}/aws`,
        stacks: `stacks/${id}`,
      }[kind];
      gitlabState.project(vcsRepo?.identifier ?? "").accessLevel = 0;
      const before = caller.sandbox.snapshot();
      expect(problems(await link(path, { "oauth-token-id": pat }))).toEqual(NOT_THERE);
      expect(caller.sandbox.snapshot()).toEqual(before);
      gitlabState.project(vcsRepo?.identifier ?? "").accessLevel = 40;
      expect((await link(path, { "oauth-token-id": pat })).status).toBe(200);
    },
  );

  it("knows no project that GitLab has not, and makes none", async () => {
    const path = `workspaces/${onOld("workspaces").id}`;
    expect(problems(await link(path, { identifier: "group/nowhere" }))).toEqual(NOT_THERE);
    expect(() => caller.sandbox.gitlabState.project("group/nowhere")).toThrow("has no project group/nowhere");
  });

  it.each<[string, (state: GitlabState) => unknown]>([
    ["was revoked", ({ tokens }) => tokens.map((token) => Object.assign(token, { revoked: true }))],
    ["is expired", ({ tokens }) => tokens.map((token) => Object.assign(token, { expiresAt: "2024-01-01" }))],
    [
      "has no scope for the API",
      ({ tokens }) => tokens.map((token) => Object.assign(token, { scopes: ["read_user"] })),
    ],
    ["is a blocked user's", ({ users }) => Object.assign(users.get(7) ?? {}, { state: "blocked" })],
  ])("goes through no token that %s", async (_, happen) => {
    happen(caller.sandbox.gitlabState);
    const path = `workspaces/${onOld("workspaces").id}`;
    expect(problems(await link(path, { "oauth-token-id": pat }))).toEqual(NOT_THERE);
  });

  it("goes through no OAuth token that GitLab has revoked; what is linked stays so", async () => {
    const { gitlabState, state } = caller.sandbox;
    for (const grant of gitlabState.grants) grant.revoked = true;
    const { id, vcsRepo } = onOld("workspaces");
    gitlabState.addProject("group/other");
    expect(problems(await link(`workspaces/${id}`, { identifier: "group/other" }))).toEqual(NOT_THERE);
    expect((await link(`workspaces/${id}`, { ...vcsRepo, branch: "main" })).status).toBe(200);
    expect(state.workspaces.get(id)?.vcsRepo?.branch).toBe("main");
  });

  it("finds a project in any case, by a group's members, and puts its webhook there as a Maintainer alone", async () => {
    const { gitlabState } = caller.sandbox;
    const project = gitlabState.addProject("Team/Sub/App", 0);
    const { id } = onOld("workspaces");
    const repo = { identifier: "team/sub/app", "oauth-token-id": pat };
    expect(problems(await link(`workspaces/${id}`, repo))).toEqual(NOT_THERE);
    gitlabState.groups.set("team", new Map([[7, 30]]));
    expect((await link(`workspaces/${id}`, repo)).status).toBe(200);
    expect(project.hooks).toEqual([]);
    gitlabState.groups.set("team/sub", new Map([[7, 40]]));
    await link(`workspaces/${id}`, repo);
    expect(project.hooks.map(({ url }) => url)).toEqual([
      expect.stringMatching(/^https:\/\/tfe\.sandbox\.test\/webhooks\/vcs\/[0-9a-f-]{36}$/),
    ]);
  });

  it("says of a token that is not there what TFE says", async () => {
    const { status, body } = await link(`workspaces/${onOld("workspaces").id}`, { "oauth-token-id": "ot-nothing" });
    expect([status, body.errors]).toEqual([
      422,
      [{ status: "422", title: "unprocessable entity", detail: "OAuth token does not exist" }],
    ]);
  });

  it("shows a policy set where its webhook leads, and a stack not", async () => {
    const shown = async (path: string) => (await caller.call("GET", path)).body.data?.attributes?.["vcs-repo"];
    expect(await shown(`policy-sets/${onOld("policySets").id}`)).toHaveProperty("webhook-url");
    expect(await shown(`stacks/${onOld("stacks").id}`)).not.toHaveProperty("webhook-url");
  });
});
