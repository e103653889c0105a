import { createServer, type Server } from "node:http";
import type { Json } from "../sandbox/support";
import { FakeClock, listen } from "../tfe/support";
import { type Fleet, patchOf, read, repoint, startFleet } from "./fleet";
import {
  type Answered,
  closeGuards,
  type Guarded,
  type GuardedOptions,
  guarded,
  refusalOf,
  upstreamOf,
} from "./support";

let fleet: Fleet;
const between: Server[] = [];
beforeAll(async () => {
  fleet = await startFleet({ fleet: 230 });
});
afterAll(() => fleet.sandbox.close());
beforeEach(() => fleet.sandbox.log.clear());
afterEach(async () => {
  await closeGuards();
  fleet.sandbox.faults.clear();
  for (const server of between.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const start = (options: Partial<GuardedOptions> = {}): Promise<Guarded> =>
  guarded({
    upstream: upstreamOf(fleet.sandbox),
    readAhead: true,
    clock: new FakeClock(),
    ...options,
  });
/** So many that a list saves requests. */
const MANY = Array.from({ length: 230 }, (_, index) => `ws-${index}`);
const workspaces = () => [...fleet.sandbox.state.workspaces.keys()];
const expectation = () => fleet.expectation;
/** How often the server was asked, by what. */
function asked(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path, query } of fleet.sandbox.log.entries) {
    const what = path.replace("/api/v2/", "").replace(/ws-\w+/, "ID");
    const key = `${method} ${what}${query["page[number]"] === undefined || what.includes("consumers") ? "" : " page"}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}
/** An answer, with what comes along in one order, even where that is nothing. */
const whole = ({ body }: Answered) => {
  const included = (body.included ?? []) as unknown as { id: string }[];
  return { ...(body as object), included: [...included].sort((a, b) => (a.id < b.id ? -1 : 1)) };
};
const inTurn = async <T>(items: readonly T[], act: (item: T) => Promise<unknown>) => {
  for (const item of items) await act(item);
};

/** A server before the sandbox that changes what it answers; undefined for a refusal of `include`. */
async function tampered(change: (path: string, body: Json) => unknown): Promise<GuardedOptions["upstream"]> {
  const upstream = upstreamOf(fleet.sandbox);
  const server = createServer(async (request, response) => {
    const answer = await fetch(new URL(request.url ?? "", upstream.apiUrl), {
      headers: { authorization: request.headers.authorization ?? "" },
    });
    const text = await answer.text();
    const body = change(request.url ?? "", text === "" ? {} : JSON.parse(text));
    response.writeHead(body === undefined ? 400 : answer.status, {
      "content-type": "application/vnd.api+json",
    });
    response.end(
      JSON.stringify(
        body ?? {
          errors: [{ status: "400", title: "Invalid include parameter" }],
        },
      ),
    );
  });
  between.push(server);
  return {
    ...upstream,
    apiUrl: `http://127.0.0.1:${await listen(server)}/api/v2/`,
  };
}

test("workspaces that are read three times each cost a page for a hundred, and three to compare", async () => {
  const behind = await start();
  const answers = new Map<string, unknown>();
  await inTurn([...workspaces(), ...workspaces(), ...workspaces()], async (id) => {
    const shown = whole(await read(behind, id));
    expect(answers.get(id) ?? shown).toEqual(shown);
    answers.set(id, shown);
  });
  // Six are asked for by themselves until the list of three pages is worth it.
  expect(asked()).toMatchInlineSnapshot(`
    {
      "GET organizations/sandbox/workspaces page": 3,
      "GET workspaces/ID": 9,
    }
  `);
  const direct = await guarded({
    upstream: upstreamOf(fleet.sandbox),
    readAhead: false,
  });
  await inTurn(
    workspaces().filter((_, index) => index % 20 === 0),
    async (id) => {
      expect(answers.get(id)).toEqual(whole(await read(direct, id)));
    },
  );
});

test("many at once wait for the pages, and a run that is known to be large reads no workspace by itself", async () => {
  const behind = await start({ workspaces: MANY });
  const answers = await Promise.all(workspaces().map((id) => read(behind, id)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(asked()).toMatchInlineSnapshot(`
    {
      "GET organizations/sandbox/workspaces page": 3,
      "GET workspaces/ID": 3,
    }
  `);
});

test("by its name, too, and its consumers once", async () => {
  const behind = await start({ workspaces: MANY });
  await inTurn([1, 2, 3], async () => {
    for (const { id, name } of fleet.links.slice(0, 5)) {
      expect((await behind.ask("GET", `organizations/sandbox/workspaces/${name}`)).body.data?.id).toBe(id);
      const consumers = `workspaces/${id}/relationships/remote-state-consumers?page%5Bsize%5D=100`;
      expect((await behind.ask("GET", consumers)).status).toBe(200);
    }
  });
  expect(asked()).toMatchInlineSnapshot(`
    {
      "GET organizations/sandbox/workspaces page": 3,
      "GET workspaces/ID": 3,
      "GET workspaces/ID/relationships/remote-state-consumers": 5,
    }
  `);
});

describe("whom a workspace shares its state with", () => {
  const consumersOf = (id: string) => `workspaces/${id}/relationships/remote-state-consumers?page%5Bsize%5D=100`;
  const sharesWithSome = () =>
    [...fleet.sandbox.state.workspaces.values()].flatMap(({ id, attributes }) =>
      attributes["global-remote-state"] === true ? [] : [id],
    );
  const requests = () => asked()["GET workspaces/ID/relationships/remote-state-consumers"] ?? 0;

  it("is read by a plan before its provider asks, once, and handed to its apply", async () => {
    const plan = await start({ workspaces: workspaces(), readsAtOnce: true });
    const ids = sharesWithSome();
    while (requests() < ids.length) await new Promise((resolve) => setTimeout(resolve, 5));
    const answers = await Promise.all(ids.map((id) => plan.ask("GET", consumersOf(id))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect([ids.length, requests()]).toEqual([expect.any(Number), ids.length]);
    expect([...plan.guard.consumers().keys()].sort()).toEqual(ids.map(consumersOf).sort());

    const apply = await start({ consumers: plan.guard.consumers() });
    await apply.ask("GET", "ping");
    for (const [index, id] of ids.entries())
      expect((await apply.ask("GET", consumersOf(id))).body).toEqual(answers[index]?.body);
    expect(requests()).toBe(ids.length);
  });

  it("is asked for each time where reads are passed on, and nothing of it is handed on", async () => {
    const [id = ""] = sharesWithSome();
    const other = [{ id: "ws-other", type: "workspaces" }];
    const page = new Map([[consumersOf(id), { data: other }]]);
    const behind = await start({ readAhead: false, readsAtOnce: true, workspaces: workspaces(), consumers: page });
    for (const _ of [1, 2]) expect((await behind.ask("GET", consumersOf(id))).body.data).not.toEqual(other);
    expect(requests()).toBe(2);
    expect(behind.guard.consumers().size).toBe(0);
  });

  it("is left to the provider where the server has no such answer", async () => {
    fleet.sandbox.faults.add({ path: /remote-state-consumers/, fault: { status: 404 } });
    const behind = await start({ workspaces: workspaces(), readsAtOnce: true });
    await read(behind, workspaces()[0] ?? "");
    while (requests() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(requests()).toBeLessThanOrEqual(8);
    expect(behind.events).toEqual([]);
  });
});

test("a provider that starts later sees what is there by then", async () => {
  const clock = new FakeClock();
  const behind = await start({ workspaces: MANY, clock });
  const [id = ""] = workspaces();
  const attributes = fleet.sandbox.state.workspaces.get(id)?.attributes ?? {};
  const description = async () => (await read(behind, id)).body.data?.attributes?.description;
  const before = attributes.description;
  await behind.ask("GET", "ping");
  await description();
  Object.assign(attributes, { description: "later" });
  await clock.sleep(50_000);
  await behind.ask("GET", "ping");
  expect(await description()).toBe(before);
  await clock.sleep(70_000);
  await behind.ask("GET", "ping");
  expect(await description()).toBe("later");
  Object.assign(attributes, { description: before });
  expect(asked()).toEqual({
    "GET organizations/sandbox/workspaces page": 6,
    "GET ping": 3,
    "GET workspaces/ID": 6,
  });
});

test("a few workspaces are not worth a list", async () => {
  const behind = await start();
  await inTurn([1, 2, 3], () => inTurn(workspaces().slice(0, 3), (id) => read(behind, id)));
  expect(asked()).toEqual({ "GET workspaces/ID": 3 });
});

test("turned off, every read is asked for", async () => {
  const behind = await start({ readAhead: false, workspaces: MANY });
  await inTurn([1, 2, 3], () => inTurn(workspaces().slice(0, 5), (id) => read(behind, id)));
  expect(asked()).toEqual({ "GET workspaces/ID": 15 });
});

test("a workspace that is not in the list is the server's to answer for", async () => {
  const behind = await start({ workspaces: MANY });
  expect((await read(behind, "ws-none")).status).toBe(404);
  expect((await read(behind, "ws-none")).status).toBe(404);
});

test("a page that cannot be read is made up for", async () => {
  fleet.sandbox.faults.add({
    path: /workspaces$/,
    after: 3,
    fault: { status: 500 },
  });
  fleet.sandbox.faults.add({
    path: /workspaces$/,
    after: 1,
    times: 2,
    fault: { status: 500 },
  });
  const behind = await start({ workspaces: MANY });
  const answers = await Promise.all(workspaces().map((id) => read(behind, id)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

describe("is off by itself", () => {
  const attribute = (path: string, body: Json, name: string, value: unknown): unknown => {
    if (!path.includes("page%5B")) return body;
    const data = body.data as unknown as {
      attributes: Record<string, unknown>;
    }[];
    return {
      ...(body as object),
      data: data.map((item) => ({
        ...item,
        attributes: { ...item.attributes, [name]: value },
      })),
    };
  };

  test.each<[string, unknown]>([
    ["trigger-prefixes", ["lost"]],
    ["auto-destroy-activity-duration", "1d"],
    ["vcs-repo", null],
    ["operations", undefined],
    ["tag-names", ["x"]],
    ["source-name", "list"],
    ["resource-count", 99],
  ])("where the list shows another %s", async (name, value) => {
    const behind = await start({
      workspaces: MANY,
      upstream: await tampered((path, body) => attribute(path, body, name, value)),
    });
    const ids = workspaces().slice(0, 5);
    const answers = await Promise.all([...ids, ...ids].map((id) => read(behind, id)));
    const direct = await guarded({
      upstream: upstreamOf(fleet.sandbox),
      readAhead: false,
    });
    for (const [index, id] of ids.entries()) expect(answers[index]?.body).toEqual((await read(direct, id)).body);
    expect(behind.events).toEqual([
      {
        type: "read-ahead-off",
        reason: expect.stringMatching(
          new RegExp(
            `^the server's list shows a different ${name}.* of workspace \\S+ \\(ws-\\w+\\) than the workspace itself$`,
          ),
        ),
      },
    ]);
    expect(behind.guard.summary().remembered).toBe(0);
  });

  test.each<[string, (path: string, body: Json) => unknown]>([
    [
      "other tags",
      (path, body) =>
        path.includes("page%5B")
          ? {
              ...(body as object),
              included: (body.included as unknown as object[] | undefined)?.map((tag) => ({
                ...tag,
                attributes: { key: "k", value: "other" },
              })),
            }
          : body,
    ],
    [
      "another project",
      (path, body) =>
        path.includes("page%5B")
          ? {
              ...(body as object),
              data: (body.data as unknown as object[]).map((item) => ({
                ...item,
                relationships: {
                  ...Reflect.get(item, "relationships"),
                  project: { data: { id: "prj-x", type: "projects" } },
                },
              })),
            }
          : body,
    ],
    ["no list", (path, body) => (path.includes("page%5B") ? { data: null } : body)],
  ])("where it shows %s", async (_name, change) => {
    const behind = await start({
      workspaces: MANY,
      upstream: await tampered(change),
    });
    await Promise.all(
      workspaces()
        .slice(0, 5)
        .map((id) => read(behind, id)),
    );
    expect(behind.events.map(({ type }) => type)).toEqual(["read-ahead-off"]);
  });
});

test("a server that does not take the include is read ahead all the same", async () => {
  const behind = await start({
    workspaces: MANY,
    upstream: await tampered((path, body) => (path.includes("include") ? undefined : body)),
  });
  await inTurn([1, 2, 3], () =>
    inTurn(workspaces(), async (id) => {
      expect((await read(behind, id)).status).toBe(400);
      expect((await behind.ask("GET", `workspaces/${id}`)).body.data?.id).toBe(id);
    }),
  );
  expect(asked()).toMatchInlineSnapshot(`
    {
      "GET organizations/sandbox/workspaces page": 4,
      "GET workspaces/ID": 4,
    }
  `);
});

describe("what is written", () => {
  test("is read again when it was read too long ago, by the page", async () => {
    const clock = new FakeClock();
    const behind = await start({ expectation: expectation(), clock });
    const [first, second, third] = fleet.links;
    const before = await read(behind, third?.id ?? "");
    await repoint(behind, first?.id ?? "", fleet.token);
    const pages = asked()["GET organizations/sandbox/workspaces page"];
    await clock.sleep(6000);
    await repoint(behind, second?.id ?? "", fleet.token);
    expect(asked()["GET organizations/sandbox/workspaces page"]).toBeGreaterThan(pages ?? 0);
    // What somebody changes meanwhile is seen.
    const workspace = fleet.sandbox.state.workspaces.get(third?.id ?? "");
    const there = workspace?.attributes["working-directory"];
    if (workspace) Object.assign(workspace.attributes, { "working-directory": "elsewhere" });
    await clock.sleep(6000);
    const patched = await behind.ask("PATCH", third?.path ?? "", {
      body: patchOf(before.body, fleet.token),
    });
    if (workspace) Object.assign(workspace.attributes, { "working-directory": there });
    expect(refusalOf(patched).slice(0, 2)).toEqual([403, "Repoint's guard: left for the next plan"]);
  });

  test("costs no more than a tenth beside the writes", async () => {
    const behind = await start({
      expectation: expectation(),
      clock: new FakeClock(),
    });
    const links = fleet.links.slice(3);
    const left = [...links];
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (let link = left.shift(); link !== undefined; link = left.shift()) {
          expect((await repoint(behind, link.id, fleet.token)).patched.status).toBe(200);
        }
      }),
    );
    const counts = asked();
    expect(counts["PATCH workspaces/ID"]).toBe(links.length);
    expect(counts["GET workspaces/ID"] ?? 0).toBeLessThan(3 + 7);
    expect(counts["GET organizations/sandbox/workspaces page"]).toBeLessThanOrEqual(3 + Math.ceil(links.length / 10));
  });
});
