import { type Sandbox, startSandbox } from "../../sandbox";

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({});
  sandbox.gitlabState.grants.push({
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

it("tells a wrong application and a wrong kind of grant apart", async () => {
  expect(await refresh("r0", { client_id: "nobody" })).toMatchObject({
    status: 401,
    body: { error: "invalid_client" },
  });
  expect(await refresh("r0", { grant_type: "password" })).toMatchObject({
    status: 400,
    body: { error: "unsupported_grant_type" },
  });
});
