import { type Answer, type Caller, document, found, problems, startCaller } from "./support";

describe("resources", () => {
  let caller: Caller;
  let token: string;
  beforeAll(async () => {
    caller = await startCaller({ fleet: 12, extraResources: true });
    [, token = ""] = [...caller.sandbox.state.tokens.keys()];
  });
  afterAll(() => caller.sandbox.close());

  it.each(["policySets", "modules", "stacks", "workspaces"] as const)(
    "of %s change their token alone",
    async (kind) => {
      const { state, organizations } = caller.sandbox;
      const old = organizations[0]?.oldConnection.tokenId ?? "";
      const records: Iterable<{ id: string; vcsRepo: { "oauth-token-id": string | null } | null }> =
        state[kind].values();
      const { id } = found(records, ({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === old);
      const path = {
        policySets: `policy-sets/${id}`,
        modules: `organizations/sandbox/registry-modules/private/sandbox/${state.modules.get(id)?.attributes.name}/aws`,
        stacks: `stacks/${id}`,
        workspaces: `workspaces/${id}`,
      }[kind];
      const record = () => JSON.stringify((caller.sandbox.snapshot()[kind] as Record<string, unknown>)[id]);
      const before = record();
      const repoint = (tokenId: string) =>
        caller.call("PATCH", path, document({ "vcs-repo": { "oauth-token-id": tokenId } }));
      expect((await repoint(token)).body.data?.attributes?.["vcs-repo"]?.["oauth-token-id"]).toBe(token);
      expect(record()).toBe(before.replaceAll(old, token));
      await repoint(old);
      expect(record()).toBe(before);
    },
  );

  it.each([
    ["in-place", 200, "the new one", 200],
    ["token-ignored", 200, "the old one", 200],
    ["no-route", 404, "the old one", 404],
    ["owners-only", 403, "the old one", 200],
  ] as const)(
    "change a registry module's token as asked: %s answers %i, and it has %s",
    async (modules, status, which, owner) => {
      const other = await startCaller({ fleet: 2, extraResources: true, modules });
      const { state, organizations, tfe, gitlabState } = other.sandbox;
      gitlabState.addProject("group/other");
      const old = organizations[0]?.oldConnection.tokenId;
      const wanted = [...state.tokens.keys()].find((id) => id !== old);
      const path = "organizations/sandbox/registry-modules/private/sandbox/module0/aws";
      const before = other.sandbox.snapshot();
      const body = document({ "vcs-repo": { identifier: "group/other", "oauth-token-id": wanted, branch: "next" } });
      expect((await other.call("PATCH", path, body)).status).toBe(status);
      const attributes = (await other.call("GET", path)).body.data?.attributes;
      expect(attributes?.["vcs-repo"]).toMatchObject(
        which === "the new one" ? { "oauth-token-id": wanted, identifier: "group/other" } : { "oauth-token-id": old },
      );
      // Branch, tags and tests are taken since 2022.
      if (modules === "token-ignored") expect(attributes?.["vcs-repo"]?.branch).toBe("next");
      if (status >= 400) expect(other.sandbox.snapshot()).toEqual(before);
      expect(attributes?.permissions?.["can-delete"]).toBe(modules !== "owners-only");
      expect((await other.call("PATCH", path, body, tfe.ownerToken ?? tfe.token)).status).toBe(owner);
      await other.sandbox.close();
    },
  );

  it("are Stack components only where they are asked for, with their link in a single one alone", async () => {
    expect((await caller.call("GET", "organizations/sandbox/registry-components")).status).toBe(404);
    const entitlements = { stackComponents: true };
    const other = await startCaller({ fleet: 2, extraResources: true, entitlements });
    const [listed] = (await other.call("GET", "organizations/sandbox/registry-components")).body.data ?? [];
    expect(listed).toMatchObject({ type: "registry-components", attributes: { name: "component-0" } });
    expect(listed?.attributes).not.toHaveProperty("vcs-repo");
    const one = (await other.call("GET", `registry-components/${listed?.id}`)).body.data;
    expect(one?.attributes?.["vcs-repo"]).toMatchObject({
      identifier: "group/component-0",
      "oauth-token-id": other.sandbox.organizations[0]?.oldConnection.tokenId,
    });
    await other.sandbox.close();
  });

  it("lose what they refer to when it is deleted", async () => {
    const { state } = caller.sandbox;
    const set = found(state.policySets.values(), ({ workspaceIds }) => workspaceIds.length === 2);
    const [first = "", second = ""] = set.workspaceIds;
    const owner = found(state.workspaces.values(), ({ id }) => !set.workspaceIds.includes(id));
    owner.remoteStateConsumers = [first, second];
    await caller.call("DELETE", `workspaces/${first}`);
    expect([set.workspaceIds, owner.remoteStateConsumers]).toEqual([[second], [second]]);
  });

  describe("of a module registry", () => {
    const vcs = (repo: Record<string, unknown>, more: Record<string, unknown> = {}) => {
      caller.sandbox.gitlabState.addProject(String(repo.identifier));
      return caller.call(
        "POST",
        "organizations/sandbox/registry-modules/vcs",
        document({ "vcs-repo": { "oauth-token-id": token, "display-identifier": repo.identifier, ...repo }, ...more }),
      );
    };

    it("are called by the folder in a monorepo, or by the repository", async () => {
      const identifier = "group/terraform-azurerm-mono";
      const folder = await vcs({ identifier, branch: "main", "source-directory": "modules/terraform-aws-folder" });
      expect(folder.body.data?.attributes).toMatchObject({
        name: "folder",
        provider: "aws",
        "vcs-repo": { "source-directory": "modules/terraform-aws-folder", tags: false, branch: "main" },
      });
      const plain = await vcs({ identifier, "source-directory": "src", "tag-prefix": "src-", tags: true, branch: "" });
      expect(plain.body.data?.attributes).toMatchObject({
        name: "mono",
        provider: "azurerm",
        "vcs-repo": { "source-directory": "src", "tag-prefix": "src-", tags: true },
      });
      expect(await vcs({ identifier: "group/modules", "source-directory": "src" })).toMatchObject({ status: 422 });
    });

    it("are published from tags while there is no branch, some time after the answer", async () => {
      const made = await vcs({ identifier: "group/terraform-aws-tagged", tags: false });
      expect(made).toMatchObject({
        status: 201,
        body: { data: { attributes: { status: "pending", "version-statuses": [], "vcs-repo": { tags: true } } } },
      });
      const path = "organizations/sandbox/registry-modules/private/sandbox/tagged/aws";
      const read = async () => (await caller.call("GET", path)).body.data?.attributes;
      expect(await read()).toMatchObject({ status: "pending", "version-statuses": [] });
      while ((await read())?.status === "pending") await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await read()).toMatchObject({
        status: "setup_complete",
        "publishing-mechanism": "git_tag",
        "version-statuses": [{ version: "1.0.0", status: "ok" }],
      });
      const publish = async (repo: Record<string, unknown>) => {
        const { body } = await caller.call("PATCH", path, document({ "vcs-repo": repo }));
        return [body.data?.attributes?.["publishing-mechanism"], body.data?.attributes?.["test-config"]];
      };
      // What is published from a branch can be tested, and so has a configuration for it.
      expect(await publish({ branch: "main", tags: false })).toEqual(["branch", { "tests-enabled": false }]);
      await caller.call("PATCH", path, document({ "test-config": { "tests-enabled": true } }));
      expect(await publish({ branch: "", tags: true })).toEqual(["git_tag", null]);
      expect((await caller.call("PATCH", path, document({ "test-config": { "tests-enabled": true } }))).status).toBe(
        422,
      );
    });

    it("test on agents with a pool, and remotely without", async () => {
      const [pool] = caller.sandbox.state.agentPools.keys();
      await vcs({ identifier: "group/terraform-aws-tested", branch: "main" });
      const configure = (config: Record<string, unknown>) =>
        caller.call(
          "PATCH",
          "organizations/sandbox/registry-modules/private/sandbox/tested/aws",
          document({ "test-config": config }),
        );
      const agents = { "tests-enabled": true, "agent-execution-mode": "agent" };
      expect(problems(await configure(agents))).toEqual({
        status: 422,
        errors: [["/data/attributes/test-config/agent-pool-id", "The agent pool was not found"]],
      });
      expect((await configure({ ...agents, "agent-pool-id": pool })).body.data?.attributes?.["test-config"]).toEqual({
        ...agents,
        "agent-pool-id": pool,
      });
      const remote = await configure({ "agent-execution-mode": "remote" });
      expect(remote.body.data?.attributes?.["test-config"]).toEqual({
        "tests-enabled": true,
        "agent-execution-mode": "remote",
        "agent-pool-id": null,
      });
      expect((await configure({ "agent-pool-id": pool })).status).toBe(422);
    });

    it("are found by name, namespace and provider, and by their old address", async () => {
      const list = async (query: string) =>
        (await caller.call("GET", `organizations/sandbox/registry-modules?page[size]=100&${query}`)).body.data?.length;
      const all = caller.sandbox.state.modules.size;
      expect(await list("q=SANDBOX")).toBe(all);
      expect(await list("q=azure")).toBe(1);
      expect(await list("filter[organization_name]=sandbox")).toBe(all);
      expect(await list("filter[organization_name]=other")).toBe(0);
      expect((await caller.call("GET", "registry-modules/show/sandbox/module0/aws")).status).toBe(200);
    });
  });

  it("are listed by whether they are versioned, with what they refer to", async () => {
    const { state } = caller.sandbox;
    await caller.call("POST", "organizations/sandbox/policy-sets", document({ name: "by-hand" }));
    const list = async (query: string) =>
      (await caller.call("GET", `organizations/sandbox/policy-sets?page[size]=100&${query}`)).body;
    expect((await list("filter[versioned]=false")).data?.map(({ attributes }) => attributes?.name)).toEqual([
      "by-hand",
    ]);
    expect((await list("filter[versioned]=true")).data).toHaveLength(state.policySets.size - 1);
    const { included } = await list("include=workspaces,workspace_exclusions,projects");
    const sets = [...state.policySets.values()];
    const referred = sets.flatMap((set) => [...set.workspaceIds, ...set.workspaceExclusionIds, ...set.projectIds]);
    expect(included?.map(({ id }) => id).sort()).toEqual([...new Set(referred)].sort());
    const stacks = (await caller.call("GET", "organizations/sandbox/stacks?include=project")).body;
    expect(new Set(stacks.included?.map(({ id }) => id))).toEqual(
      new Set([...state.stacks.values()].map(({ projectId }) => projectId)),
    );
  });

  it("that are stacks can move to another project of the organization", async () => {
    const stack = found(caller.sandbox.state.stacks.values(), () => true);
    const to = found(caller.sandbox.state.projects.values(), ({ id }) => id !== stack.projectId);
    const move = (id: string) =>
      caller.call("PATCH", `stacks/${stack.id}`, document({}, { project: { data: { id, type: "projects" } } }));
    expect((await move("prj-nothing")).status).toBe(422);
    expect((await move(to.id)).body.data?.relationships?.project?.data?.id).toBe(to.id);
  });

  it("that are policy sets have a tool version, and can be overridden, where an agent evaluates them", async () => {
    const path = "organizations/sandbox/policy-sets";
    const make = (name: string, more: Record<string, unknown>) =>
      caller.call("POST", path, document({ name, ...more }));
    const shown = ({ body }: Answer) => {
      const attributes = body.data?.attributes;
      return [attributes?.["agent-enabled"], attributes?.overridable, attributes?.["policy-tool-version"]];
    };
    expect(shown(await make("opa", { kind: "opa" }))).toEqual([true, false, "latest"]);
    expect(shown(await make("plain", {}))).toEqual([false, null, null]);
    const given = { "agent-enabled": true, overridable: true, "policy-tool-version": "0.26.0" };
    const made = await make("sentinel", given);
    expect(shown(made)).toEqual([true, true, "0.26.0"]);
    const change = (attributes: Record<string, unknown>) =>
      caller.call("PATCH", `policy-sets/${made.body.data?.id}`, document(attributes));
    expect(shown(await change({ "agent-enabled": false, overridable: true }))).toEqual([false, null, null]);
    expect(shown(await change({ "agent-enabled": true }))).toEqual([true, false, "latest"]);
  });
});
