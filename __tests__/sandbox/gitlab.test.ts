import { type Sandbox, startSandbox } from "../../sandbox";

let sandbox: Sandbox;
let path: string;
beforeAll(async () => {
  sandbox = await startSandbox({});
  path = "group/sub/app";
  sandbox.gitlabState.addProject(path);
});
afterAll(() => sandbox.close());

interface Asked {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

async function call(method: string, route: string, { body, headers }: Asked = {}) {
  const response = await fetch(`${sandbox.gitlab.url}${route}`, {
    method,
    headers: { "PRIVATE-TOKEN": sandbox.gitlab.pat, "Content-Type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : JSON.parse(text) };
}
const project = () => `/api/v4/projects/${encodeURIComponent(path)}`;

describe("a token", () => {
  const withToken = async (route: string, headers: Record<string, string>) => {
    const response = await fetch(`${sandbox.gitlab.url}${route}`, { headers });
    return { status: response.status, body: await response.json() };
  };
  const self = "/api/v4/personal_access_tokens/self";

  it("is taken from any of the three places", async () => {
    const { pat } = sandbox.gitlab;
    const answers = await Promise.all([
      withToken(self, { "PRIVATE-TOKEN": pat }),
      withToken(self, { Authorization: `Bearer ${pat}` }),
      withToken(`${self}?private_token=${pat}`, {}),
    ]);
    expect(answers.map(({ status, body }) => [status, body.scopes, body.active])).toEqual(
      Array(3).fill([200, ["api"], true]),
    );
    expect(await withToken(self, {})).toEqual({ status: 401, body: { message: "401 Unauthorized" } });
  });

  it("sees itself whatever its scopes are, and nothing else without api", async () => {
    const weak = { id: 99, name: "weak", token: "glpat-weak", revoked: false, scopes: ["read_repository"] };
    sandbox.gitlabState.tokens.push({ ...weak, userId: 8, expiresAt: null, lastUsedAt: null });
    const headers = { "PRIVATE-TOKEN": "glpat-weak" };
    expect(await withToken(self, headers)).toMatchObject({ status: 200, body: { scopes: ["read_repository"] } });
    expect(await withToken(project(), headers)).toMatchObject({ status: 403, body: { error: "insufficient_scope" } });
  });

  it("can revoke itself, and says so from then on", async () => {
    const spare = { id: 98, name: "spare", token: "glpat-spare", revoked: false, scopes: ["api"], userId: 8 };
    sandbox.gitlabState.tokens.push({ ...spare, expiresAt: null, lastUsedAt: null });
    const headers = { "PRIVATE-TOKEN": "glpat-spare" };
    expect((await call("DELETE", self, { headers })).status).toBe(204);
    expect(await withToken(self, headers)).toEqual({
      status: 401,
      body: {
        error: "invalid_token",
        error_description: "Token was revoked. You have to re-authorize from the user.",
      },
    });
  });
});

describe("a project", () => {
  it("is found by id and by path, in lists, and not by what cannot be decoded", async () => {
    const { body } = await call("GET", project());
    expect(body).toMatchObject({
      path_with_namespace: path,
      web_url: `${sandbox.gitlab.url}/${path}`,
      permissions: { project_access: { access_level: 40 } },
    });
    expect((await call("GET", `/api/v4/projects/${body.id}`)).body).toEqual(body);
    expect((await call("GET", "/api/v4/projects?membership=true&search=APP")).body).toEqual([body]);
    expect((await call("GET", "/api/v4/projects?min_access_level=50")).body).toEqual([]);
    expect(await call("GET", "/api/v4/projects/%E0%A4%A")).toMatchObject({
      status: 404,
      body: { message: "404 Project Not Found" },
    });
  });

  it("has webhooks that can be made, changed and taken away", async () => {
    const url = "https://elsewhere.test/hook";
    const made = await call("POST", `${project()}/hooks`, { body: { url, push_events: false, token: "secret" } });
    expect(made).toMatchObject({ status: 201, body: { url, push_events: false, merge_requests_events: false } });
    expect(made.body.token).toBeUndefined();
    const again = await call("POST", `${project()}/hooks`, { body: { url } });
    expect(again.body.id).not.toBe(made.body.id);
    const hook = `${project()}/hooks/${made.body.id}`;
    const change = { url: "https://elsewhere.test/2", push_events: true };
    expect(await call("PUT", hook, { body: change })).toMatchObject({ status: 200, body: change });
    expect((await call("DELETE", hook)).status).toBe(204);
    expect(await call("GET", hook)).toMatchObject({ status: 404, body: { message: "404 Not found" } });
    expect(await call("POST", `${project()}/hooks`, { body: {} })).toMatchObject({
      status: 400,
      body: { error: "url is missing" },
    });
    expect(await call("POST", `${project()}/hooks`, { body: { url: "ftp://x" } })).toMatchObject({ status: 422 });
  });

  it("lists its webhooks in pages, with numbers and with addresses", async () => {
    path = "group/paged";
    const paged = sandbox.gitlabState.addProject(path);
    for (let index = 0; index < 45; index += 1) sandbox.gitlabState.addHook(path, `https://x.test/${index}`);
    const first = await call("GET", `${project()}/hooks`);
    expect(first.body).toHaveLength(20);
    expect(
      ["x-page", "x-per-page", "x-total", "x-total-pages", "x-next-page"].map((h) => first.headers.get(h)),
    ).toEqual(["1", "20", "45", "3", "2"]);
    const seen: number[] = [];
    let next: string | undefined = `${sandbox.gitlab.url}${project()}/hooks?per_page=20`;
    while (next !== undefined) {
      const response: Response = await fetch(next, { headers: { "PRIVATE-TOKEN": sandbox.gitlab.pat } });
      for (const { id } of (await response.json()) as { id: number }[]) seen.push(id);
      next = /<([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "")?.[1];
    }
    expect(seen).toEqual(paged.hooks.map(({ id }) => id));
  });
});

it("answers what it has no route for alike with a token and without", async () => {
  for (const headers of [undefined, { "PRIVATE-TOKEN": "" }]) {
    expect(await call("GET", "/api/v4/nothing", headers && { headers })).toMatchObject({
      status: 404,
      body: { error: "404 Not Found" },
    });
  }
  expect(sandbox.unknownRequests.map(({ path: asked }) => asked)).toEqual(["/api/v4/nothing", "/api/v4/nothing"]);
});
