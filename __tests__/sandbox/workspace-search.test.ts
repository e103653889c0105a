import type { Workspace } from "../../sandbox/tfe/state/records";
import { type Caller, problems, startCaller } from "./support";

const nameOf = ({ attributes }: Workspace) => String(attributes.name);

describe("a search", () => {
  let caller: Caller;
  let all: readonly Workspace[];
  beforeAll(async () => {
    caller = await startCaller({ seed: 5, fleet: 80 });
    all = [...caller.sandbox.state.workspaces.values()];
  });
  afterAll(async () => {
    await caller.sandbox.close();
  });
  /** The names that a query finds, in its order. */
  const names = async (query: string) => {
    const { body } = await caller.call("GET", `organizations/sandbox/workspaces?page[size]=100&${query}`);
    return body.data?.map((each) => String(each.attributes?.name));
  };
  const sorted = (wanted: (workspace: Workspace) => boolean) => all.filter(wanted).map(nameOf).sort();
  /** A part of the fleet, neither empty nor all of it: else the search would prove nothing. */
  const part = (wanted: (workspace: Workspace) => boolean) => {
    const found = sorted(wanted);
    expect([found.length > 0, found.length < all.length]).toEqual([true, true]);
    return found;
  };

  it("by nothing finds everything by name, and backwards when asked", async () => {
    const everything = sorted(() => true);
    expect(await names("")).toEqual(everything);
    expect(await names("sort=-name")).toEqual([...everything].reverse());
  });

  it("by a part of a name ignores the case", async () => {
    const [first = ""] = all.map(nameOf);
    const word = first.slice(0, 3);
    const expected = part((workspace) => nameOf(workspace).toLowerCase().includes(word.toLowerCase()));
    expect(await names(`search[name]=${word.toUpperCase()}`)).toEqual(expected);
  });

  it("by a wildcard takes the whole name, and only `*` is special", async () => {
    const [first = ""] = all.map(nameOf);
    const start = first.slice(0, 2);
    expect(await names(`search[wildcard-name]=${start}*`)).toEqual(
      part((workspace) => nameOf(workspace).toLowerCase().startsWith(start.toLowerCase())),
    );
    expect(await names(`search[wildcard-name]=${start}`)).toEqual([]);
    expect(await names("search[wildcard-name]=.*")).toEqual([]);
  });

  it("by tags takes what has every one, and excludes what has any", async () => {
    const [tag = "", other = ""] = [...new Set(all.flatMap(({ tagNames }) => tagNames))];
    const both = sorted(({ tagNames }) => tagNames.includes(tag) && tagNames.includes(other));
    expect(await names(`search[tags]=${tag}`)).toEqual(part(({ tagNames }) => tagNames.includes(tag)));
    expect(await names(`search[tags]=${tag},${other}`)).toEqual(both);
    expect(await names(`search[exclude-tags]=${tag}`)).toEqual(part(({ tagNames }) => !tagNames.includes(tag)));
  });

  it("by tag bindings takes what has every one, of its own or of its project", async () => {
    const { state } = caller.sandbox;
    const [project] = state.projects.values();
    project?.tagBindings.push({ key: "cost", value: "42" });
    const inherits = ({ projectId, tagBindings }: Workspace) =>
      projectId === project?.id && !tagBindings.some(({ key }) => key === "cost");
    const holds = ({ tagBindings }: Workspace) => tagBindings.some(({ key, value }) => key === "env" && value === "x");
    const key = (index: number, name: string) => `filter[tagged][${index}][key]=${name}`;
    expect(await names(key(0, "cost"))).toEqual(part(inherits));
    expect(await names("filter[tagged][0][value]=42")).toEqual(part(inherits));
    expect(await names(`${key(0, "env")}&filter[tagged][0][value]=x`)).toEqual(part(holds));
    expect(await names(`${key(0, "env")}&filter[tagged][0][value]=x&${key(1, "cost")}`)).toEqual(
      sorted((workspace) => holds(workspace) && inherits(workspace)),
    );
    if (project !== undefined) project.tagBindings = [];
  });

  it("by project takes what is in it", async () => {
    const [{ projectId } = { projectId: "" }] = all;
    expect(await names(`filter[project][id]=${projectId}`)).toEqual(
      part((workspace) => workspace.projectId === projectId),
    );
    expect(await names("filter[project][id]=prj-none")).toEqual([]);
  });

  it("by the current run's status takes what stands so now", async () => {
    const [one, two] = all;
    if (one === undefined || two === undefined) throw new Error("there are 80");
    caller.sandbox.state.startRun(one, "applied");
    caller.sandbox.state.startRun(two, "applied");
    caller.sandbox.state.startRun(two, "errored");
    expect(await names("filter[current-run][status]=errored")).toEqual([nameOf(two)]);
    expect(await names("filter[current-run][status]=errored,applied")).toEqual([nameOf(one), nameOf(two)].sort());
  });

  it("by more than one thing takes what fits all", async () => {
    const [{ projectId } = { projectId: "" }] = all;
    const [tag = ""] = all.flatMap(({ tagNames }) => tagNames);
    expect(await names(`filter[project][id]=${projectId}&search[tags]=${tag}`)).toEqual(
      sorted((workspace) => workspace.projectId === projectId && workspace.tagNames.includes(tag)),
    );
  });
});

describe("a workspace", () => {
  let caller: Caller;
  let workspace: Workspace;
  beforeEach(async () => {
    caller = await startCaller({ seed: 5, fleet: 2 });
    const [first] = caller.sandbox.state.workspaces.values();
    if (first === undefined) throw new Error("there are two");
    workspace = first;
    workspace.locked = null;
  });
  afterEach(async () => {
    await caller.sandbox.close();
  });
  const safeDelete = () => caller.call("POST", `workspaces/${workspace.id}/actions/safe-delete`);

  it("is deleted safely only while it manages nothing", async () => {
    workspace.attributes["resource-count"] = 2;
    expect(problems(await safeDelete())).toMatchObject({ status: 409 });
    expect(caller.sandbox.state.workspaces.has(workspace.id)).toBe(true);
    workspace.attributes["resource-count"] = 0;
    expect((await safeDelete()).status).toBe(204);
    expect(caller.sandbox.state.workspaces.has(workspace.id)).toBe(false);
    expect((await safeDelete()).status).toBe(404);
  });
});

it("lists a fleet of 10,000 whole, each workspace on one page", async () => {
  const { call, sandbox } = await startCaller({ seed: 1, fleet: 10_000 });
  try {
    const ids = new Set<string>();
    for (let number = 1; number <= 100; number += 1) {
      const { body } = await call("GET", `organizations/sandbox/workspaces?page[size]=100&page[number]=${number}`);
      for (const { id } of body.data ?? []) ids.add(String(id));
    }
    expect(ids.size).toBe(10_000);
  } finally {
    await sandbox.close();
  }
});
