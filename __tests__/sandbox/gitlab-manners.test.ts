import { type Sandbox, startSandbox } from "../../sandbox";
import type { Fault } from "../../sandbox/http/faults";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({});
  sandbox.gitlabState.addProject("group/App");
});
afterEach(() => sandbox.close());

/** Follows no redirect, as a client that shows what came. */
async function call(method: string, route: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${sandbox.gitlab.url}${route}`, {
    method,
    redirect: "manual",
    headers: { "PRIVATE-TOKEN": sandbox.gitlab.pat, "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const json = async (...args: Parameters<typeof call>) => {
  const { status, text } = await call(...args);
  return { status, body: text === "" ? null : JSON.parse(text) };
};
const at = (path: string) => `/api/v4/projects/${encodeURIComponent(path)}`;

it.each([
  ["/api/v4/version", 200],
  ["/api/v4/projects?per_page=1", 200],
  [at("group/app"), 200],
  [`${at("group/app")}/hooks`, 200],
  [at("group/none"), 404],
  ["/api/v4/nothing", 404],
])("answers HEAD %s as GET, without the body", async (route, status) => {
  const [head, get] = [await call("HEAD", route), await call("GET", route)];
  expect([head.status, get.status, head.text]).toEqual([status, status, ""]);
  for (const name of ["content-length", "content-type", "x-total", "link"])
    expect([name, head.headers.get(name)]).toEqual([name, get.headers.get(name)]);
  expect(get.text.length).toBeGreaterThan(0);
});

it("tells its version in two places, to those who have a token", async () => {
  const version = { version: expect.stringMatching(/^\d+\.\d+\.\d+-ee$/), revision: expect.any(String) };
  expect(await json("GET", "/api/v4/version")).toEqual({ status: 200, body: version });
  expect(await json("GET", "/api/v4/metadata")).toEqual({
    status: 200,
    body: {
      ...version,
      enterprise: true,
      kas: { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null },
    },
  });
  expect(await json("GET", "/api/v4/metadata", undefined, { "PRIVATE-TOKEN": "" })).toEqual({
    status: 401,
    body: { message: "401 Unauthorized" },
  });
});

describe("a project's path", () => {
  it.each(["group/app", "GROUP/APP", "Group/App"])("is found as %s, and shown as it was given", async (path) => {
    expect(await json("GET", at(path))).toMatchObject({ status: 200, body: { path_with_namespace: "group/App" } });
    const hooks = await json("POST", `${at(path)}/hooks`, { url: "https://x.test/" });
    expect(hooks.status).toBe(201);
  });

  describe("that it had before it was moved", () => {
    let id: number;
    beforeEach(() => {
      sandbox.gitlabState.moveProject("group/App", "team/app");
      id = sandbox.gitlabState.project("team/app").id;
    });

    it.each(["GET", "HEAD"])("leads %s to its id, with the query", async (method) => {
      const { status, headers } = await call(method, `${at("GROUP/app")}/hooks?per_page=7`);
      expect([status, headers.get("location")]).toEqual([
        301,
        `${sandbox.gitlab.url}/api/v4/projects/${id}/hooks?per_page=7`,
      ]);
      expect((await call("GET", String(headers.get("location")).slice(sandbox.gitlab.url.length))).status).toBe(200);
    });

    it.each([
      ["POST", "/hooks"],
      ["PUT", "/hooks/1"],
      ["DELETE", "/hooks/1"],
    ])("takes no %s", async (method, route) => {
      const body = method === "DELETE" ? undefined : { url: "https://x.test/" };
      expect(await json(method, `${at("group/app")}${route}`, body)).toEqual({
        status: 405,
        body: { message: "405 Non GET methods are not allowed for moved projects" },
      });
      expect(sandbox.gitlabState.project("team/app").hooks).toEqual([]);
    });

    it("is not told to who is no member", async () => {
      sandbox.gitlabState.project("team/app").members.delete(7);
      expect(await json("GET", at("group/app"))).toEqual({ status: 404, body: { message: "404 Project Not Found" } });
    });

    it("is another project's when one is made there", async () => {
      const made = sandbox.gitlabState.addProject("group/app");
      expect(await json("GET", at("group/app"))).toMatchObject({ status: 200, body: { id: made.id } });
    });
  });
});

it("tells of a project's members what the project and the groups above it give them", async () => {
  const { groups } = sandbox.gitlabState;
  groups.set("group", new Map([[9, 30]]));
  groups.set("group/other", new Map([[10, 50]]));
  sandbox.gitlabState.project("group/app").members.set(9, 20);
  const all = `${at("group/App")}/members/all`;
  const { body } = await json("GET", all);
  expect(body.map((member: Record<string, unknown>) => [member.id, member.username, member.access_level])).toEqual([
    [5, "sandbox-admin", 50],
    [7, "sandbox-bot", 40],
    [9, "user-9", 30],
  ]);
  expect(await json("GET", `${all}/9`)).toEqual({ status: 200, body: body[2] });
  expect(await json("GET", `${all}/10`)).toEqual({ status: 404, body: { message: "404 Not found" } });
});

describe("a webhook", () => {
  const hooks = () => `${at("group/app")}/hooks`;
  const given = {
    name: "Terraform",
    description: "starts runs",
    push_events_branch_filter: "^release/",
    branch_filter_strategy: "regex",
  };

  it("keeps its name, description and branch filter, and says how it fares", async () => {
    const made = await json("POST", hooks(), { url: "https://x.test/", ...given });
    const fine = { alert_status: "executable", disabled_until: null };
    expect(made).toMatchObject({ status: 201, body: { ...given, ...fine } });
    const one = `${hooks()}/${made.body.id}`;
    // What GitLab finds out itself, no client sets.
    const change = { url: "https://x.test/2", description: "", alert_status: "disabled", disabled_until: "2027-01-01" };
    expect((await json("PUT", one, change)).body).toMatchObject({ ...given, description: "", ...fine });
    const until = "2027-01-01T00:00:00.000Z";
    const [hook] = sandbox.gitlabState.project("group/app").hooks;
    Object.assign(hook ?? {}, { alert_status: "temporarily_disabled", disabled_until: until });
    const failing = { alert_status: "temporarily_disabled", disabled_until: until };
    expect((await json("GET", one)).body).toMatchObject(failing);
    expect((await json("GET", hooks())).body).toMatchObject([failing]);
  });

  it("has no name, every branch and GitLab's wildcards unless told otherwise, and knows three strategies", async () => {
    expect((await json("POST", hooks(), { url: "https://x.test/" })).body).toMatchObject({
      name: null,
      description: null,
      push_events_branch_filter: "",
      branch_filter_strategy: "wildcard",
    });
    expect(await json("POST", hooks(), { url: "https://x.test/", branch_filter_strategy: "none" })).toEqual({
      status: 400,
      body: { error: "branch_filter_strategy does not have a valid value" },
    });
  });
});

describe("revoking over OAuth", () => {
  beforeEach(() => {
    const { applications, grants } = sandbox.gitlabState;
    applications.set("tfe", "secret");
    applications.set("other", "secret2");
    const grant = { userId: 5, clientId: "tfe", revoked: false, previous: null };
    grants.push(
      { ...grant, accessToken: "a1", refreshToken: "r1" },
      { ...grant, accessToken: "a2", refreshToken: "r2" },
    );
  });
  const revoke = (form: Record<string, string>, headers: Record<string, string> = {}) =>
    json("POST", "/oauth/revoke", new URLSearchParams(form).toString(), {
      "Content-Type": "application/x-www-form-urlencoded",
      ...headers,
    });
  const user = (token: string) =>
    json("GET", "/api/v4/user", undefined, { "PRIVATE-TOKEN": "", Authorization: `Bearer ${token}` });
  const client = { client_id: "tfe", client_secret: "secret" };
  const refused = {
    status: 403,
    body: { error: "unauthorized_client", error_description: "You are not authorized to revoke this token" },
  };

  it.each(["a1", "r1"])("ends the pair of %s, and no other", async (token) => {
    expect(await revoke({ ...client, token })).toEqual({ status: 200, body: {} });
    expect(await revoke({ ...client, token })).toEqual({ status: 200, body: {} });
    const refresh = { grant_type: "refresh_token", refresh_token: "r1", ...client };
    expect(await json("POST", "/oauth/token", refresh)).toMatchObject({
      status: 400,
      body: { error: "invalid_grant" },
    });
    expect((await user("a2")).status).toBe(200);
  });

  it("takes the application in a header, and a token that is not there", async () => {
    const Authorization = `Basic ${Buffer.from("tfe:secret").toString("base64")}`;
    expect(await revoke({ token: "a2" }, { Authorization })).toEqual({ status: 200, body: {} });
    expect(await revoke({ ...client, token: "nothing" })).toEqual({ status: 200, body: {} });
  });

  it.each([
    ["nobody", {}],
    ["who has not the secret", { ...client, client_secret: "wrong" }],
    ["another application", { client_id: "other", client_secret: "secret2" }],
  ])("is refused to %s", async (_, by) => {
    expect(await revoke({ ...by, token: "a1" })).toEqual(refused);
    expect((await user("a1")).status).toBe(200);
  });
});

describe("a GitLab that is busy", () => {
  const busy = async (fault: Fault) => {
    sandbox.faults.add({ server: "gitlab", fault });
    const { status, headers, text } = await call("GET", at("group/app"));
    return { status, text, type: headers.get("content-type"), headers };
  };

  it("says in plain text and in headers when to come back", async () => {
    const { headers, ...answer } = await busy({ rateLimit: 42 });
    expect(answer).toEqual({ status: 429, text: "Retry later\n", type: "text/plain; charset=utf-8" });
    expect(headers.get("retry-after")).toBe("42");
    const reset = Number(headers.get("ratelimit-reset"));
    expect(Math.abs(reset - Date.now() / 1000 - 42)).toBeLessThan(30);
    expect(Date.parse(String(headers.get("ratelimit-resettime")))).toBe(reset * 1000);
    expect(["limit", "observed", "remaining", "name"].map((name) => headers.get(`ratelimit-${name}`))).toEqual([
      "60",
      "67",
      "0",
      "throttle_authenticated_api",
    ]);
    expect([...headers.keys()].filter((name) => name.startsWith("x-ratelimit"))).toEqual([]);
  });

  it.each([
    [{ status: 503, retryAfter: 7 }, "503 Service Unavailable\n", "text/plain; charset=utf-8", "7"],
    [{ status: 502 }, "502 Bad Gateway\n", "text/plain; charset=utf-8", null],
    [{ status: 500 }, '{"message":"500 Internal Server Error"}', "application/json", null],
  ])("answers %j as GitLab, or what stands before it, does", async (fault, text, type, after) => {
    const { headers, ...answer } = await busy(fault);
    expect(answer).toEqual({ status: fault.status, text, type });
    expect(headers.get("retry-after")).toBe(after);
  });

  it("is told apart from a busy TFE, which says so in its own form", async () => {
    sandbox.faults.add({ server: "tfe", fault: { status: 503, retryAfter: 7 } });
    const response = await fetch(`${sandbox.tfe.url}/api/v2/ping`);
    expect([response.status, response.headers.get("retry-after"), await response.json()]).toEqual([
      503,
      "7",
      { errors: [{ status: "503", title: "scripted fault" }] },
    ]);
  });
});
