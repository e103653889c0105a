import { explain } from "../../lib/gitlab/answer";
import type { GitlabApi } from "../../lib/gitlab/api";
import { type Gitlab, gitlab, type Reply, TOKEN } from "./support";

let server: Gitlab | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const endpoints: readonly (readonly [
  name: string,
  ask: (api: GitlabApi) => Promise<{ readonly type: string }>,
  path: string,
  good: unknown,
])[] = [
  ["self", (api) => api.self(), "personal_access_tokens/self", { name: "tfe", scopes: ["api"], active: true }],
  ["user", (api) => api.user(), "user", { id: 7, username: "tfe-bot" }],
  [
    "project",
    (api) => api.project("group/sub/app"),
    "projects/group%2Fsub%2Fapp",
    { id: 3, path_with_namespace: "group/sub/app", default_branch: "main" },
  ],
  [
    "hooks",
    (api) => api.hooks("group/sub/app"),
    "projects/group%2Fsub%2Fapp/hooks",
    [{ id: 1, url: "https://tfe.example.com/webhooks/vcs/1" }],
  ],
];

const html = "<!DOCTYPE html><html><title>Sign in</title></html>";
const answers: readonly (readonly [what: string, reply: Reply, said: string])[] = [
  [
    "a refusal with a reason",
    { status: 403, body: { message: "403 Forbidden - You (@bot) must accept the Terms of Service" } },
    "GitLab refused with 403: 403 Forbidden - You (@bot) must accept the Terms of Service",
  ],
  [
    "a refusal in OAuth's form",
    {
      status: 401,
      body: { error: "invalid_token", error_description: "Token was revoked. You have to re-authorize from the user." },
    },
    "GitLab refused with 401: Token was revoked. You have to re-authorize from the user.",
  ],
  [
    "a refusal of scopes",
    { status: 403, body: { error: "insufficient_scope", scope: "api read_api" } },
    "GitLab refused with 403: insufficient_scope",
  ],
  [
    "a refusal that repeats the token",
    { status: 400, body: { message: `400 bad ${TOKEN}` } },
    "GitLab refused with 400: 400 bad (masked)",
  ],
  [
    "a redirect to another host",
    { status: 302, headers: { location: "https://sso.example.com/login?back=secret" } },
    "GitLab answered 302, which redirects to https://sso.example.com/login: another host, which must not get the token",
  ],
  [
    "a redirect to another port of the same host",
    { status: 301, headers: { location: "http://127.0.0.1:1/api/v4/user" } },
    "GitLab answered 301, which redirects to http://127.0.0.1:1/api/v4/user: another host, which must not get the token",
  ],
  ["a redirect to nowhere", { status: 302 }, "GitLab answered 302, a redirect without an address"],
  [
    "a redirect to an empty address",
    { status: 302, headers: { location: " " } },
    "GitLab answered 302, a redirect without an address",
  ],
  [
    "a redirect to what is no address",
    { status: 302, headers: { location: "https://[" } },
    "GitLab answered 302, a redirect without an address",
  ],
  [
    "a redirect by a way that is not followed",
    { status: 302, headers: { location: "ftp://gitlab.example.com/user" } },
    "GitLab answered 302, which redirects to ftp://gitlab.example.com/user: another host, which must not get the token",
  ],
  [
    "a login page",
    { body: html, headers: { "content-type": "text/html" } },
    "this is not an answer of GitLab's API: 200 with HTML (a login page or a proxy?)",
  ],
  [
    "a proxy's page of 401",
    { status: 401, body: html },
    "this is not an answer of GitLab's API: 401 with HTML (a login page or a proxy?)",
  ],
  [
    "a proxy's page of 403",
    { status: 403, body: html },
    "this is not an answer of GitLab's API: 403 with HTML (a login page or a proxy?)",
  ],
  [
    "a proxy's page of 404",
    { status: 404, body: html },
    "this is not an answer of GitLab's API: 404 with HTML (a login page or a proxy?)",
  ],
  ["nothing", { body: "" }, "this is not an answer of GitLab's API: 200 with an empty body"],
  ["nothing, with 204", { status: 204 }, "this is not an answer of GitLab's API: 204 with an empty body"],
  ["nothing, with 403", { status: 403 }, "this is not an answer of GitLab's API: 403 with an empty body"],
  ["text", { status: 403, body: "Forbidden" }, "this is not an answer of GitLab's API: 403 with text that is not JSON"],
  [
    "a gateway's JSON",
    { status: 403, body: { message: "Forbidden" } },
    "this is not an answer of GitLab's API: 403 with JSON that is not GitLab's",
  ],
  [
    "another framework's JSON",
    { status: 404, body: { timestamp: 1, status: 404, error: "Not Found", path: "/api" } },
    "this is not an answer of GitLab's API: 404 with JSON that is not GitLab's",
  ],
  [
    "other JSON",
    { body: { ok: true } },
    "this is not an answer of GitLab's API: 200 with JSON that differs from GitLab's documentation",
  ],
  ["half JSON", { body: '{"scopes":' }, "this is not an answer of GitLab's API: 200 with text that is not JSON"],
  ["a server error", { status: 502, body: html }, "GitLab cannot be reached: it answered 502"],
  ["nobody", { drop: true }, "GitLab cannot be reached: the connection failed: other side closed"],
  ["a rate limit", { status: 429, body: "Retry later" }, "GitLab asked Repoint to wait: too many requests (429)"],
];

describe.each(endpoints)("%s", (_, ask, path, good) => {
  it("is what was asked for", async () => {
    server = await gitlab(() => ({ body: good }));
    expect((await ask(server.api)).type).toBe("parsed");
    expect(server.asked[0]?.path.replace(/\?.*/, "")).toBe(path);
    expect(server.asked[0]?.token).toBe(TOKEN);
  });

  it("may come packed", async () => {
    server = await gitlab(() => ({ body: good, gzip: true }));
    expect((await ask(server.api)).type).toBe("parsed");
  });

  it.each(answers)("is told from %s", async (what, reply, said) => {
    server = await gitlab(() => reply);
    const answer = await ask(server.api);
    if (answer.type === "parsed") throw new Error(`${what} was taken for an answer`);
    // @ts-expect-error the narrowing above leaves the other kinds
    expect(explain(answer).slice(0, said.length)).toBe(said);
    expect(JSON.stringify(answer)).not.toContain(TOKEN);
  });

  it("is followed to where it has moved on the same host", async () => {
    server = await gitlab((asked) =>
      asked.startsWith("new") ? { body: good } : { status: 301, headers: { location: "/api/v4/new?page=1" } },
    );
    expect(await ask(server.api)).toMatchObject({
      type: "parsed",
      foundAt: expect.objectContaining({ pathname: "/api/v4/new" }),
    });
  });

  it("is not followed for ever", async () => {
    server = await gitlab(() => ({ status: 302, headers: { location: "/api/v4/again" } }));
    expect((await ask(server.api)).type).toBe("redirect");
    expect(server.asked.length).toBeLessThan(10);
  });
});

it("waits as long as a server that is busy asks for", async () => {
  const replies: Reply[] = [{ status: 503, headers: { "retry-after": "40" } }, { body: { id: 7, username: "bot" } }];
  server = await gitlab(() => replies.shift() ?? {});
  expect((await server.api.user()).type).toBe("parsed");
  expect(server.clock.slept[0]).toBe(40_100);
});

describe("the rate limit", () => {
  it.each<[string, Record<string, string>, number]>([
    ["Retry-After", { "retry-after": "7" }, 7100],
    ["neither", {}, 1100],
    ["a time of tomorrow", { "ratelimit-reset": String(Math.floor(Date.now() / 1000) + 86_400) }, 60_100],
  ])("is waited for as %s says", async (_, headers, wait) => {
    const replies: Reply[] = [{ status: 429, body: "Retry later", headers }, { body: { id: 7, username: "bot" } }];
    server = await gitlab(() => replies.shift() ?? {});
    expect((await server.api.user()).type).toBe("parsed");
    expect(server.clock.slept[0]).toBe(wait);
  });

  it("is kept to as GitLab tells it, a minute's worth", async () => {
    server = await gitlab(() => ({
      body: { id: 7, username: "bot" },
      headers: { "ratelimit-limit": "120", "ratelimit-remaining": "50" },
    }));
    for (let index = 0; index < 10; index += 1) await server.api.user();
    // Ten a second would take less than a second; two a second take four or so.
    expect(server.clock.now()).toBeGreaterThan(3000);
  });
});

describe("a list", () => {
  const hook = (id: number) => ({ id, url: `https://tfe.example.com/webhooks/vcs/${id}` });
  const page = (from: number, to: number, next: string, total?: number): Reply => ({
    body: Array.from({ length: to - from }, (_, index) => hook(from + index)),
    headers: { "x-next-page": next, ...(total === undefined ? {} : { "x-total": String(total) }) },
  });
  const number = (path: string) => Number(new URLSearchParams(path.split("?")[1]).get("page"));

  it("is read whole", async () => {
    server = await gitlab((path) => (number(path) === 1 ? page(0, 100, "2", 130) : page(100, 130, "", 130)));
    const answer = await server.api.hooks("a/b");
    expect(answer.type === "parsed" && answer.value.length).toBe(130);
  });

  it.each<[string, (path: string) => Reply, string]>([
    [
      "never ends",
      (path) => page(number(path) * 100, number(path) * 100 + 100, String(number(path) + 1)),
      "a list of more than 50 pages",
    ],
    ["goes in circles", () => page(0, 100, "2"), "a list that changed during each of 3 readings"],
    [
      "names a page before as the next",
      (path) => page(number(path) * 100, number(path) * 100 + 100, "1"),
      'page 1 of a list with 100 objects, which names "1" as the next',
    ],
    [
      "jumps",
      () => page(0, 100, "900000000"),
      'page 1 of a list with 100 objects, which names "900000000" as the next',
    ],
    [
      "has an empty page before the last",
      () => page(0, 0, "2"),
      'page 1 of a list with 0 objects, which names "2" as the next',
    ],
    [
      "does not say whether there is more",
      () => ({ body: Array.from({ length: 100 }, (_, id) => hook(id)) }),
      "a full page of a list that does not say whether more pages follow",
    ],
    ["counts more than it has", () => page(0, 10, "", 11), "a list that changed during each of 3 readings"],
    ["has an object twice", () => ({ body: [hook(1), hook(1)] }), "a list that changed during each of 3 readings"],
  ])("that %s is no answer", async (_, answer, came) => {
    server = await gitlab(answer);
    expect(await server.api.hooks("a/b")).toMatchObject({ type: "no-answer", came });
    expect(server.asked.length).toBeLessThanOrEqual(50);
  });

  it("that changed once is read again", async () => {
    const replies = [page(0, 100, "2", 110), page(99, 109, "", 110), page(0, 100, "2", 109), page(100, 109, "", 109)];
    server = await gitlab(() => replies.shift() ?? {});
    expect(await server.api.hooks("a/b")).toMatchObject({ type: "parsed", value: { length: 109 } });
  });
});

it.each(["..", ".", "../../admin", "a/../..", "a\nb"])(
  "never asks for another path than one below the API: %j",
  async (project) => {
    server = await gitlab(() => ({ body: [] }));
    await server.api.hooks(project).catch(() => {});
    for (const { path } of server.asked) expect(path).toMatch(/^projects\/[^/]+\/hooks\?/);
  },
);

it("ends an answer that is too large, packed or not", async () => {
  const big = { id: 7, username: "x".repeat(2 ** 21) };
  for (const gzip of [false, true]) {
    server = await gitlab(() => ({ body: big, gzip }), { transport: { env: {}, limit: 2 ** 20 } });
    expect(await server.api.user()).toMatchObject({ type: "no-answer", came: "the answer is larger than 1 MiB" });
    expect(server.asked).toHaveLength(1);
    await server.close();
  }
  server = undefined;
});
