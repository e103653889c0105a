import { type Sandbox, startSandbox } from "../../sandbox";
import { closeGuards, type Guarded, guarded, refusalOf, through, upstreamOf } from "./support";

let sandbox: Sandbox;
let behind: Guarded;

beforeAll(async () => {
  sandbox = await startSandbox({ fleet: 5, requestsPerSecond: 30 });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  sandbox.log.clear();
  behind = await guarded({ upstream: upstreamOf(sandbox) });
});
afterEach(async () => {
  sandbox.faults.clear();
  await closeGuards();
});

const first = () => [...sandbox.state.workspaces.keys()][0] ?? "";

test("reads reach the server and come back, without its rate limit and its pages", async () => {
  const answer = await behind.ask("GET", `workspaces/${first()}?include=effective_tag_bindings`);
  expect(answer.status).toBe(200);
  expect(answer.body.data?.id).toBe(first());
  expect(answer.text).not.toContain("self-html");
  expect(Object.keys(answer.headers).filter((name) => name.includes("ratelimit"))).toEqual([]);
  const ping = await behind.ask("GET", "ping");
  expect([ping.status, ping.headers["tfp-api-version"], ping.headers["x-ratelimit-limit"]]).toEqual([
    204,
    "2.6",
    undefined,
  ]);
  expect(behind.guard.serviceUrl).toBe("http://tfe.sandbox.test/api/v2/");
});

test("what is not there is the server's word, not the guard's", async () => {
  const answer = await behind.ask("GET", "workspaces/ws-none");
  expect([answer.status, answer.body.errors?.[0]?.title]).toEqual([404, "not found"]);
});

test("the same question at the same time is asked once", async () => {
  sandbox.faults.add({ server: "tfe", fault: { delayMs: 1000 }, times: 1 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => behind.ask("GET", `workspaces/${first()}`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(sandbox.log.entries).toHaveLength(1);
});

test("a plan writes nothing, and after a refusal neither does anything else", async () => {
  const patch = await behind.ask("PATCH", `workspaces/${first()}`, {
    body: { data: { type: "workspaces" } },
  });
  expect(refusalOf(patch)).toMatchInlineSnapshot(`
    [
      403,
      "Repoint's guard: plan-writes-nothing",
      "PATCH /workspaces/ws-afzwrvuI4yWdI7k4 was not sent: this run changes nothing on the server. A plan only reads. Run it again. If this happens again, report it with this message.",
    ]
  `);
  expect((await behind.ask("DELETE", `workspaces/${first()}`)).status).toBe(403);
  expect(sandbox.log.writes).toEqual([]);
  expect(behind.events.map((event) => event.type === "refused" && event.rule)).toEqual([
    "plan-writes-nothing",
    "stopped",
  ]);
});

test("whoever does not know the guard's secret gets nothing", async () => {
  const bare = behind.guard.proxyUrl.replace(/repoint:.*@/, "");
  const target = `${behind.guard.serviceUrl}workspaces/${first()}`;
  const headers = { authorization: `Bearer ${sandbox.tfe.token}` };
  const without = await through(bare, "GET", target, { headers });
  expect([without.status, without.headers["proxy-authenticate"]]).toEqual([407, 'Basic realm="repoint"']);
  const wrong = await through(bare.replace("//", "//repoint:wrong@"), "GET", target, { headers });
  expect(wrong.status).toBe(407);
  expect(sandbox.log.entries).toEqual([]);
});

test("another token than the run's is not let through", async () => {
  const answer = await behind.ask("GET", `workspaces/${first()}`, {
    token: "another.atlasv1.token",
  });
  expect(refusalOf(answer)).toMatchInlineSnapshot(`
    [
      403,
      "Repoint's guard: another-token",
      "GET /workspaces/ws-afzwrvuI4yWdI7k4: its token is not the one that this run was started with. Nothing was sent.",
    ]
  `);
  expect(sandbox.log.entries).toEqual([]);
});

test.each([
  "/api/v2/ping",
  "http://tfe.sandbox.test/api/v2/../admin",
  "http://tfe.sandbox.test/api/v2/a//b",
  "https://tfe.sandbox.test/api/v2/ping",
  "http://tfe.sandbox.test/api/v2/%2e%2e/x",
  "http://tfe.sandbox.test./api/v2/ping",
  "http://u:p@tfe.sandbox.test/api/v2/ping",
])("%s is no address for a proxy", async (target) => {
  const answer = await through(behind.guard.proxyUrl, "GET", target, {
    headers: { authorization: `Bearer ${sandbox.tfe.token}` },
  });
  expect([answer.status, answer.body.errors?.[0]?.title]).toEqual([400, "Repoint's guard: address"]);
  expect(sandbox.log.entries).toEqual([]);
});
