import { type Caller, document, found, problems, startCaller } from "./support";

describe("projects", () => {
  let caller: Caller;
  const path = "organizations/sandbox/projects";
  beforeAll(async () => {
    caller = await startCaller({ fleet: 12 });
  });
  afterAll(() => caller.sandbox.close());

  const names = async (query: string) =>
    (await caller.call("GET", `${path}?${query}`)).body.data?.map((project) => project.attributes?.name);

  it("are found by name whatever its case, names before a search", async () => {
    expect(await names("filter[names]=PLATFORM,legacy_apps")).toEqual(["Platform", "legacy_apps"]);
    expect(await names("filter[names]=platform&q=data")).toEqual(["Platform"]);
    expect(await names("q=DATA")).toEqual(["Data and Analytics"]);
  });

  it("come by name, or backwards", async () => {
    expect(await names("sort=-name")).toEqual((await names("sort=name"))?.reverse());
  });

  it("say how many workspaces they have", async () => {
    const [one] = caller.sandbox.state.projects.values();
    const own = [...caller.sandbox.state.workspaces.values()].filter(({ projectId }) => projectId === one?.id);
    const { body } = await caller.call("GET", `projects/${one?.id}`);
    expect(body.data?.attributes).toMatchObject({ "workspace-count": own.length, "team-count": 0 });
  });

  it("take in all workspaces of a request or none", async () => {
    const { body } = await caller.call("POST", path, document({ name: "moving" }));
    const moving = found(caller.sandbox.state.workspaces.values(), () => true);
    const move = (...ids: string[]) =>
      caller.call("POST", `projects/${body.data?.id}/relationships/workspaces`, {
        data: ids.map((id) => ({ id, type: "workspaces" })),
      });
    expect(problems(await move(moving.id, "ws-nothing"))).toMatchObject({ status: 403 });
    expect(moving.projectId).not.toBe(body.data?.id);
    expect((await move(moving.id)).status).toBe(204);
    expect(moving.projectId).toBe(body.data?.id);
  });

  describe("whose runs happen where they say", () => {
    let pool: string;
    const agent = { "default-execution-mode": "agent" };
    const overwrites = (mode: boolean, agents: boolean) => ({
      "setting-overwrites": { "default-execution-mode": mode, "default-agent-pool": agents },
    });
    beforeAll(async () => {
      const { body } = await caller.call("POST", "organizations/sandbox/agent-pools", document({ name: "runners" }));
      pool = body.data?.id ?? "";
    });

    const NO_POOL = {
      status: 422,
      errors: [
        [
          "/data/attributes/default-agent-pool-id",
          "Default agent pool must be specified when using 'agent' execution mode",
        ],
      ],
    };
    const DISAGREE = {
      status: 422,
      errors: [
        [
          "/data/attributes/setting-overwrites",
          "If agent-pool and execution-mode are both included in setting-overwrites, their values must be the same.",
        ],
      ],
    };
    const refused = [
      ["agents without a pool", () => agent, NO_POOL],
      ["agents with an empty pool", () => ({ ...agent, "default-agent-pool-id": "" }), NO_POOL],
      [
        "a pool alone of its own",
        () => ({ ...agent, "default-agent-pool-id": pool, ...overwrites(false, true) }),
        DISAGREE,
      ],
      [
        "a mode alone of its own",
        () => ({ ...agent, "default-agent-pool-id": pool, ...overwrites(true, false) }),
        DISAGREE,
      ],
    ] as const;

    it.each(refused)("are not made with %s", async (_, attributes, refusal) => {
      const before = caller.sandbox.snapshot();
      expect(problems(await caller.call("POST", path, document({ name: "agents", ...attributes() })))).toEqual(refusal);
      expect(caller.sandbox.snapshot()).toEqual(before);
    });

    it.each(refused)("are not changed to %s", async (_, attributes, refusal) => {
      const { id } = found(caller.sandbox.state.projects.values(), () => true);
      const before = caller.sandbox.snapshot();
      expect(problems(await caller.call("PATCH", `projects/${id}`, document(attributes())))).toEqual(refusal);
      expect(caller.sandbox.snapshot()).toEqual(before);
    });

    it("have agents with a pool, and give them back whole", async () => {
      const made = await caller.call(
        "POST",
        path,
        document({ name: "agents", ...agent, "default-agent-pool-id": pool }),
      );
      expect(made).toMatchObject({
        status: 201,
        body: { data: { attributes: { ...agent, ...overwrites(true, true) } } },
      });
      const id = made.body.data?.id;
      const renamed = await caller.call("PATCH", `projects/${id}`, document({ name: "agents2" }));
      expect(renamed.body.data?.relationships?.["default-agent-pool"]?.data?.id).toBe(pool);
      const back = await caller.call("PATCH", `projects/${id}`, document(overwrites(false, false)));
      expect(back.body.data?.attributes).toMatchObject({
        "default-execution-mode": "remote",
        ...overwrites(false, false),
      });
    });
  });
});
