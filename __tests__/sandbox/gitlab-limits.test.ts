import { type Sandbox, startSandbox } from "../../sandbox";
import * as errors from "../../sandbox/gitlab/errors";
import { gitlabCaller } from "./gitlab-support";

let sandbox: Sandbox;
let call: ReturnType<typeof gitlabCaller>;
beforeEach(async () => {
  sandbox = await startSandbox({});
  call = gitlabCaller(sandbox);
});
afterEach(() => sandbox.close());
const app = "projects/group%2Fapp";

it("takes so many webhooks a project and no more, also of TFE", async () => {
  const { gitlabState } = sandbox;
  const project = gitlabState.addProject("group/app");
  gitlabState.settings.hooksPerProject = 2;
  gitlabState.addHook("group/app", "https://tfe.sandbox.test/webhooks/vcs/1");
  expect((await call("POST", `${app}/hooks`, { url: "https://x.test/" })).status).toBe(201);
  const { status, body } = await call("POST", `${app}/hooks`, { url: "https://x.test/" });
  expect({ status, body }).toEqual({
    status: 422,
    body: { message: { base: ["Maximum number of project hooks (2) exceeded"] } },
  });
  gitlabState.addHook("group/app", "https://tfe.sandbox.test/webhooks/vcs/2");
  expect(project.hooks).toHaveLength(2);
});

it("lists by keyset without a number, to the end", async () => {
  const ids = Array.from({ length: 45 }, (_, index) => sandbox.gitlabState.addProject(`group/app-${index}`).id);
  const read = async (sort: "asc" | "desc") => {
    const seen: number[] = [];
    let next: string | undefined = `projects?pagination=keyset&order_by=id&sort=${sort}&per_page=20&simple=true`;
    while (next !== undefined) {
      const { body, headers } = await call("GET", next);
      expect([headers.get("x-total"), headers.get("x-next-page")]).toEqual([null, null]);
      seen.push(...body.map(({ id }) => Number(id)));
      next = /<[^>]*\/api\/v4\/([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1];
    }
    return seen;
  };
  expect(await read("asc")).toEqual(ids);
  expect(await read("desc")).toEqual([...ids].reverse());
  const { status, body } = await call("GET", "projects?pagination=keyset&order_by=name");
  expect([status, body]).toEqual([405, { error: "Keyset pagination is not yet available for this type of request" }]);
});

it("counts no list above 10,000, and skips no more than 50,000", async () => {
  for (let index = 0; index < 10_001; index += 1) sandbox.gitlabState.addProject(`group/app-${index}`);
  const { headers } = await call("GET", "projects?per_page=100&simple=true");
  expect(["x-total", "x-total-pages", "x-next-page"].map((name) => headers.get(name))).toEqual([null, null, "2"]);
  expect(headers.get("link")).not.toContain('rel="last"');
  expect((await call("GET", "projects?per_page=100&page=501")).status).toBe(405);
});

it("limits a user's requests a minute, and says so in every answer", async () => {
  const { gitlabState } = sandbox;
  let now = Date.parse("2027-03-10T12:00:15Z");
  gitlabState.clock = () => new Date(now);
  gitlabState.settings.requestsPerMinute = 2;
  const ask = async (token?: string) => {
    const { status, headers, text } = await call("GET", "version", undefined, token);
    const seen = ["limit", "observed", "remaining", "reset"].map((name) => headers.get(`ratelimit-${name}`));
    return [status, ...seen, headers.get("retry-after"), status === 429 ? text : ""];
  };
  const reset = String(Date.parse("2027-03-10T12:01:00Z") / 1000);
  expect(await ask()).toEqual([200, "2", "1", "1", reset, null, ""]);
  expect(await ask()).toEqual([200, "2", "2", "0", reset, null, ""]);
  expect(await ask()).toEqual([429, "2", "3", "0", reset, "45", "Retry later\n"]);
  expect((await ask(gitlabState.createToken({ userId: 5 }).token))[0]).toBe(200);
  now += 45_000;
  expect((await ask())[0]).toBe(200);
});

describe("deliveries", () => {
  const start = async () => {
    const project = sandbox.gitlabState.addProject("group/app");
    const hook = sandbox.gitlabState.newHook(project, { url: "https://tfe.sandbox.test/webhooks/vcs/none" });
    const push = () => fetch(`${sandbox.tfe.url}/_sandbox/gitlab/push?project=group/app`, { method: "POST" });
    return { project, hook, push, of: `${app}/hooks/${hook.id}` };
  };

  it("are listed newest first, by status, for a week", async () => {
    const { push, of } = await start();
    const events = async (query = "") => (await call("GET", `${of}/events${query}`)).body;
    expect(await events()).toEqual([]);
    expect((await push()).status).toBe(200);
    expect((await push()).status).toBe(200);
    const [newest, oldest] = await events();
    expect(Number(newest?.id)).toBeGreaterThan(Number(oldest?.id));
    expect(newest).toMatchObject({
      trigger: "push_hooks",
      response_status: "404",
      request_data: { object_kind: "push" },
    });
    expect(await events("?status=successful")).toEqual([]);
    expect(await events("?status=client_failure,500")).toHaveLength(2);
    expect(await events("?per_page=21")).toEqual({ error: "per_page does not have a valid value" });
    const { clock } = sandbox.gitlabState;
    sandbox.gitlabState.clock = () => new Date(clock().getTime() + 7 * 86_400_000);
    expect(await events()).toEqual([]);
  });

  it("can be sent again five times a minute, and a failing webhook is disabled by the fourth", async () => {
    const { push, of, hook } = await start();
    let now = Date.parse("2027-03-10T12:00:00Z");
    sandbox.gitlabState.clock = () => new Date(now);
    await push();
    const [event] = (await call("GET", `${of}/events`)).body;
    const resend = async () => {
      const { status, body } = await call("POST", `${of}/events/${event?.id}/resend`);
      return [status, body];
    };
    expect(await resend()).toEqual([201, { response_status: 404 }]);
    await resend();
    expect(hook.alert_status).toBe("executable");
    await resend();
    expect([hook.alert_status, hook.disabled_until]).toEqual(["temporarily_disabled", "2027-03-10T12:01:00.000Z"]);
    for (let times = 0; times < 2; times += 1) expect((await resend())[0]).toBe(201);
    const often = "This endpoint has been requested too many times. Try again later.";
    expect(await resend()).toEqual([429, { message: { error: often } }]);
    now += 60_000;
    hook.url = "https://tfe.sandbox.test/elsewhere";
    expect(await resend()).toEqual([422, { message: "The hook URL has changed. This log entry cannot be retried." }]);
  });
});

it("can be told to answer exactly one of GitLab's refusals, or anything else", async () => {
  const forms = {
    notFound: errors.notFound("Project"),
    noRoute: errors.noRoute(),
    unauthorized: errors.unauthorized(),
    forbidden: errors.forbidden("Your account has been blocked."),
    badRequest: errors.badRequest(),
    notAllowed: errors.notAllowed(),
    badParameter: errors.badParameter(400, "url is missing"),
    invalidRecord: errors.invalidRecord(422, { base: ["no"] }),
    revokedToken: errors.revokedToken(),
    expiredToken: errors.expiredToken(),
    insufficientScope: errors.insufficientScope(["api"]),
    tooOften: errors.tooOften(),
  };
  for (const answer of Object.values(forms)) {
    sandbox.faults.add({ server: "gitlab", times: 1, fault: { answer } });
    const { status, body } = await call("GET", "version");
    expect({ status, body }).toEqual({ status: answer.status, body: answer.body });
  }
  await fetch(`${sandbox.tfe.url}/_sandbox/faults`, {
    method: "POST",
    body: JSON.stringify({ server: "gitlab", fault: { answer: { status: 302, headers: { Location: "/sign_in" } } } }),
  });
  const redirected = await call("GET", "version");
  expect([redirected.status, redirected.headers.get("location")]).toEqual([302, "/sign_in"]);
});

it("is set from another process, clock and all", async () => {
  const set = async (body: unknown) => {
    const response = await fetch(`${sandbox.tfe.url}/_sandbox/gitlab`, { method: "PATCH", body: JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };
  expect(await set({ version: "16.11.2", now: "2030-01-01T00:00:00Z" })).toMatchObject({
    status: 200,
    body: { version: "16.11.2", hooksPerProject: 100 },
  });
  expect((await call("GET", "version")).body).toMatchObject({ version: "16.11.2-ee" });
  expect(sandbox.gitlabState.clock().getUTCFullYear()).toBe(2030);
  expect((await set({ versoin: "17" })).status).toBe(422);
  expect((await set({ now: "never" })).status).toBe(422);
});
