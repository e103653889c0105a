import { type Caller, document, found, problems, startCaller } from "./support";

describe("connections", () => {
  let caller: Caller;
  let old: { readonly id: string; readonly tokenId: string };
  beforeEach(async () => {
    caller = await startCaller({ fleet: 60, extraResources: true });
    const [organization] = caller.sandbox.organizations;
    old = organization?.oldConnection ?? { id: "", tokenId: "" };
  });
  afterEach(() => caller.sandbox.close());

  it("are listed whole, and in pages when asked", async () => {
    const path = "organizations/sandbox/oauth-clients";
    for (let index = 0; index < 20; index += 1) await caller.call("POST", path, document(gitlab));
    expect((await caller.call("GET", path)).body.data).toHaveLength(22);
    const { data, meta } = (await caller.call("GET", `${path}?page[size]=5&page[number]=5`)).body;
    expect(data).toHaveLength(2);
    expect(meta?.pagination).toMatchObject({ "current-page": 5, "next-page": null, "total-count": 22 });
    expect((await caller.call("GET", "organizations/sandbox/oauth-tokens")).body.data).toHaveLength(22);
  });

  it("tell which workspaces use them: 25 by name, all by number", async () => {
    const { body } = await caller.call("GET", `oauth-clients/${old.id}?show_affected_workspaces=true`);
    const using = [...caller.sandbox.state.workspaces.values()].filter(
      ({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === old.tokenId,
    );
    expect(body.data?.attributes?.["affected-workspaces"]).toEqual(
      using.slice(0, 25).map(({ attributes }) => attributes.name),
    );
    expect(body.data?.attributes?.["affected-workspaces-count"]).toBe(30);
    expect((await caller.call("GET", `oauth-clients/${old.id}`)).body.data?.attributes).not.toHaveProperty([
      "affected-workspaces-count",
    ]);
  });

  it("never show what they are authorized with", async () => {
    const { body } = await caller.call("POST", "organizations/sandbox/oauth-clients", document(gitlab));
    expect(JSON.stringify(body)).not.toContain(gitlab["oauth-token-string"]);
    expect(JSON.stringify(caller.sandbox.snapshot())).not.toContain(gitlab["oauth-token-string"]);
  });

  it("keep the token's id when a personal access token is rotated", async () => {
    const created = await caller.call("POST", "organizations/sandbox/oauth-clients", document(gitlab));
    const id = created.body.data?.id ?? "";
    const before = caller.sandbox.snapshot();
    const rotated = await caller.call("PATCH", `oauth-clients/${id}`, document({ "oauth-token-string": "glpat-next" }));
    expect(rotated.body.data).toEqual(created.body.data);
    expect(caller.sandbox.snapshot()).toEqual(before);
    expect(caller.sandbox.state.clients.get(id)?.secret).toBe("glpat-next");
  });

  it("name every problem of a new one at once", async () => {
    const wrong = { "service-provider": "gitlab", "http-url": "gitlab.test", "api-url": "", name: 7 };
    expect(problems(await caller.call("POST", "organizations/sandbox/oauth-clients", document(wrong)))).toEqual({
      status: 422,
      errors: [
        ["/data/attributes/service-provider", "Service provider is not included in the list"],
        ["/data/attributes/http-url", "http-url is not a valid URL"],
        ["/data/attributes/api-url", "api-url is not a valid URL"],
        ["/data/attributes/oauth-token-string", "Oauth token string can't be blank"],
      ],
    });
  });

  it("unlink everything that uses them when deleted, and leave the webhooks behind", async () => {
    const { gitlabState, state } = caller.sandbox;
    const using = state.resources().filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === old.tokenId);
    const others = state.resources().filter((resource) => !using.includes(resource));
    const before = JSON.stringify(others);
    const hooks = JSON.stringify([...gitlabState.projects]);
    expect((await caller.call("DELETE", `oauth-clients/${old.id}`)).status).toBe(204);
    expect(using.length).toBeGreaterThan(30);
    expect(using.filter(({ vcsRepo }) => vcsRepo !== null)).toEqual([]);
    expect(JSON.stringify(others)).toBe(before);
    expect(JSON.stringify([...gitlabState.projects])).toBe(hooks);
    expect((await caller.call("GET", `oauth-tokens/${old.tokenId}`)).status).toBe(404);
  });

  it("that are closed to a project cannot be used in it", async () => {
    const { state } = caller.sandbox;
    await caller.call("PATCH", `oauth-clients/${old.id}`, document({ "organization-scoped": false }));
    const workspace = found(state.workspaces.values(), ({ vcsRepo }) => vcsRepo === null);
    caller.sandbox.gitlabState.addProject("a/b");
    const link = document({ "vcs-repo": { identifier: "a/b", "oauth-token-id": old.tokenId } });
    expect(problems(await caller.call("PATCH", `workspaces/${workspace.id}`, link))).toEqual({
      status: 422,
      errors: [
        [
          "/data/attributes/vcs-repo/oauth-token-id",
          `The OAuth client of ${old.tokenId} is not available to the project`,
        ],
      ],
    });
    const projects = `oauth-clients/${old.id}/relationships/projects`;
    await caller.call("POST", projects, { data: [{ type: "projects", id: workspace.projectId }] });
    expect((await caller.call("PATCH", `workspaces/${workspace.id}`, link)).status).toBe(200);
  });

  it("put a webhook on the repository of what is linked through them, once", async () => {
    const { gitlabState, state } = caller.sandbox;
    const workspace = found(state.workspaces.values(), ({ vcsRepo }) => vcsRepo === null);
    gitlabState.addProject("new/repository");
    const link = document({ "vcs-repo": { identifier: "new/repository", "oauth-token-id": old.tokenId } });
    for (const _ of [1, 2]) await caller.call("PATCH", `workspaces/${workspace.id}`, link);
    const { body } = await caller.call("GET", `workspaces/${workspace.id}`);
    const url = body.data?.attributes?.["vcs-repo"]?.["webhook-url"];
    expect(url).toMatch(/\/webhooks\/vcs\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(gitlabState.projects.get("new/repository")?.hooks.map((hook) => hook.url)).toEqual([url]);
  });

  it("put none on GitLab when they lead elsewhere", async () => {
    const { gitlabState, state } = caller.sandbox;
    const workspace = found(state.workspaces.values(), ({ vcsRepo }) => vcsRepo === null);
    const link = { identifier: "octo/repository", "github-app-installation-id": "ghain-SandboxGithub001" };
    await caller.call("PATCH", `workspaces/${workspace.id}`, document({ "vcs-repo": link }));
    expect(gitlabState.projects.has("octo/repository")).toBe(false);
  });

  it("have events, newest first, by level and connection", async () => {
    const event = { organization: "sandbox", clientId: old.id, level: "error", message: "invalid_grant" } as const;
    const now = Date.now();
    const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString();
    caller.sandbox.state.vcsEvents.push(
      { ...event, id: "ve-0", createdAt: daysAgo(11) },
      { ...event, id: "ve-1", createdAt: daysAgo(3) },
      { ...event, id: "ve-2", createdAt: daysAgo(2), level: "info" },
      { ...event, id: "ve-3", createdAt: daysAgo(1) },
      { ...event, id: "ve-4", createdAt: daysAgo(1), organization: "other" },
    );
    const ids = async (query: string) => {
      const { body } = await caller.call("GET", `organizations/sandbox/vcs-events?${query}`);
      return body.data?.map(({ id }) => id);
    };
    expect(await ids("")).toEqual(["ve-3", "ve-2", "ve-1"]);
    expect(await ids("filter[levels]=error")).toEqual(["ve-3", "ve-1"]);
    expect(await ids(`filter[from]=${daysAgo(2.5)}&filter[to]=${daysAgo(1.5)}`)).toEqual(["ve-2"]);
    expect(await ids(`filter[from]=${daysAgo(20)}&page[size]=1&page[number]=3`)).toEqual(["ve-1"]);
    expect((await caller.call("GET", "organizations/sandbox/vcs-events?filter[from]=never")).status).toBe(400);
    expect(await ids("filter[oauth_client_external_ids]=oc-0")).toEqual([]);
  });

  it("have tokens whose SSH key can be set and is never shown", async () => {
    const path = `oauth-tokens/${old.tokenId}`;
    expect(problems(await caller.call("PATCH", path, document({ "ssh-key": "none" })))).toMatchObject({ status: 422 });
    const key = "-----BEGIN RSA PRIVATE KEY-----\nx\n-----END RSA PRIVATE KEY-----";
    const { body } = await caller.call("PATCH", path, document({ "ssh-key": key }));
    expect(body.data?.attributes).toEqual({
      "created-at": "2024-01-01T00:00:00.000Z",
      "service-provider-user": "sandbox-admin",
      "has-ssh-key": true,
    });
  });
});

const gitlab = {
  name: "GitLab (PAT)",
  "service-provider": "gitlab_community_edition",
  "http-url": "https://gitlab.test",
  "api-url": "https://gitlab.test/api/v4",
  "oauth-token-string": "glpat-secret",
};
