import { createServer, type Server } from "node:http";
import { ExternalError } from "../../lib/errors";
import type { Clock } from "../../lib/http/pace";
import { TfeClient } from "../../lib/tfe/client";
import { readList } from "../../lib/tfe/json-api";
import { type Conversation, converse, FakeClock, listen, type Reply, TOKEN } from "./support";

let conversation: Conversation | undefined;
let server: Server | undefined;
afterEach(async () => {
  await conversation?.close();
  server?.closeAllConnections();
  await new Promise((done) => (server === undefined ? done(undefined) : server.close(done)));
  conversation = undefined;
  server = undefined;
});
const start = async (replies: readonly Reply[]) => {
  conversation = await converse(replies);
  return conversation;
};
const failure = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

/** Time that passes only when so many wait for it: they do so together, unlike with {@link FakeClock}. */
class CommonClock implements Clock {
  private at = 0;
  private waiting: { readonly until: number; readonly wake: () => void }[] = [];
  constructor(private readonly parties: number) {}

  now(): number {
    return this.at;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((wake) => {
      this.waiting.push({ until: this.at + milliseconds, wake });
      if (this.waiting.length < this.parties) return;
      this.at = Math.min(...this.waiting.map(({ until }) => until));
      const due = this.waiting.filter(({ until }) => until <= this.at);
      this.waiting = this.waiting.filter(({ until }) => until > this.at);
      for (const each of due) each.wake();
    });
  }
}

/** A list of so many pages of one resource each; `answer` may take a page over. */
async function list(pages: number, answer: (page: number) => number | undefined, clock: Clock = new FakeClock()) {
  let open = 0;
  let most = 0;
  const asked: number[] = [];
  server = createServer((request, response) => {
    const page = Number(new URL(request.url ?? "", "http://x").searchParams.get("page[number]"));
    asked.push(page);
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      const status = answer(page) ?? 200;
      open -= 1;
      response.writeHead(status, { "content-type": "application/vnd.api+json" });
      const meta = { pagination: { "total-pages": pages, "total-count": pages } };
      response.end(JSON.stringify({ data: [{ id: `ws-${page}`, type: "workspaces" }], meta }));
    }, 5);
  });
  const port = await listen(server);
  const host = { hostname: "tfe.example.com", apiUrl: `http://127.0.0.1:${port}/`, token: TOKEN, tokenSource: "x" };
  const retries: string[] = [];
  const client = new TfeClient(host, {
    clock,
    requestsPerSecond: 1000,
    random: () => 1,
    onRetry: (line) => retries.push(line),
  });
  return { client, asked, retries, most: () => most };
}

it("outlives a server that refuses for a minute, second by second", async () => {
  const refusals = Array.from({ length: 55 }, (): Reply => ({ status: 429, headers: { "X-RateLimit-Reset": "1" } }));
  const { client, clock } = await start([...refusals, { body: { data: "there" } }]);
  expect((await client.send("GET", "some/list")).body).toEqual({ data: "there" });
  expect(clock.now()).toBeGreaterThan(55_000);
});

it("counts a refusal as no lost answer", async () => {
  const busy: Reply = { status: 429 };
  const broken: Reply = { status: 500 };
  const { client } = await start([
    busy,
    broken,
    busy,
    broken,
    busy,
    broken,
    busy,
    broken,
    busy,
    broken,
    { status: 200 },
  ]);
  expect((await client.send("GET", "some/list")).status).toBe(200);
});

it("is silent until the window is over once its last request was granted", async () => {
  const headers = { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0.8" };
  const { client, clock, retries } = await start([{ headers }, {}]);
  await client.send("GET", "one");
  await client.send("GET", "two");
  expect(clock.slept).toEqual([800]);
  expect(retries).toEqual([]);
});

it.each<[string, Reply, string]>([
  [
    "a server that sends elsewhere",
    { status: 301, headers: { location: "https://new.example.com/" } },
    "answered 301, which redirects to https://new.example.com/",
  ],
  [
    "a login page",
    (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<html>Sign in</html>"),
    "answered with a web page instead of JSON",
  ],
])("asks %s once", async (_, reply, words) => {
  const { client, received } = await start([reply]);
  const error = await failure(client.send("GET", "ping"));
  expect(error).toBeInstanceOf(ExternalError);
  expect(String(error)).toContain(`GET /ping: ${words}`);
  expect(received).toHaveLength(1);
});

it("fails what still waits, at once, when it is closed", async () => {
  server = createServer((_, response) => void response.writeHead(500).end());
  const port = await listen(server);
  const host = { hostname: "tfe.example.com", apiUrl: `http://127.0.0.1:${port}/`, token: TOKEN, tokenSource: "x" };
  let tell = () => {};
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const client = new TfeClient(host, { random: () => 1, onRetry: tell });
  const waiting = failure(client.send("GET", "some/list"));
  await told;
  await client.close();
  expect(await waiting).toEqual(new ExternalError("the client of tfe.example.com is closed"));
});

describe("a list", () => {
  it("has at most ten pages under way", async () => {
    const { client, most, asked } = await list(40, () => undefined);
    expect((await readList(client, "workspaces"))?.data).toHaveLength(40);
    expect([asked.length, most() > 1, most() <= 10]).toEqual([40, true, true]);
    await client.close();
  });

  it("keeps the order of its pages, whichever came first", async () => {
    const { client } = await list(30, () => undefined);
    const ids = (await readList(client, "workspaces"))?.data.map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 30 }, (_, index) => `ws-${index + 1}`));
    await client.close();
  });

  it("of a server that breaks down asks for no more pages, and speaks of each wait once", async () => {
    const { client, asked, retries } = await list(500, (page) => (page > 1 ? 500 : undefined), new CommonClock(10));
    const error = await failure(readList(client, "workspaces"));
    await client.close();
    expect(String(error)).toContain("GET /workspaces: the server answered 500 (6 attempts)");
    expect(new Set(asked).size).toBe(11);
    expect(retries).toEqual(
      ["0.5", "1.0", "2.0", "4.0", "8.0"].map(
        (wait) => `GET /workspaces: the server answered 500; retrying in ${wait} s`,
      ),
    );
  });

  it("that is refused in the middle is asked for no further", async () => {
    const { client, asked } = await list(500, (page) => (page === 20 ? 403 : undefined));
    expect(String(await failure(readList(client, "workspaces")))).toContain("answered 403");
    await client.close();
    expect(asked.length).toBeLessThanOrEqual(40);
  });
});
