import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { GuardExpectation } from "../../lib/guard/expectation";
import { NEW, OLD } from "../migration/fixtures";
import { FakeClock, halfJson, listen, type Reply, truncate } from "../tfe/support";
import { CONNECTION, expectation, PAT, providersPatch, WORKSPACE, workspaceResource } from "./facts";
import { closeGuards, type Guarded, type GuardedOptions, guarded, refusalOf } from "./support";

type Act = (response: ServerResponse, act: () => void) => void;
type Fault = Exclude<Reply, (response: ServerResponse) => void> | Act;

/** Does what was asked, and ends the connection. */
const lose: Act = (response, act) => {
  act();
  drop(response);
};
/** Answers as if it had been done. */
const ignore: Act = (response) => {
  response.writeHead(200, { "content-type": "application/vnd.api+json" });
  response.end(JSON.stringify({ data: fake.workspace() }));
};
const drop = (response: ServerResponse) => void response.socket?.destroy();
const MADE = {
  id: "oc-New0000000000001",
  type: "oauth-clients",
  attributes: { name: CONNECTION.name },
  relationships: {
    "oauth-tokens": { data: [{ id: NEW.token, type: "oauth-tokens" }] },
  },
};

/** A server with one workspace and one connection to be made; each fault takes the next request of its method. */
class Fake {
  readonly received: string[] = [];
  readonly faults: [method: string, fault: Fault][] = [];
  readonly clock = new FakeClock();
  token = OLD.token;
  /** A server from before tags had values. */
  takesInclude = true;
  /** How long each answer takes by the clock, in milliseconds. */
  takes = 0;
  private readonly server: Server = createServer((request, response) => this.serve(request, response));
  apiUrl = "";

  async start(): Promise<void> {
    this.apiUrl = `http://127.0.0.1:${await listen(this.server)}/api/v2/`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  guard(options: Partial<GuardedOptions> = {}): Promise<Guarded> {
    const upstream = {
      hostname: "tfe.example.com",
      apiUrl: this.apiUrl,
      token: "the.atlasv1.token",
    };
    return guarded({
      upstream,
      expectation: expectation(),
      clock: this.clock,
      pat: PAT,
      ...options,
    });
  }

  workspace() {
    const { attributes } = workspaceResource(WORKSPACE);
    return workspaceResource(WORKSPACE, {
      "vcs-repo": { ...attributes["vcs-repo"], "oauth-token-id": this.token },
    });
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url = "" } = request;
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", async () => {
      this.received.push(`${method} ${url.replace("/api/v2/", "")}`);
      if (this.takes > 0) await this.clock.sleep(this.takes);
      const index = this.faults.findIndex(([each]) => each === method);
      const [, fault] = index === -1 ? [] : (this.faults.splice(index, 1)[0] ?? []);
      if (typeof fault === "function") return fault(response, () => this.do(method, body));
      if (fault !== undefined) {
        response.writeHead(fault.status ?? 200, fault.headers);
        return void response.end(typeof fault.body === "string" ? fault.body : JSON.stringify(fault.body ?? {}));
      }
      if (url.includes("include=") && !this.takesInclude) {
        response.writeHead(400, { "content-type": "application/vnd.api+json" });
        return void response.end('{"errors":[{"status":"400","title":"Invalid include parameter"}]}');
      }
      this.do(method, body);
      response.writeHead(method === "POST" ? 201 : 200, {
        "content-type": "application/vnd.api+json",
      });
      response.end(
        JSON.stringify({
          data: method === "POST" ? MADE : this.workspace(),
          included: [],
        }),
      );
    });
  }

  private do(method: string, body: string): void {
    if (method === "PATCH") this.token = JSON.parse(body).data.attributes["vcs-repo"]["oauth-token-id"];
  }
}

let fake: Fake;
beforeEach(async () => {
  fake = new Fake();
  await fake.start();
});
afterEach(async () => {
  await closeGuards();
  await fake.close();
});

const path = `workspaces/${WORKSPACE}`;
const patch = ({ ask }: Guarded) => ask("PATCH", path, { body: providersPatch() });
const limited: Reply = { status: 429, headers: { "x-ratelimit-reset": "7.5" } };
const count = (method: string) => fake.received.filter((each) => each.startsWith(method)).length;

const NEW_CONNECTION = {
  data: {
    type: "oauth-clients",
    attributes: {
      name: CONNECTION.name,
      "service-provider": CONNECTION.serviceProvider,
      "http-url": CONNECTION.httpUrl,
      "api-url": CONNECTION.apiUrl,
      "organization-scoped": true,
      "oauth-token-string": PAT,
    },
  },
};
const making: GuardExpectation = { ...expectation(), connection: CONNECTION };
const post = ({ ask }: Guarded) => ask("POST", "organizations/acme/oauth-clients", { body: NEW_CONNECTION });
const times = (number: number, fault: [string, Fault]) => Array.from({ length: number }, () => fault);

describe("a PATCH", () => {
  test.each([true, false])(
    "is sent to a server that does not take the include (reading ahead: %s)",
    async (readAhead) => {
      fake.takesInclude = false;
      const behind = await fake.guard({ readAhead });
      expect((await patch(behind)).status).toBe(200);
      expect(fake.received).toEqual([`GET ${path}?include=effective_tag_bindings`, `GET ${path}`, `PATCH ${path}`]);
      expect(behind.events.map(({ type }) => type)).toEqual(["written"]);
    },
  );

  test.each<[string, [string, Fault][], { patches: number; gets: number; slept: boolean }]>([
    ["429 for a minute", times(8, ["PATCH", limited]), { patches: 9, gets: 9, slept: true }],
    ["429 to what is read before", times(8, ["GET", limited]), { patches: 1, gets: 9, slept: true }],
    ["500 three times", times(3, ["PATCH", { status: 500 }]), { patches: 4, gets: 4, slept: true }],
    ["connections that end", times(3, ["PATCH", drop]), { patches: 4, gets: 4, slept: true }],
    ["an answer that nothing was done for", times(1, ["PATCH", ignore]), { patches: 2, gets: 1, slept: false }],
    ["an answer that is cut off", times(1, ["PATCH", truncate]), { patches: 2, gets: 2, slept: true }],
    ["an answer that is half JSON", times(1, ["PATCH", halfJson]), { patches: 2, gets: 2, slept: true }],
    ["an answer that is lost, but done", times(1, ["PATCH", lose]), { patches: 1, gets: 2, slept: true }],
    ["502 to what is read before", times(2, ["GET", { status: 502 }]), { patches: 1, gets: 3, slept: true }],
  ])("is done after %s", async (_name, faults, { patches, gets, slept }) => {
    fake.faults.push(...faults);
    const behind = await fake.guard();
    expect((await patch(behind)).status).toBe(200);
    expect(fake.token).toBe(NEW.token);
    expect({
      patches: count("PATCH"),
      gets: count("GET"),
      slept: fake.clock.slept.length > 0,
    }).toEqual({
      patches,
      gets,
      slept,
    });
    expect(behind.events.filter(({ type }) => type !== "note")).toEqual([
      {
        type: "written",
        what: "re-pointed",
        kind: "workspace",
        id: WORKSPACE,
        name: "workspace-1",
      },
    ]);
  });

  test("is sent to a server that takes 20 s for each answer, by a reading that was created for it", async () => {
    fake.takes = 20_000;
    expect((await patch(await fake.guard())).status).toBe(200);
    expect([count("GET"), count("PATCH")]).toEqual([1, 1]);
  });

  test("whose answer is lost again and again is not done, and the run goes on", async () => {
    fake.faults.push(...times(6, ["PATCH", drop]));
    const behind = await fake.guard();
    expect(refusalOf(await patch(behind))).toMatchInlineSnapshot(`
      [
        424,
        "Repoint's guard: unknown",
        "PATCH /workspaces/ws-0000000000000001: the answer was lost 6 times. Whether workspace-1 was re-pointed is unknown; the next plan shows it.",
      ]
    `);
    expect((await patch(behind)).status).toBe(200);
  });

  test("whose answer says that it was done and shows that it was not, twice, is told as not done", async () => {
    fake.faults.push(...times(2, ["PATCH", ignore]));
    const behind = await fake.guard();
    expect(refusalOf(await patch(behind))).toMatchInlineSnapshot(`
      [
        424,
        "Repoint's guard: not done",
        "PATCH /workspaces/ws-0000000000000001: the server reported success 2 times, but shows workspace-1 without the new token. Nothing else was sent for it; the next plan shows its state.",
      ]
    `);
    expect(behind.events.map(({ type }) => type)).toEqual(["note"]);
    expect((await patch(behind)).status).toBe(200);
  });

  test("is no more sent than read when the server refuses to show its object", async () => {
    fake.faults.push([
      "GET",
      {
        status: 403,
        body: { errors: [{ status: "403", title: "forbidden" }] },
      },
    ]);
    expect(refusalOf(await patch(await fake.guard()))).toMatchInlineSnapshot(`
      [
        424,
        "Repoint's guard: not sent",
        "/workspaces/ws-0000000000000001 must be read before it is changed, but the server answered 403. Nothing was sent.",
      ]
    `);
    expect(count("PATCH")).toBe(0);
  });

  test("is judged by what the server shows now, not by what it showed a while ago", async () => {
    const behind = await fake.guard();
    await behind.ask("GET", path);
    await fake.clock.sleep(4000);
    fake.faults.push(["PATCH", { status: 422, body: { errors: [{ status: "422" }] } }]);
    expect((await patch(behind)).status).toBe(422);
    expect(count("GET")).toBe(1);
    await fake.clock.sleep(6000);
    expect((await patch(behind)).status).toBe(200);
    expect(count("GET")).toBe(2);
  });
});

describe("the POST of the connection", () => {
  test("is sent again when the rate limit refused it", async () => {
    fake.faults.push(...times(8, ["POST", limited]));
    const behind = await fake.guard({ expectation: making });
    expect((await post(behind)).status).toBe(201);
    expect(count("POST")).toBe(9);
    expect(behind.events.filter(({ type }) => type !== "note")).toEqual([
      {
        type: "written",
        what: "made",
        kind: "connection",
        id: MADE.id,
        name: CONNECTION.name,
      },
    ]);
  });

  test.each<[string, Fault]>([
    ["lost", drop],
    ["lost, but done", lose],
    ["cut off", truncate],
    ["500", { status: 500 }],
    ["a web page", { headers: { "content-type": "text/html" }, body: "<html>" }],
  ])("whose answer is %s is never sent twice, and nothing is written after it", async (_name, fault) => {
    fake.faults.push(["POST", fault]);
    const behind = await fake.guard({ expectation: making });
    const answer = await post(behind);
    expect([answer.status, answer.body.errors?.[0]?.title]).toEqual([424, "Repoint's guard: unknown"]);
    expect((await post(behind)).status).toBe(403);
    expect((await patch(behind)).status).toBe(403);
    expect([count("POST"), count("PATCH")]).toEqual([1, 0]);
    expect(
      behind.events.filter(({ type }) => type === "refused").map((event) => "rule" in event && event.rule),
    ).toEqual(["unknown"]);
  });
});

describe("a read", () => {
  const get = ({ ask }: Guarded) => ask("GET", path);

  test.each<[string, Fault, unknown]>([
    [
      "a redirect to another host",
      { status: 302, headers: { location: "http://another.example.com/" } },
      "another host",
    ],
    ["a web page", { headers: { "content-type": "text/html" }, body: "<html>" }, "web page"],
    ["a 404 that is not the API's", { status: 404, body: "<html>" }, "404 without TFE's error format"],
    ["too much", { body: { data: "x".repeat(100_000) } }, "larger than"],
  ])("of %s is answered 424, never 404", async (_name, fault, said) => {
    fake.faults.push(["GET", fault]);
    const [status, , detail] = refusalOf(await get(await fake.guard({ transport: { limit: 50_000 } })));
    expect([status, detail]).toEqual([424, expect.stringContaining(String(said))]);
  });

  test("of what the server never answers is given up", async () => {
    fake.faults.push(["GET", () => {}]);
    const [status, , detail] = refusalOf(await get(await fake.guard({ transport: { total: 200 } })));
    expect([status, detail]).toEqual([424, expect.stringContaining("no complete answer within 0.2 s")]);
  });

  test("of a server that is not there is tried again, then given up", async () => {
    const behind = await fake.guard();
    await fake.close();
    const [status, , detail] = refusalOf(await get(behind));
    expect([status, detail]).toEqual([424, expect.stringContaining("ECONNREFUSED")]);
    // Waits of less than a second are not told.
    expect(behind.events.map((event) => "text" in event && event.text.slice(-24))).toEqual(
      ["; retrying in 1.0 s", "; retrying in 2.0 s", "; retrying in 4.0 s"].map((text) =>
        expect.stringContaining(text),
      ),
    );
    await fake.start();
  });

  test("of a text passes as it came", async () => {
    fake.faults.push(["GET", { headers: { "content-type": "text/plain" }, body: "a policy" }]);
    expect((await get(await fake.guard())).text).toBe("a policy");
  });
});
