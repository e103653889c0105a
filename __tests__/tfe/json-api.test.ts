import { ExternalError } from "../../lib/errors";
import { readIfThere, readList } from "../../lib/tfe/json-api";
import { Resource, related, relatedAll } from "../../lib/tfe/resource";
import { type Conversation, converse, type Reply } from "./support";

let conversation: Conversation | undefined;
afterEach(async () => {
  await conversation?.close();
  conversation = undefined;
});
async function start(replies: readonly Reply[]): Promise<Conversation> {
  conversation = await converse(replies);
  return conversation;
}

const resources = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ id: `ws-${from + index}`, type: "workspaces" }));
/** A page of a list; `total` is what it says of the whole list. */
const page = (from: number, to: number, total: number): Reply => ({
  body: {
    data: resources(from, to),
    included: [{ id: "ot-1", type: "oauth-tokens", attributes: { "has-ssh-key": true } }],
    meta: { pagination: { "total-pages": Math.ceil(total / 100), "total-count": total } },
  },
});

describe("a list", () => {
  it("is read in pages of 100, with the query on each", async () => {
    // The second and third page are asked for together, so either may come first; the list is the same.
    const { client, received } = await start([page(0, 100, 250), page(100, 200, 250), page(200, 250, 250)]);
    const progress: [number, number][] = [];
    const listed = await readList(client, "organizations/acme/workspaces", { include: "runs" }, (...step) =>
      progress.push(step),
    );
    expect(listed?.data.map(({ id }) => id).sort()).toEqual(
      resources(0, 250)
        .map(({ id }) => id)
        .sort(),
    );
    expect(listed?.included).toHaveLength(1);
    expect(received.map(({ url }) => decodeURIComponent(url)).sort()).toEqual(
      [1, 2, 3].map(
        (number) => `/api/v2/organizations/acme/workspaces?include=runs&page[number]=${number}&page[size]=100`,
      ),
    );
    expect(progress[0]).toEqual([100, 250]);
    expect(progress.at(-1)).toEqual([250, 250]);
  });

  it("may be one page without paging, or empty", async () => {
    const { client } = await start([{ body: { data: resources(0, 3) } }, { body: { data: [], meta: {} } }]);
    expect((await readList(client, "some/list"))?.data).toHaveLength(3);
    expect((await readList(client, "some/list"))?.data).toEqual([]);
  });

  it("is undefined where the server answers 404", async () => {
    const { client } = await start([{ status: 404 }]);
    expect(await readList(client, "organizations/acme/stacks")).toBeUndefined();
  });

  it("is an error where the server refuses it", async () => {
    const { client } = await start([{ status: 403, body: { errors: [{ title: "forbidden" }] } }]);
    await expect(readList(client, "some/list")).rejects.toThrow("GET /some/list answered 403: forbidden");
  });

  it("is read again when it changed while it was read", async () => {
    const { client, received } = await start([
      page(0, 100, 150),
      page(100, 149, 149),
      page(0, 100, 149),
      page(100, 149, 149),
    ]);
    expect((await readList(client, "some/list"))?.data).toHaveLength(149);
    expect(received).toHaveLength(4);
  });

  it("is read again when something was added to it while it was read", async () => {
    const { client, received } = await start([
      page(0, 100, 150),
      page(100, 150, 151),
      page(0, 100, 151),
      page(100, 151, 151),
    ]);
    expect((await readList(client, "some/list"))?.data).toHaveLength(151);
    expect(received).toHaveLength(4);
  });

  it("is read again when one resource slipped from page to page", async () => {
    const { client, received } = await start([
      page(0, 100, 150),
      page(99, 149, 150),
      page(0, 100, 150),
      page(100, 150, 150),
    ]);
    expect((await readList(client, "some/list"))?.data).toHaveLength(150);
    expect(received).toHaveLength(4);
  });

  it("is an error when it is never read whole: what is missing would count as gone", async () => {
    const { client, received } = await start([
      page(0, 100, 150),
      page(99, 149, 150),
      page(0, 100, 150),
      page(99, 149, 150),
      page(0, 100, 150),
      page(99, 149, 150),
    ]);
    await expect(readList(client, "some/list")).rejects.toThrow(
      new ExternalError("the list /some/list changed during each of 3 readings"),
    );
    expect(received).toHaveLength(6);
  });

  it.each([
    ["a page", "<html></html>"],
    ["a resource without an id", { data: [{ type: "workspaces" }] }],
    ["no list", { data: { id: "ws-1", type: "workspaces" } }],
  ])("is an error when it is %s", async (_, body) => {
    const { client } = await start([{ body }]);
    await expect(readList(client, "some/list")).rejects.toThrow(
      /^the answer to GET \/some\/list differs from TFE's documentation: /,
    );
  });
});

/** A list whose page is made from its number. */
async function listing(answer: (number: number) => object) {
  const { client, received } = await start([
    (response) => {
      const number = Number(new URL(response.req.url ?? "", "http://x").searchParams.get("page[number]"));
      response.end(JSON.stringify(answer(number)));
    },
  ]);
  return { read: () => readList(client, "some/list"), received };
}
const counted = (pages: unknown, total: unknown) => ({
  meta: { pagination: { "total-pages": pages, "total-count": total } },
});

describe("a list of a server that is not to be trusted", () => {
  it.each<[string, (number: number) => object, RegExp, number]>([
    [
      "has 10⁹ pages",
      () => ({ data: resources(0, 100), ...counted(1e9, 1e11) }),
      /claims 100000000000 objects on 1000000000 pages/,
      1,
    ],
    [
      "has more pages than objects",
      () => ({ data: resources(0, 100), ...counted(50, 7) }),
      /claims 7 objects on 50 pages/,
      1,
    ],
    [
      "counts below zero",
      () => ({ data: [], ...counted(1, -1) }),
      /differs from TFE's documentation: meta\.pagination\.total-count/,
      1,
    ],
    [
      "counts in fractions",
      () => ({ data: [], ...counted(1.5, 1) }),
      /differs from TFE's documentation: meta\.pagination\.total-pages/,
      1,
    ],
    [
      "has one object too many",
      () => ({ data: resources(0, 4), ...counted(1, 3) }),
      /changed during each of 3 readings/,
      3,
    ],
    [
      "has an object twice",
      () => ({ data: [...resources(0, 3), ...resources(0, 1)], ...counted(1, 4) }),
      /changed during each of 3 readings/,
      3,
    ],
    [
      "has an object on two pages",
      (number) => ({ data: number === 1 ? resources(0, 100) : resources(99, 150), ...counted(2, 151) }),
      /changed during each of 3 readings/,
      6,
    ],
    [
      "gives the same page again and again",
      () => ({ data: resources(0, 100), ...counted(5000, 500_000) }),
      /changed during each of 3 readings/,
      60,
    ],
    [
      "is empty, although it counts some",
      () => ({ data: [], ...counted(1, 60) }),
      /changed during each of 3 readings/,
      3,
    ],
    [
      "does not count and has no end",
      (number) => ({ data: resources(number * 100, number * 100 + 100) }),
      /has no end: 10000 objects on 100 pages so far/,
      100,
    ],
    [
      "does not count and goes in circles",
      (number) => ({ data: number % 2 === 1 ? resources(0, 20) : resources(20, 40) }),
      /changed during each of 3 readings/,
      9,
    ],
  ])("that %s is an error, and soon", async (_, answer, message, most) => {
    const { read, received } = await listing(answer);
    await expect(read()).rejects.toThrow(message);
    expect(received.length).toBeLessThanOrEqual(most);
  });

  it("is read to its end where it does not say how long it is", async () => {
    const { read } = await listing((number) => ({ data: number > 3 ? [] : resources(number * 20, number * 20 + 20) }));
    expect((await read())?.data).toHaveLength(60);
  });

  it("is whole where the server knows no pages", async () => {
    const { read, received } = await listing(() => ({ data: resources(0, 3) }));
    expect([(await read())?.data.length, received.length]).toEqual([3, 2]);
  });

  it.each(["../../../admin", "..", "", "ws-1/../ws-2", "ws-1?x", "ws-1#x", "ws-1\n", "%2e%2e", " "])(
    "takes no %j for an id",
    async (id) => {
      const { read } = await listing(() => ({ data: [{ id, type: "workspaces" }], ...counted(1, 1) }));
      await expect(read()).rejects.toThrow("data.0.id: this is not an id");
    },
  );
});

it.each([
  "workspaces/../../admin",
  "workspaces/..",
  "workspaces/%2e%2e/x",
  "workspaces//x",
  "workspaces/a?b",
  "workspaces/a#b",
  "workspaces/a\\b",
  "workspaces/a b",
  "workspaces/",
])("sends nothing to what is not a path of the API: %j", async (path) => {
  const { client, received } = await start([{}]);
  await expect(client.send("PATCH", path)).rejects.toThrow("is not a path of the API");
  expect(received).toEqual([]);
});

describe("one resource", () => {
  it("is read, or not there, or refused", async () => {
    const { client } = await start([
      { body: { data: { id: "ws-1", type: "workspaces" } } },
      { status: 404 },
      { status: 403 },
    ]);
    expect(await readIfThere(client, "workspaces/ws-1")).toEqual({
      id: "ws-1",
      type: "workspaces",
      attributes: {},
      relationships: {},
    });
    expect(await readIfThere(client, "workspaces/ws-1")).toBeUndefined();
    await expect(readIfThere(client, "workspaces/ws-1")).rejects.toThrow("GET /workspaces/ws-1 answered 403");
  });

  it("holds ids of what it is related to", () => {
    const resource = Resource.parse({
      id: "ws-1",
      type: "workspaces",
      relationships: {
        project: { data: { id: "prj-1", type: "projects" }, links: { related: "/x" } },
        "agent-pool": { data: null },
        "ssh-key": { links: {} },
        workspaces: {
          data: [
            { id: "ws-3", type: "workspaces" },
            { id: "ws-2", type: "workspaces" },
          ],
        },
      },
    });
    expect(["project", "agent-pool", "ssh-key", "workspaces", "none"].map((name) => related(resource, name))).toEqual([
      "prj-1",
      null,
      null,
      null,
      null,
    ]);
    expect(["workspaces", "project", "none"].map((name) => relatedAll(resource, name))).toEqual([
      ["ws-2", "ws-3"],
      [],
      [],
    ]);
  });
});
