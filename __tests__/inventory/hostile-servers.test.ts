import { gzipSync } from "node:zlib";
import { ExternalError } from "../../lib/errors";
import { readOrganization } from "../../lib/inventory/read-organization";
import { TfeClient } from "../../lib/tfe/client";
import { FakeClock, TOKEN } from "../tfe/support";
import {
  type Asked,
  type Body,
  type HostileTfe,
  type Hostility,
  type List,
  lists,
  startHostileTfe,
} from "./hostile-tfe";

let server: HostileTfe;
beforeAll(async () => {
  server = await startHostileTfe();
});
afterAll(() => server.close());

const ENDLESS = 400;

/** @param total how long a request may take, in milliseconds */
async function read(total = 60_000): Promise<unknown> {
  const apiUrl = `http://127.0.0.1:${server.port}/api/v2/`;
  const host = { hostname: "tfe.example.com", apiUrl, token: TOKEN, tokenSource: "TFE_TOKEN" };
  const client = new TfeClient(host, {
    clock: new FakeClock(),
    random: () => 0,
    transport: { env: {}, total, limit: 2 ** 20 },
  });
  try {
    return (await readOrganization(client, "tfe.example.com", "acme")).reading;
  } catch (error) {
    return error;
  } finally {
    await client.close();
  }
}

const body = (change: (asked: Asked) => unknown): Hostility => ({ body: change });
/** Changes the honest body in its place. */
const change = (work: (body: Body, asked: Asked) => void): Hostility =>
  body((asked) => {
    work(asked.body, asked);
    return asked.body;
  });
const first = (work: (resource: Body) => void): Hostility => change(({ data }) => data.length > 0 && work(data[0]));
/** Hostile the first time alone. */
const once = (hostility: Hostility): Hostility => ({
  raw: (response, asked, request) => {
    const send = (value: unknown) => void response.end(JSON.stringify(value));
    if (asked.reading > 1) return send(asked.body);
    if ("body" in hostility) return send(hostility.body(asked));
    if ("raw" in hostility) return hostility.raw(response, asked, request);
    response.end(hostility.text(JSON.stringify(asked.body)));
  },
});
const status = (code: number, text: string, headers: Record<string, string> = {}): Hostility => ({
  raw: (response) => void response.writeHead(code, headers).end(text),
});
const redirect = (to: (port: number) => string): Hostility => ({
  raw: (response) => void response.writeHead(302, { location: to(server.port) }).end(),
});
const onPage = (wanted: number, work: (body: Body) => void): Hostility =>
  change((found, { number }) => number === wanted && work(found));

/** What a server may do to a list, and what must come of it: the same inventory as an honest one's, or an error in these words. */
const table: Readonly<Record<string, readonly [Hostility, "same" | RegExp]>> = {
  "counts 10⁹ pages": [
    change(({ meta }) => Object.assign(meta.pagination, { "total-pages": 1e9, "total-count": 1e9 })),
    /claims 1000000000 objects on 1000000000 pages/,
  ],
  "names a next page without end": [
    change((found, { number }) => {
      found.meta.pagination["next-page"] = number + 1;
      found.links = { next: `http://127.0.0.1/?page%5Bnumber%5D=${number + 1}` };
    }),
    "same",
  ],
  "does not count": [change((found) => delete found.meta), "same"],
  "does not count, and has no end": [
    change((found, { number, list }) => {
      delete found.meta;
      found.data = [{ ...found.data[0], id: `${lists[list].prefix}x${number}`, type: lists[list].type }];
      found.data[0].attributes ??= { name: "x", "execution-mode": "remote" };
    }),
    /has no end/,
  ],
  "counts half": [change(({ meta }) => delete meta.pagination["total-count"]), "same"],
  "has an object twice on a page": [
    first((one) => Object.assign(one, { id: one.id.replace(/\d+$/, "1") })),
    /changed during each of 3 readings/,
  ],
  "has an object on two pages": [
    onPage(2, ({ data }) => (data[0].id = data[0].id.replace("5", "1"))),
    /changed during each of 3 readings/,
  ],
  "has an object on two pages once": [
    once(onPage(2, ({ data }) => (data[0].id = data[0].id.replace("5", "1")))),
    "same",
  ],
  "counts anew on each page": [
    change(({ meta }, { number }) => (meta.pagination["total-count"] += number)),
    /changed during each of 3 readings|impossible/,
  ],
  "counts otherwise once": [once(onPage(3, ({ meta }) => (meta.pagination["total-count"] = 11))), "same"],
  "has a shorter page than it counts": [onPage(2, ({ data }) => data.pop()), /changed during each of 3 readings/],
  "has a shorter page once": [once(onPage(2, ({ data }) => data.pop())), "same"],
  "has an empty page in the middle": [onPage(2, (found) => (found.data = [])), /changed during each of 3 readings/],
  "lacks a page in the middle": [
    {
      raw: (response, { number, body: honest }) =>
        void response.writeHead(number === 2 ? 404 : 200).end(number === 2 ? '{"errors":[]}' : JSON.stringify(honest)),
    },
    /changed during each of 3 readings/,
  ],
  "goes back a page": [
    change(({ meta }, { number }) => (meta.pagination["current-page"] = Math.max(1, number - 1))),
    /changed during each of 3 readings/,
  ],
  "is empty, although it counts some": [change((found) => (found.data = [])), /changed during each of 3 readings/],
  "counts in texts": [
    change(({ meta }) => (meta.pagination["total-count"] = "10")),
    /differs from TFE's documentation/,
  ],
  "counts below zero": [
    change(({ meta }) => (meta.pagination["total-count"] = -1)),
    /differs from TFE's documentation/,
  ],
  "counts beyond numbers": [
    { text: (honest) => honest.replace('"total-count":10', '"total-count":1e400') },
    /differs from TFE's documentation/,
  ],
  "has a number for an id": [first((one) => (one.id = 7)), /differs from TFE's documentation/],
  "has a path for an id": [first((one) => (one.id = "../../../admin")), /this is not an id/],
  "has another kind's id": [
    first((one) => (one.id = one.id.replace(/^[a-z]+/, "user"))),
    /this is not an id|the server sent an invalid id/,
  ],
  "has another type": [first((one) => (one.type = "users")), /has the type "users"/],
  "has a number for a name": [first((one) => (one.attributes.name = 7)), /attributes\.name is 7/],
  "has an object for a name": [first((one) => (one.attributes.name = { toString: "x" })), /attributes\.name is/],
  "has a list for attributes": [first((one) => (one.attributes = [])), /differs from TFE's documentation/],
  "has a text for relationships": [first((one) => (one.relationships = "x")), /differs from TFE's documentation/],
  "has an object for its data": [
    change((found) => (found.data = { id: "ws-1", type: "workspaces" })),
    /differs from TFE's documentation/,
  ],
  "has nothing for its data": [change((found) => (found.data = null)), /differs from TFE's documentation/],
  "answers null": [body(() => null), /differs from TFE's documentation/],
  "answers a text": [body(() => "x"), /differs from TFE's documentation/],
  "answers 200 with errors": [
    body(() => ({ errors: [{ status: "500", title: "oops" }] })),
    /differs from TFE's documentation/,
  ],
  "answers 200 without a body": [status(200, ""), /differs from TFE's documentation/],
  "answers 204": [status(204, ""), /differs from TFE's documentation/],
  "answers a web page": [status(200, "<html></html>", { "content-type": "text/html" }), /a web page instead of JSON/],
  "answers a web page that says 404": [
    status(404, "<html></html>", { "content-type": "text/html" }),
    /404 without TFE's error format/,
  ],
  "answers a gateway's 404": [
    status(404, '{"message":"no Route matched with those values"}'),
    /404 without TFE's error format/,
  ],
  "answers 403": [status(403, '{"errors":[{"title":"forbidden"}]}'), /answered 403/],
  "calls JSON plain text": [{ text: (honest) => honest, headers: { "content-type": "text/plain" } }, "same"],
  "begins with a byte order mark": [{ text: (honest) => `\ufeff${honest}` }, "same"],
  "has invalid UTF-8": [
    { text: (honest) => Buffer.from(honest.replace("name-", "name\u00ff-"), "latin1") },
    /is not UTF-8/,
  ],
  "nests 100,000 brackets": [
    { text: (honest) => honest.replace('"data":', `"x":${"[".repeat(1e5)}${"]".repeat(1e5)},"data":`) },
    /nested more than 256/,
  ],
  "has a key twice": [{ text: (honest) => honest.replace('"data":', '"data":[],"data":') }, /same key twice/],
  "has a prototype": [
    { text: (honest) => honest.replace('"attributes":{', '"attributes":{"__proto__":{"polluted":true},') },
    /__proto__/,
  ],
  "sends half of it, in chunks": [
    {
      raw: (response, { body: honest }) => {
        response.write(JSON.stringify(honest).slice(0, 100));
        setTimeout(() => response.destroy(), 5);
      },
    },
    /GET \/organizations\/acme\/[\w-]+: the connection failed/,
  ],
  "sends half of it, once": [
    once({
      raw: (response, { body: honest }) => {
        response.write(JSON.stringify(honest).slice(0, 100));
        setTimeout(() => response.destroy(), 5);
      },
    }),
    "same",
  ],
  "sends less than its length": [
    {
      raw: (response, { body: honest }) => {
        response.writeHead(200, { "content-length": "100000" }).write(JSON.stringify(honest));
        setTimeout(() => response.destroy(), 5);
      },
    },
    /the connection failed/,
  ],
  "sends more than its length": [
    {
      raw: (response, { body: honest }) => {
        const text = JSON.stringify(honest);
        response.socket?.end(
          `HTTP/1.1 200 OK\r\nContent-Length: ${text.length - 10}\r\nConnection: close\r\n\r\n${text}`,
        );
      },
    },
    /not valid JSON|the connection failed/,
  ],
  "sends headers alone": [
    { raw: (response) => void response.writeHead(200).flushHeaders() },
    /no complete answer within 0.4 s/,
  ],
  "sends a byte at a time": [
    {
      raw: (response) => {
        const drip = setInterval(() => response.write(" "), 10);
        response.on("close", () => clearInterval(drip));
      },
    },
    /no complete answer within 0.4 s/,
  ],
  "sends a gzip bomb": [
    { text: () => gzipSync(Buffer.alloc(2 ** 22, " ")), headers: { "content-encoding": "gzip" } },
    /larger than 1 MiB/,
  ],
  "sends a broken gzip": [
    { text: (honest) => gzipSync(honest).subarray(0, 50), headers: { "content-encoding": "gzip" } },
    /the connection failed|unexpected end/,
  ],
  "redirects in a circle": [
    { raw: (response, _asked, request) => void response.writeHead(302, { location: request.url ?? "" }).end() },
    /answered 302, which redirects to/,
  ],
  "redirects to another host": [
    redirect((port) => `http://localhost:${port}/`),
    /answered 302, which redirects to http:\/\/localhost/,
  ],
  "redirects to another port": [
    redirect((port) => `http://127.0.0.1:${port + 1}/`),
    /answered 302, which redirects to/,
  ],
  "redirects to another scheme": [
    redirect((port) => `https://127.0.0.1:${port}/`),
    /answered 302, which redirects to https/,
  ],
  "redirects to a file": [redirect(() => "file:///etc/passwd"), /answered 302, which redirects to/],
  "is always busy": [status(429, "", { "retry-after": "1" }), /the rate limit is used up/],
  "is always broken": [status(500, ""), /the server answered 500/],
};

/** What a kind's inventory does not hold, so that nothing of it can be wrong. */
const without: Readonly<Record<string, readonly List[]>> = {
  "has another kind's id": ["registry-components"],
  // Of what type these are is not documented.
  "has another type": ["registry-components"],
};

it.each(
  Object.keys(table).flatMap((name) =>
    (Object.keys(lists) as List[])
      .filter((list) => !without[name]?.includes(list))
      .map((list) => [name, list] as const),
  ),
)("a server that %s, in the list of %s, gives no half an inventory", async (name, list) => {
  server.be(list, undefined);
  const honest = await read();
  expect(honest).not.toBeInstanceOf(Error);
  const [hostility, expected] = table[name] ?? [];
  server.be(list, hostility);
  // Only what never ends is ended by its time: a busy machine takes longer over the others.
  const endless = expected instanceof RegExp && /no complete answer/.test(expected.source);
  const found = await read(endless ? ENDLESS : undefined);
  if (expected === "same") expect(found).toEqual(honest);
  else {
    expect(found).toBeInstanceOf(ExternalError);
    expect(String(found)).toMatch(expected ?? "");
    expect(String(found)).not.toContain(TOKEN);
  }
  expect(server.asked.length).toBeLessThan(450);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

it.each([".evil.example", "@evil.example/x", "//evil.example", "/\\evil.example", "https://evil.example", 7])(
  "shows no page at %j to people",
  async (path) => {
    server.be(
      "oauth-clients",
      first((one) => (one.attributes["connect-path"] = path)),
    );
    const found = await read();
    if (typeof path === "number") expect(String(found)).toContain("attributes.connect-path is 7");
    else
      expect(found).toMatchObject({
        connections: expect.arrayContaining([expect.objectContaining({ id: "oc-1", connectPath: null })]),
      });
  },
);
