import { type Sandbox, startSandbox } from "../../sandbox";
import type { PersonalAccessToken } from "../../sandbox/gitlab/state";
import { gitlabCaller } from "./gitlab-support";

const NOW = "2027-03-10T12:00:00.000Z";
let sandbox: Sandbox;
let call: ReturnType<typeof gitlabCaller>;
let admin: string;
beforeEach(async () => {
  sandbox = await startSandbox({});
  call = gitlabCaller(sandbox);
  sandbox.gitlabState.addProject("group/app");
  at(NOW);
  admin = sandbox.gitlabState.createToken({ userId: 5, name: "admin" }).token;
});
afterEach(() => sandbox.close());

const at = (moment: string) => {
  sandbox.gitlabState.clock = () => new Date(moment);
};
const self = "personal_access_tokens/self";
const made = (given: Partial<PersonalAccessToken> = {}) => sandbox.gitlabState.createToken({ userId: 7, ...given });
const answer = async (...args: Parameters<typeof call>) => {
  const { status, body } = await call(...args);
  return { status, body };
};
const revoked = {
  status: 401,
  body: { error: "invalid_token", error_description: "Token was revoked. You have to re-authorize from the user." },
};

it("tells everything of a token but its text", async () => {
  const { token, id } = made({ expiresAt: "2027-05-01", scopes: ["api", "read_user"] });
  expect(await answer("GET", self, undefined, token)).toEqual({
    status: 200,
    body: {
      id,
      name: "token",
      revoked: false,
      created_at: NOW,
      description: null,
      scopes: ["api", "read_user"],
      user_id: 7,
      last_used_at: NOW,
      active: true,
      expires_at: "2027-05-01",
    },
  });
});

it("ends a token at 00:00 UTC of its day, and not a moment before", async () => {
  const { token } = made({ expiresAt: "2027-03-12" });
  at("2027-03-11T23:59:59.999Z");
  expect((await call("GET", self, undefined, token)).status).toBe(200);
  at("2027-03-12T00:00:00.000Z");
  expect(await answer("GET", self, undefined, token)).toEqual({
    status: 401,
    body: {
      error: "invalid_token",
      error_description: "Token is expired. You can either do re-authorization or token refresh.",
    },
  });
});

it("notes a use every ten minutes", async () => {
  const { token } = made();
  const used = async (moment: string) => {
    at(moment);
    return (await call("GET", self, undefined, token)).body.last_used_at;
  };
  expect(await used(NOW)).toBe(NOW);
  expect(await used("2027-03-10T12:09:59.000Z")).toBe(NOW);
  expect(await used("2027-03-10T12:10:00.000Z")).toBe("2027-03-10T12:10:00.000Z");
});

describe("rotation", () => {
  it.each([
    [undefined, null],
    [{ expires_at: "2027-12-31" }, "2027-12-31"],
  ])("with %j revokes the old token of a service account at once", async (given, expires) => {
    const old = made({ name: "terraform" });
    const { status, body } = await call("POST", `${self}/rotate`, given, old.token);
    expect([status, body.name, body.expires_at, body.scopes]).toEqual([200, "terraform", expires, ["api"]]);
    expect(await answer("GET", self, undefined, old.token)).toEqual(revoked);
    expect((await call("GET", self, undefined, body.token)).status).toBe(200);
  });

  it("gives a person's token a week", async () => {
    const person = sandbox.gitlabState.addUser("jane");
    const { token } = made({ userId: person.id, expiresAt: "2027-12-31" });
    expect((await call("POST", `${self}/rotate`, undefined, token)).body.expires_at).toBe("2027-03-17");
  });

  it("repeated with the old token revokes the new one: the whole family", async () => {
    const old = made();
    const { body: next } = await call("POST", `${self}/rotate`, undefined, old.token);
    const { body: last } = await call("POST", `${self}/rotate`, undefined, next.token);
    const other = made();
    expect(await answer("POST", `${self}/rotate`, undefined, old.token)).toEqual(revoked);
    expect(await answer("GET", self, undefined, last.token)).toEqual(revoked);
    expect((await call("GET", self, undefined, other.token)).status).toBe(200);
  });

  it("of a revoked token by its id revokes the family too", async () => {
    const old = made();
    const { body: next } = await call("POST", `personal_access_tokens/${old.id}/rotate`, undefined, admin);
    expect(await answer("POST", `personal_access_tokens/${old.id}/rotate`, undefined, admin)).toEqual({
      status: 400,
      body: { message: "400 Bad request - Token already revoked" },
    });
    expect(await answer("GET", self, undefined, next.token)).toEqual(revoked);
  });

  it("had no such trap before 16.3", async () => {
    sandbox.gitlabState.settings.version = "16.2.9";
    const old = made();
    const { body: next } = await call("POST", `personal_access_tokens/${old.id}/rotate`, undefined, admin);
    await call("POST", `personal_access_tokens/${old.id}/rotate`, undefined, admin);
    expect((await call("GET", self, undefined, next.token)).status).toBe(200);
  });

  it("refuses a day that is too late and changes nothing", async () => {
    const { token } = made();
    expect(await answer("POST", `${self}/rotate`, { expires_at: "2028-03-10" }, token)).toEqual({
      status: 400,
      body: { message: "400 Bad request - Expiration date must be before 2028-03-09" },
    });
    expect((await call("GET", self, undefined, token)).status).toBe(200);
  });

  it("needs the scope api or self_rotate", async () => {
    const rotating = made({ scopes: ["self_rotate"] });
    const reading = made({ scopes: ["read_api"] });
    expect((await call("POST", `${self}/rotate`, undefined, rotating.token)).status).toBe(200);
    expect((await answer("POST", `${self}/rotate`, undefined, reading.token)).body).toEqual({
      error: "insufficient_scope",
      error_description: "The request requires higher privileges than provided by the access token.",
      scope: "api self_rotate",
    });
  });
});

describe("revocation", () => {
  it("of oneself takes any scope, by id one's own or an administrator", async () => {
    const [first, second, third] = [made({ scopes: ["read_user"] }), made(), made()];
    expect((await call("DELETE", self, undefined, first?.token)).status).toBe(204);
    expect((await call("DELETE", `personal_access_tokens/${second?.id}`)).status).toBe(204);
    expect((await call("DELETE", `personal_access_tokens/${third?.id}`, undefined, admin)).status).toBe(204);
    for (const each of [first, second, third]) {
      expect(await answer("GET", self, undefined, each?.token)).toEqual(revoked);
    }
  });

  it("of another's is forbidden, and looking at it is not authorized", async () => {
    const person = sandbox.gitlabState.addUser("jane");
    const { id } = made({ userId: person.id });
    expect(await answer("DELETE", `personal_access_tokens/${id}`)).toEqual({
      status: 403,
      body: { message: "403 Forbidden" },
    });
    expect(await answer("GET", `personal_access_tokens/${id}`)).toEqual({
      status: 401,
      body: { message: "401 Unauthorized" },
    });
    expect(await answer("GET", "personal_access_tokens/4711", undefined, admin)).toEqual({
      status: 404,
      body: { message: "404 Not found" },
    });
  });
});

it("lists one's own tokens, an administrator's answer is everybody's", async () => {
  made({ name: "spare", revoked: true });
  const names = async (query: string, token?: string) =>
    (await call("GET", `personal_access_tokens?${query}`, undefined, token)).body.map(({ name }) => name);
  expect(await names("")).toEqual(["terraform", "spare"]);
  expect(await names("state=active")).toEqual(["terraform"]);
  expect(await names("user_id=5", admin)).toEqual(["admin"]);
  expect((await call("GET", "personal_access_tokens?user_id=5")).status).toBe(401);
});

describe("a token that is made over the API", () => {
  const wanted = { name: "new", scopes: ["api"], expires_at: "2027-06-01" };

  it("is made by an administrator for anybody, and shown once", async () => {
    const { status, body } = await call("POST", "users/7/personal_access_tokens", wanted, admin);
    expect([status, body.expires_at, body.user_id]).toEqual([201, "2027-06-01", 7]);
    const seen = await call("GET", `personal_access_tokens/${body.id}`, undefined, body.token);
    expect([seen.body.name, seen.body.token]).toEqual(["new", undefined]);
    expect((await call("POST", "users/7/personal_access_tokens", wanted)).status).toBe(403);
  });

  it.each([
    [{ ...wanted, name: undefined, scopes: undefined }, 400, { error: "name is missing, scopes is missing" }],
    [{ ...wanted, scopes: ["everything"] }, 400, { error: "scopes does not have a valid value" }],
    [{ ...wanted, expires_at: "soon" }, 400, { error: "expires_at is invalid" }],
    [{ ...wanted, expires_at: "2029-01-01" }, 422, { message: "Expiration date must be before 2028-03-09" }],
  ])("is refused for %j", async (given, status, body) => {
    expect(await answer("POST", "users/7/personal_access_tokens", given, admin)).toEqual({ status, body });
  });

  it("can be one's own with two scopes alone", async () => {
    expect((await answer("POST", "user/personal_access_tokens", wanted)).body).toEqual({
      error: "scopes does not have a valid value",
    });
    const own = await call("POST", "user/personal_access_tokens", { name: "r", scopes: ["self_rotate"] });
    expect([own.status, own.body.expires_at]).toEqual([201, null]);
  });

  it("belongs to a service account of a group, which an Owner makes", async () => {
    const { gitlabState } = sandbox;
    gitlabState.membersOf("group").set(5, 50).set(7, 40);
    expect((await call("POST", "groups/group/service_accounts")).status).toBe(403);
    const { body: account } = await call("POST", "groups/group/service_accounts", undefined, admin);
    expect(account.username).toMatch(/^service_account_group_\d+_[0-9a-f]{32}$/);
    const of = `groups/group/service_accounts/${account.id}/personal_access_tokens`;
    const { body: token } = await call("POST", of, { name: "tfe", scopes: ["api"] }, admin);
    expect((await call("GET", "user", undefined, token.token)).body).toMatchObject({ bot: true });
    const { body: next } = await call("POST", `${of}/${token.id}/rotate`, undefined, admin);
    expect(await answer("GET", self, undefined, token.token)).toEqual(revoked);
    expect((await call("DELETE", `${of}/${next.id}`, undefined, admin)).status).toBe(204);
    expect(await answer("GET", self, undefined, next.token)).toEqual(revoked);
  });

  it.each([
    ["projects/group%2Fapp", /^project_\d+_bot_[0-9a-f]{32}$/],
    ["groups/group", /^group_\d+_bot_[0-9a-f]{32}$/],
  ])("of %s has a bot for its user", async (of, username) => {
    sandbox.gitlabState.membersOf("group").set(5, 50);
    const given = { name: "tfe", scopes: ["api"], access_level: 30 };
    const { status, body } = await call("POST", `${of}/access_tokens`, given, admin);
    expect([status, body.access_level]).toEqual([201, 30]);
    const { body: user } = await call("GET", "user", undefined, body.token);
    expect([user.bot, user.username]).toEqual([true, expect.stringMatching(username)]);
    expect((await call("GET", "projects/group%2Fapp/hooks", undefined, body.token)).status).toBe(403);
    expect((await call("GET", `${of}/access_tokens`, undefined, admin)).body).toHaveLength(1);
    const next = await call("POST", `${of}/access_tokens/${body.id}/rotate`, undefined, admin);
    expect([next.status, next.body.user_id]).toEqual([200, body.user_id]);
    expect((await call("DELETE", `${of}/access_tokens/${next.body.id}`, undefined, admin)).status).toBe(204);
  });
});

it.each([
  ["15.4.0", "GET", self],
  ["16.9.0", "POST", `${self}/rotate`],
  ["17.3.9", "GET", `${self}/associations`],
  ["17.2.0", "GET", "projects/group%2Fapp/hooks/1/events"],
  ["17.3.0", "POST", "projects/group%2Fapp/hooks/1/events/1/resend"],
])("has nothing in version %s at %s %s", async (version, method, route) => {
  sandbox.gitlabState.settings.version = version;
  expect(await answer(method, route)).toEqual({ status: 404, body: { error: "404 Not Found" } });
  expect(sandbox.unknownRequests).toEqual([]);
});
