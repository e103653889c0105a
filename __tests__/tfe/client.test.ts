import { inspect } from "node:util";
import { ExternalError } from "../../lib/errors";
import type { TfeClientOptions } from "../../lib/tfe/client";
import { type Conversation, converse, drop, halfJson, type Reply, TOKEN, truncate } from "./support";

let conversation: Conversation | undefined;
afterEach(async () => {
  await conversation?.close();
  conversation = undefined;
});
async function start(replies: readonly Reply[], options?: TfeClientOptions): Promise<Conversation> {
  conversation = await converse(replies, options);
  return conversation;
}

/** The error of something that fails; it must not hold the token anywhere. */
async function failure(work: Promise<unknown>): Promise<ExternalError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ExternalError);
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(TOKEN);
  if (!(error instanceof ExternalError)) throw new Error("it did not fail");
  return error;
}

it("speaks JSON:API with the token", async () => {
  const { client, received } = await start([{ body: { data: [] }, headers: { "X-Some": "header" } }]);
  const body = { data: { type: "workspaces" } };
  const answer = await client.send("PATCH", "/workspaces/ws-1", { body, query: { a: 1, b: undefined, "c[d]": "e f" } });
  expect(answer).toMatchObject({ status: 200, body: { data: [] }, headers: { "x-some": "header" } });
  expect(received).toMatchObject([
    {
      method: "PATCH",
      url: "/api/v2/workspaces/ws-1?a=1&c%5Bd%5D=e+f",
      headers: {
        authorization: `Bearer ${TOKEN}`,
        accept: "application/vnd.api+json",
        "content-type": "application/vnd.api+json",
      },
      body: JSON.stringify(body),
    },
  ]);
});

it("takes an empty answer as one", async () => {
  const { client } = await start([{ status: 204 }]);
  expect(await client.send("DELETE", "oauth-clients/oc-1")).toMatchObject({ status: 204, body: null });
});

describe("what is sent again", () => {
  it.each<[string, Reply, string]>([
    ["a server error", { status: 500, body: { errors: [] } }, "the server answered 500"],
    ["a gateway's error", { status: 502 }, "the server answered 502"],
    ["a dropped connection", drop, "the connection failed: other side closed"],
    ["a truncated answer", truncate, "the connection failed: other side closed"],
    ["an answer that is not JSON", halfJson, "the answer is not valid JSON: cut off or damaged"],
  ])("is %s", async (_, reply, reason) => {
    const { client, received, retries, clock } = await start([reply, reply, { body: { data: "there" } }]);
    expect((await client.send("GET", "some/list")).body).toEqual({ data: "there" });
    expect(received).toHaveLength(3);
    expect(client.requests).toBe(3);
    expect(retries).toEqual([
      `GET /some/list: ${reason}; retrying in 0.5 s`,
      `GET /some/list: ${reason}; retrying in 1.0 s`,
    ]);
    expect(clock.slept).toEqual([500, 1000]);
  });

  it("waits longer each time, by chance at least half as long, and gives up after six", async () => {
    const { client, received, clock } = await start([{ status: 503 }], { random: () => 0 });
    const error = await failure(client.send("GET", "some/list"));
    expect(error.message).toBe("GET /some/list: the server answered 503 (6 attempts)");
    expect(error.fix).toContain("nothing is lost");
    expect(received).toHaveLength(6);
    expect(clock.slept).toEqual([250, 500, 1000, 2000, 4000]);
  });

  it.each(["PATCH", "PUT", "DELETE"] as const)("may be a %s", async (method) => {
    const { client, received } = await start([drop, { status: 200 }]);
    await client.send(method, "workspaces/ws-1");
    expect(received).toHaveLength(2);
  });

  it("is a POST only when it was refused, or is said to be harmless", async () => {
    const { client, received } = await start([drop, { status: 429 }, { status: 201 }, drop, { status: 201 }]);
    const error = await failure(client.send("POST", "organizations/acme/oauth-clients", { body: {} }));
    expect(error.fix).toContain("it is unknown whether the server did it");
    expect((await client.send("POST", "organizations/acme/oauth-clients", { body: {} })).status).toBe(201);
    await client.send("POST", "workspaces/ws-1/actions/lock", { body: {}, idempotent: true });
    expect(received).toHaveLength(5);
  });
});

it("says that nothing was done where there was no connection, and tries even a POST again", async () => {
  const { client, received, clock } = await start([{}]);
  Object.assign(client.host, { apiUrl: "http://127.0.0.1:1/api/v2/" });
  const error = await failure(client.send("POST", "organizations/acme/oauth-clients", { body: {} }));
  expect([error.fix, clock.slept.length, received]).toEqual([expect.stringContaining("nothing is lost"), 5, []]);
});

it.each([
  ["../../admin", "not a path of the API"],
  ["workspaces/ws-1/../../../admin", "not a path of the API"],
])("sends the token to no other path: %s", async (path, words) => {
  const { client, received } = await start([{}]);
  expect((await failure(client.send("DELETE", path))).message).toContain(words);
  expect(received).toEqual([]);
});

it.each([
  ["https://evil.example/api/v2/", 301],
  ["http://127.0.0.1:1/api/v2/", 307],
  ["//evil.example/", 302],
])("sends the token to no other host: %s", async (location, status) => {
  const { client, received } = await start([{ status, headers: { location } }]);
  expect((await failure(client.send("GET", "ping"))).message).toContain(`answered ${status}, which redirects to`);
  expect(received).toHaveLength(1);
});

it("follows a server that leads to another path of its own", async () => {
  const { client, received } = await start([
    { status: 301, headers: { location: "/api/v2/new" } },
    { body: { data: "there" } },
  ]);
  expect((await client.send("GET", "old")).body).toEqual({ data: "there" });
  expect(received.map(({ url }) => url)).toEqual(["/api/v2/old", "/api/v2/new"]);
});

it("ends an answer that comes byte by byte, and says of a change that it may be done", async () => {
  const drip: Reply = (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write(" "), 20);
    response.on("close", () => clearInterval(timer));
  };
  const { client, received } = await start([drip], { transport: { env: {}, total: 200 } });
  expect((await failure(client.send("GET", "some/list"))).message).toBe(
    "GET /some/list: no complete answer within 0.2 s (1 attempt)",
  );
  expect((await failure(client.send("POST", "some/list"))).fix).toContain("it is unknown whether the server did it");
  expect(received).toHaveLength(2);
});

describe("the rate limit", () => {
  it.each([
    ["X-RateLimit-Reset", "0.4", 500],
    ["Retry-After", "3", 3100],
    ["X-RateLimit-Reset", "0", 1100],
    ["X-RateLimit-Reset", "soon", 1100],
    ["X-RateLimit-Reset", "86400", 60_100],
  ])("is waited for: %s: %s", async (header, value, wait) => {
    const { client, clock, retries } = await start([{ status: 429, headers: { [header]: value } }, { body: {} }]);
    await client.send("GET", "some/list");
    expect(clock.slept).toEqual([wait]);
    expect(retries).toEqual([`GET /some/list: the rate limit is used up; retrying in ${(wait / 1000).toFixed(1)} s`]);
  });

  it("silences every request, not only the one that was refused", async () => {
    const { client, clock } = await start([{ status: 429, headers: { "X-RateLimit-Reset": "5" } }, { body: {} }]);
    await Promise.all([client.send("GET", "one"), client.send("GET", "two"), client.send("GET", "three")]);
    expect(clock.now()).toBeGreaterThanOrEqual(5000);
  });

  it("is given up on when it never ends", async () => {
    const { client, clock } = await start([{ status: 429, headers: { "X-RateLimit-Reset": "30" } }]);
    expect((await failure(client.send("GET", "some/list"))).message).toContain("the rate limit is used up");
    expect(clock.now()).toBeGreaterThanOrEqual(60_000);
    expect(clock.now()).toBeLessThanOrEqual(600_000);
  });

  it("is the server's own once it was asked", async () => {
    const headers = { "X-RateLimit-Limit": "10", "X-TFE-Version": "v202609-1" };
    const { client, clock } = await start([{ status: 204, headers }]);
    expect(await client.ping()).toEqual({
      version: "v202609-1",
      server: "tfe.example.com v202609-1",
      tellsVersion: true,
    });
    for (let index = 0; index < 20; index += 1) await client.send("GET", "some/list");
    // 30 a second would take under a second for these; 10 a second takes about two, but for what may start at once.
    expect(clock.now()).toBeGreaterThanOrEqual(1300);
    expect(clock.now()).toBeLessThanOrEqual(2000);
  });
});

describe("an error", () => {
  it("of the token says where the token is from, and is not tried again", async () => {
    const { client, received } = await start([{ status: 401, body: { errors: [{ title: "unauthorized" }] } }]);
    const error = await failure(client.send("GET", "account/details"));
    expect(error.message).toBe(
      "GET /account/details answered 401: tfe.example.com does not accept the token from TFE_TOKEN",
    );
    expect(error.fix).toBe("terraform login tfe.example.com, or set a valid token there");
    expect(received).toHaveLength(1);
  });

  it("of rights says which are needed", async () => {
    const { client } = await start([{ status: 404, body: { errors: [{ status: "404", title: "not found" }] } }]);
    const error = await failure(client.expect("GET", "organizations/none"));
    expect(error.message).toBe("GET /organizations/none answered 404: it does not exist, or the token cannot see it");
    expect(error.fix).toContain("Manage VCS settings");
  });

  it("repeats what the server says", async () => {
    const errors = [{ title: "invalid attribute", detail: "Name has already been taken" }, { title: "locked" }, null];
    const { client } = await start([{ status: 422, body: { errors } }]);
    const error = await failure(client.expect("PATCH", "workspaces/ws-1", { body: {} }));
    expect(error.message).toBe(
      "PATCH /workspaces/ws-1 answered 422: invalid attribute: Name has already been taken; locked",
    );
  });

  it("says no more than the status where the server says nothing", async () => {
    const { client } = await start([{ status: 409, body: { errors: "none" } }]);
    expect((await failure(client.expect("PATCH", "workspaces/ws-1"))).message).toBe(
      "PATCH /workspaces/ws-1 answered 409",
    );
  });

  it("of a page that is no JSON is the status's, at once", async () => {
    const page: Reply = (response) => {
      response.writeHead(403, { "content-type": "text/html" });
      response.end("<html>Forbidden by the proxy</html>");
    };
    const { client, received } = await start([page]);
    expect((await failure(client.expect("GET", "organizations/acme"))).message).toBe(
      "GET /organizations/acme answered 403",
    );
    expect(received).toHaveLength(1);
  });

  it("never holds the token, even when it cannot be sent", async () => {
    const { client } = await start([{ status: 200 }]);
    Object.assign(client.host, { token: `${TOKEN}\n` });
    await failure(client.send("GET", "account/details"));
  });
});

it("masks what a server repeats of the request", async () => {
  const errors = [{ title: "refused", detail: `authorization: Bearer ${TOKEN}` }];
  const { client } = await start([{ status: 422, body: { errors } }]);
  const { message } = await failure(client.expect("PATCH", "workspaces/ws-1", { body: {} }));
  expect(message).toBe("PATCH /workspaces/ws-1 answered 422: refused: authorization: Bearer (masked)");
});
