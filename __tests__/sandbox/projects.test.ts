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
});
