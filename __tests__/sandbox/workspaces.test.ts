import fc from "fast-check";
import { type Caller, document, found, problems, startCaller } from "./support";

describe("workspaces", () => {
  let caller: Caller;
  beforeAll(async () => {
    caller = await startCaller({ fleet: 60, extraResources: true });
  });
  afterAll(() => caller.sandbox.close());

  it("change in what a request names and in nothing else", async () => {
    const { state } = caller.sandbox;
    const changes = {
      description: fc.string(),
      "auto-apply": fc.boolean(),
      "queue-all-runs": fc.boolean(),
      "working-directory": fc.constantFrom("", "a", "b/c"),
      "terraform-version": fc.constantFrom("1.5.7", "latest", "~> 1.9.0"),
    };
    const repo = {
      branch: fc.constantFrom("", "main"),
      "ingress-submodules": fc.boolean(),
      "oauth-token-id": fc.constantFrom(...state.tokens.keys()),
    };
    const linked = [...state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] != null);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...linked.map(({ id }) => id)),
        fc.record(changes, { requiredKeys: [] }),
        fc.option(fc.record(repo, { requiredKeys: [] }), { nil: undefined }),
        async (id, attributes, vcsRepo) => {
          const before = caller.sandbox.snapshot();
          const given = { ...attributes, ...(vcsRepo === undefined ? {} : { "vcs-repo": vcsRepo }) };
          expect((await caller.call("PATCH", `workspaces/${id}`, document(given))).status).toBe(200);
          const workspaces = before.workspaces as Record<string, { attributes: object; vcsRepo: object }>;
          const was = workspaces[id];
          if (was === undefined) throw new Error("no such workspace");
          Object.assign(was.attributes, attributes);
          Object.assign(was.vcsRepo, vcsRepo ?? {});
          expect(caller.sandbox.snapshot()).toEqual(before);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("are changed whole or not at all", async () => {
    const { state } = caller.sandbox;
    const workspace = found(state.workspaces.values(), ({ vcsRepo }) => vcsRepo !== null);
    const before = caller.sandbox.snapshot();
    const wrong = {
      description: "changed",
      "auto-apply": "yes",
      "auto-destroy-activity-duration": "14 days",
      "auto-destroy-at": "tomorrow",
      "trigger-patterns": "x",
    };
    expect(problems(await caller.call("PATCH", `workspaces/${workspace.id}`, document(wrong)))).toEqual({
      status: 422,
      errors: [
        ["/data/attributes/auto-apply", "Auto apply must be true or false"],
        ["/data/attributes/auto-destroy-at", "Auto destroy at must be an RFC 3339 time"],
        [
          "/data/attributes/auto-destroy-activity-duration",
          "Auto destroy activity duration has an incorrect format, we expect up to 4 numeric digits and 1 unit ('d' or 'h')",
        ],
        ["/data/attributes/trigger-patterns", "Trigger patterns must be a list of strings"],
      ],
    });
    const link = { description: "changed", "vcs-repo": { "oauth-token-id": "ot-0" } };
    expect((await caller.call("PATCH", `workspaces/${workspace.id}`, document(link))).status).toBe(422);
    expect(caller.sandbox.snapshot()).toEqual(before);
  });

  it.each([
    ["{", 400],
    ["[]", 422],
    ['{"data":null}', 422],
    ["", 422],
  ])("refuse the body %p with %d", async (body, status) => {
    const [id] = caller.sandbox.state.workspaces.keys();
    expect((await caller.call("PATCH", `workspaces/${id}`, body)).status).toBe(status);
  });

  it("name what is wrong with a link", async () => {
    const workspace = found(caller.sandbox.state.workspaces.values(), ({ vcsRepo }) => vcsRepo === null);
    const [token] = caller.sandbox.state.tokens.keys();
    const refusal = async (repo: unknown) =>
      problems(await caller.call("PATCH", `workspaces/${workspace.id}`, document({ "vcs-repo": repo })));
    const at = "/data/attributes/vcs-repo";
    expect(await refusal({ "oauth-token-id": token })).toEqual({
      status: 422,
      errors: [[`${at}/identifier`, "Identifier can't be blank"]],
    });
    expect(await refusal({ identifier: "name", "oauth-token-id": token })).toEqual({
      status: 422,
      errors: [[`${at}/identifier`, "Identifier must look like group/project"]],
    });
    expect(await refusal({ identifier: "a/b" })).toEqual({
      status: 422,
      errors: [[`${at}/oauth-token-id`, "An oauth-token-id or a github-app-installation-id is required"]],
    });
    const both = { identifier: "a/b", "oauth-token-id": token, "github-app-installation-id": "ghain-0" };
    expect(await refusal(both)).toEqual({
      status: 422,
      errors: [[at, "Only one of oauth-token-id and github-app-installation-id can be given"]],
    });
  });

  it("take no link that is none", async () => {
    const workspace = found(caller.sandbox.state.workspaces.values(), ({ vcsRepo }) => vcsRepo !== null);
    for (const link of ["group/app", [], true]) {
      expect(
        problems(await caller.call("PATCH", `workspaces/${workspace.id}`, document({ "vcs-repo": link }))),
      ).toMatchObject({ status: 422, errors: [["/data/attributes/vcs-repo", "Vcs repo must be an object"]] });
    }
    expect((await caller.call("PATCH", `workspaces/${workspace.id}`, { data: "x" })).status).toBe(422);
  });

  it("are triggered by one list alone: naming one clears the other, even with nothing", async () => {
    const workspace = found(caller.sandbox.state.workspaces.values(), ({ vcsRepo }) => vcsRepo === null);
    const triggers = async (attributes: Record<string, unknown>) => {
      const { body, status } = await caller.call("PATCH", `workspaces/${workspace.id}`, document(attributes));
      const shown = body.data?.attributes;
      return status === 200 ? [shown?.["trigger-prefixes"], shown?.["trigger-patterns"]] : status;
    };
    expect(await triggers({ "file-triggers-enabled": true, "trigger-patterns": ["/a/*"] })).toEqual([[], ["/a/*"]]);
    expect(await triggers({ description: "other" })).toEqual([[], ["/a/*"]]);
    expect(await triggers({ "file-triggers-enabled": false })).toBe(422);
    expect(await triggers({ "trigger-prefixes": [], "trigger-patterns": ["/b/*"] })).toEqual([[], ["/b/*"]]);
    expect(await triggers({ "trigger-prefixes": [] })).toEqual([[], []]);
    expect(await triggers({ "trigger-prefixes": ["/c"] })).toEqual([["/c"], []]);
    expect(await triggers({ "trigger-patterns": [] })).toEqual([[], []]);
    expect(await triggers({ "trigger-prefixes": ["/c"], "trigger-patterns": ["/d/*"] })).toBe(422);
  });

  it("are deleted by an owner whatever they manage and whatever others may", async () => {
    const path = "organizations/sandbox/workspaces";
    const { body } = await caller.call("POST", path, document({ name: "forced" }));
    await caller.call("PATCH", "organizations/sandbox", document({ "allow-force-delete-workspaces": false }));
    caller.sandbox.state.workspaceNamed("forced").attributes["resource-count"] = 3;
    expect((await caller.call("POST", `${path}/forced/actions/safe-delete`)).status).toBe(409);
    expect((await caller.call("DELETE", `workspaces/${body.data?.id}`)).status).toBe(204);
    expect((await caller.call("GET", `${path}/forced`)).status).toBe(404);
  });

  it("are destroyed at a time of their own, after inactivity, or as their project says", async () => {
    const made = await caller.call("POST", "organizations/sandbox/workspaces", document({ name: "destroyed" }));
    const set = async (attributes: Record<string, unknown>) => {
      const { body } = await caller.call("PATCH", `workspaces/${made.body.data?.id}`, document(attributes));
      const names = ["auto-destroy-at", "auto-destroy-activity-duration", "inherits-project-auto-destroy"];
      return names.map((name) => body.data?.attributes?.[name]);
    };
    const at = "2100-01-01T00:00:00.000Z";
    expect(await set({ "auto-destroy-activity-duration": "5d" })).toEqual([null, "5d", false]);
    // The provider sends this null with every update that is not about auto-destroy.
    expect(await set({ "auto-destroy-at": null })).toEqual([null, null, true]);
    expect(await set({ "auto-destroy-activity-duration": "5d" })).toEqual([null, "5d", false]);
    expect(await set({ "auto-destroy-at": at })).toEqual([at, null, false]);
    expect(await set({ "auto-destroy-at": at, description: "other" })).toEqual([at, null, false]);
    const inactivity = { "auto-destroy-activity-duration": "1d", "auto-destroy-at": null };
    expect(await set(inactivity)).toEqual([null, "1d", false]);
    expect(await set({ "auto-destroy-at": at })).toEqual([at, null, false]);
    expect(await set({ "auto-destroy-at": null })).toEqual([null, null, true]);
    expect(await set({ "inherits-project-auto-destroy": false })).toEqual([null, null, false]);
    expect(await set({ "auto-destroy-at": null })).toEqual([null, null, false]);

    const project = await caller.call(
      "POST",
      "organizations/sandbox/projects",
      document({ name: "Destroyed", "auto-destroy-activity-duration": "3d" }),
    );
    caller.sandbox.state.workspaceNamed("destroyed").projectId = project.body.data?.id ?? "";
    expect(await set({ description: "an exception" })).toEqual([null, null, false]);
    expect(await set({ "auto-destroy-activity-duration": "9d" })).toEqual([null, "9d", false]);
    expect(await set({ "inherits-project-auto-destroy": true })).toEqual([null, "3d", true]);
    await caller.call("DELETE", `workspaces/${made.body.data?.id}`);
  });

  it("have at most ten tag bindings of their own, of legal keys and values", async () => {
    const workspace = found(caller.sandbox.state.workspaces.values(), () => true);
    const bind = async (bindings: Record<string, string>) =>
      problems(
        await caller.call("PATCH", `workspaces/${workspace.id}/tag-bindings`, {
          data: Object.entries(bindings).map(([key, value]) => ({ type: "tag-bindings", attributes: { key, value } })),
        }),
      );
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));
    workspace.tagBindings = [];
    expect(await bind(many(10))).toMatchObject({ status: 200 });
    expect(await bind({ k9: "changed" })).toMatchObject({ status: 200 });
    expect(await bind({ k10: "v" })).toEqual({
      status: 422,
      errors: [["/data", "Tag bindings cannot exceed 10 per resource"]],
    });
    expect(workspace.tagBindings).toHaveLength(10);
    for (const [key, value] of [
      ["a key", "v"],
      ["hc:key", "v"],
      ["key", "a value"],
    ] as const) {
      expect(await bind({ [key]: value })).toMatchObject({ status: 422 });
    }
  });

  it("are unlocked by whoever locked them, and by nobody else", async () => {
    const { state } = caller.sandbox;
    const workspace = state.workspaceNamed(
      [...state.workspaces.values()].map(({ attributes }) => String(attributes.name))[0] ?? "",
    );
    const act = async (action: string, body?: unknown) =>
      (await caller.call("POST", `workspaces/${workspace.id}/actions/${action}`, body)).status;
    expect([
      await act("lock", { reason: "moving" }),
      await act("lock"),
      await act("unlock"),
      await act("unlock"),
    ]).toEqual([200, 409, 200, 409]);
    workspace.locked = { by: "user", reason: "not yours" };
    expect([await act("lock"), await act("unlock"), await act("safe-delete"), await act("force-unlock")]).toEqual([
      409, 409, 409, 200,
    ]);
    const run = state.startRun(workspace);
    const busy = await caller.call("POST", `workspaces/${workspace.id}/actions/unlock`);
    expect([busy.status, JSON.stringify(busy.body)]).toEqual([409, expect.stringContaining("is locked by Run")]);
    const { data } = (await caller.call("GET", `workspaces/${workspace.id}?include=current_run`)).body;
    expect([data?.attributes?.locked, data?.relationships?.["current-run"]?.data?.id]).toEqual([true, run.id]);
    expect((await caller.call("GET", `workspaces/${workspace.id}/runs`)).body.data?.[0]?.attributes?.status).toBe(
      "planning",
    );
    run.status = "applied";
    expect(await act("lock")).toBe(200);
    expect(await act("unlock")).toBe(200);
  });

  it("tell who locked them when asked", async () => {
    const workspace = found(caller.sandbox.state.workspaces.values(), ({ locked }) => locked === null);
    await caller.call("POST", `workspaces/${workspace.id}/actions/lock`, { reason: "tests" });
    const { body } = await caller.call("GET", `workspaces/${workspace.id}?include=locked_by`);
    expect(body.data?.attributes).toMatchObject({ locked: true, "locked-reason": "tests" });
    const holder = body.data?.relationships?.["locked-by"]?.data?.id;
    expect(body.included).toMatchObject([{ id: holder, type: "users", attributes: { username: "sandbox" } }]);
    await caller.call("POST", `workspaces/${workspace.id}/actions/unlock`);
    expect((await caller.call("GET", `workspaces/${workspace.id}?include=locked_by`)).body.included).toBeUndefined();
  });

  it("come in pages of 20, of 100 at most", async () => {
    const page = async (query: string) => {
      const { body } = await caller.call("GET", `organizations/sandbox/workspaces?${query}`);
      return [body.data?.length, body.meta?.pagination?.["total-pages"]];
    };
    expect(await page("")).toEqual([20, 3]);
    expect(await page("page[size]=1000")).toEqual([60, 1]);
    expect(await page("page[size]=25&page[number]=3")).toEqual([10, 3]);
    expect(await page("page[size]=25&page[number]=9")).toEqual([0, 3]);
    expect(await page("page[size]=x&page[number]=-1")).toEqual([20, 3]);
  });

  it("are found under a name that was changed behind the API's back", async () => {
    const { state } = caller.sandbox;
    const workspace = found(state.workspaces.values(), ({ locked }) => locked === null);
    workspace.attributes.name = "renamed";
    expect((await caller.call("GET", "organizations/sandbox/workspaces/renamed")).body.data?.id).toBe(workspace.id);
  });

  it("share their state with those that are named, with their project, or with all", async () => {
    const [owner, near, far] = ["share-owner", "share-near", "share-far"].map((name) => ({ name, id: "" }));
    if (owner === undefined || near === undefined || far === undefined) throw new Error("three names");
    const project = await caller.call("POST", "organizations/sandbox/projects", document({ name: "sharing" }));
    const id = project.body.data?.id;
    for (const workspace of [owner, near]) {
      const made = document({ name: workspace.name }, { project: { data: { id, type: "projects" } } });
      workspace.id = (await caller.call("POST", "organizations/sandbox/workspaces", made)).body.data?.id ?? "";
    }
    far.id =
      (await caller.call("POST", "organizations/sandbox/workspaces", document({ name: far.name }))).body.data?.id ?? "";
    const path = `workspaces/${owner.id}/relationships/remote-state-consumers`;
    const consumers = async () => {
      const { body } = await caller.call("GET", `${path}?page[size]=100`);
      return body.data?.map((consumer) => consumer.attributes?.name);
    };
    const change = (method: string, ids: string[]) =>
      caller.call(method, path, { data: ids.map((each) => ({ id: each, type: "workspaces" })) });
    expect((await change("POST", [far.id])).status).toBe(204);
    expect(await consumers()).toEqual([far.name]);
    expect((await change("POST", [owner.id])).status).toBe(422);
    const set = (attributes: Record<string, unknown>) =>
      caller.call("PATCH", `workspaces/${owner.id}`, document(attributes));
    expect((await set({ "project-remote-state": true })).status).toBe(200);
    expect(await consumers()).toEqual([near.name]);
    expect((await set({ "global-remote-state": true })).status).toBe(422);
    await set({ "project-remote-state": false, "global-remote-state": true });
    expect(await consumers()).toHaveLength(caller.sandbox.state.workspaces.size - 1);
    expect((await change("PATCH", [near.id])).status).toBe(422);
    await set({ "global-remote-state": false });
    expect(await consumers()).toEqual([far.name]);
  });
});
