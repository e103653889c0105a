import { type Sandbox, startSandbox } from "../../sandbox";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({});
  sandbox.gitlabState.grants.push({
    userId: 5,
    clientId: "app",
    accessToken: "a0",
    refreshToken: "r0",
    revoked: false,
    previous: null,
  });
});
afterEach(async () => {
  await sandbox.close();
});

const refresh = async (refreshToken: string, more: Record<string, string> = {}) => {
  const body = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: "app",
    refresh_token: refreshToken,
    ...more,
  });
  const response = await fetch(`${sandbox.gitlab.url}/oauth/token`, { method: "POST", body });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};
const api = async (accessToken = "") => {
  const response = await fetch(`${sandbox.gitlab.url}/api/v4/user`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

it("lets one of many simultaneous refreshes win, and refuses the others", async () => {
  sandbox.gitlabState.doorkeeper.latencyMs = 20;
  const answers = await Promise.all(Array.from({ length: 10 }, () => refresh("r0")));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)]);
  expect(answers.find(({ status }) => status === 400)?.body).toEqual({
    error: "invalid_grant",
    error_description: expect.stringContaining("The provided authorization grant is invalid, expired, revoked"),
  });
  const winner = answers.find(({ status }) => status === 200)?.body;
  expect((await api("a0")).body.error_description).toBe("Token was revoked. You have to re-authorize from the user.");
  expect((await api(winner?.access_token)).status).toBe(200);
  expect((await refresh(winner?.refresh_token ?? "")).status).toBe(200);
});

it("answers 401 as an old Doorkeeper did", async () => {
  sandbox.gitlabState.doorkeeper.invalidGrantStatus = 401;
  await refresh("r0");
  expect((await refresh("r0")).status).toBe(401);
  expect((await refresh("unknown")).status).toBe(401);
});

it("revokes on first use of the new token where the table has previous_refresh_token", async () => {
  sandbox.gitlabState.doorkeeper.previousRefreshToken = true;
  const [first, second] = [await refresh("r0"), await refresh("r0")];
  expect([first.status, second.status]).toEqual([200, 200]);
  await api(first.body.access_token);
  expect((await refresh("r0")).status).toBe(400);
  expect((await api("a0")).status).toBe(401);
});

it("looks at the kind of grant, the token, the application and whether they belong together, in this order", async () => {
  sandbox.gitlabState.grants.push({
    userId: 5,
    clientId: "another",
    accessToken: "a1",
    refreshToken: "r1",
    revoked: false,
    previous: null,
  });
  const asked: [string, Record<string, string>, number, string][] = [
    ["r0", { grant_type: "password" }, 400, "unsupported_grant_type"],
    ["r0", { grant_type: "" }, 400, "invalid_request"],
    ["", {}, 400, "invalid_request"],
    ["unknown", { client_id: "nobody" }, 400, "invalid_grant"],
    ["r0", { client_id: "nobody" }, 401, "invalid_client"],
    ["r0", { client_id: "another" }, 400, "invalid_grant"],
    ["r0", { client_id: "" }, 400, "invalid_grant"],
    ["", { grant_type: "authorization_code", code: "c", client_id: "nobody" }, 401, "invalid_client"],
    ["", { grant_type: "authorization_code", code: "c" }, 400, "invalid_grant"],
    ["r0", {}, 200, ""],
  ];
  for (const [token, more, status, error] of asked) {
    const answer = await refresh(token, more);
    expect([answer.status, answer.body.error ?? "", token, more]).toEqual([status, error, token, more]);
  }
});

it("asks an application for its secret, where it has one", async () => {
  const { applications, grants } = sandbox.gitlabState;
  const [[id, secret] = ["", ""]] = applications;
  const token = grants.find(({ clientId }) => clientId === id)?.refreshToken ?? "";
  for (const wrong of ["", "wrong"]) {
    const answer = await refresh(token, { client_id: id, client_secret: wrong });
    expect([answer.status, answer.body.error]).toEqual([401, "invalid_client"]);
  }
  expect((await refresh(token, { client_id: id, client_secret: secret })).status).toBe(200);
});

it("takes the application's name as HTTP Basic authentication too", async () => {
  const response = await fetch(`${sandbox.gitlab.url}/oauth/token`, {
    method: "POST",
    headers: { Authorization: `Basic ${Buffer.from("app:secret").toString("base64")}` },
    body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: "r0" }),
  });
  expect(response.status).toBe(200);
});
