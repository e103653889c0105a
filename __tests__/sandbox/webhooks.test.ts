import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { run } from "../../lib/cli/main";
import type { Diagnosis } from "../../lib/diagnose";
import type { SandboxOptions, Workspace } from "../../sandbox";
import { type Caller, document, patConnection, startCaller } from "./support";

const INVALID_GRANT = "The provided authorization grant is invalid, expired, revoked";
const REVOKED = "Server responded with code 401, message: Token was revoked. You have to re-authorize from the user.";

let caller: Caller;
const start = async (options: SandboxOptions = {}) => {
  caller = await startCaller({ fleet: 60, ...options });
};
afterEach(async () => {
  await caller.sandbox.close();
});

const onToken = (token: string): readonly Workspace[] =>
  [...caller.sandbox.state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === token);
const onOld = () => onToken("ot-SandboxOAuth0001");
/** Where a webhook arrives; its host's name resolves nowhere. */
const urlOf = ({ vcsRepo }: Workspace) =>
  (vcsRepo?.["webhook-url"] ?? "").replace("https://tfe.sandbox.test", caller.sandbox.tfe.url);

/** Sends what GitLab sends after a push. */
async function push(url: string, headers: Record<string, string> = { "X-Gitlab-Event": "Push Hook" }): Promise<number> {
  const body = {
    object_kind: "push",
    event_name: "push",
    before: "95790bf891e76fee5e1747ab589903a6a1f80f22",
    after: "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
    ref: "refs/heads/main",
    checkout_sha: "da1560886d4f094c3e6c9ef40349f7d38b5d27d7",
    user_username: "jsmith",
    project_id: 15,
    project: { id: 15, path_with_namespace: "group/app", default_branch: "main" },
    commits: [],
    total_commits_count: 0,
  };
  const response = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Gitlab-Token": "secret", ...headers },
    body: JSON.stringify(body),
  });
  await response.text();
  return response.status;
}

const burst = (workspaces: readonly Workspace[], webhooks = 20) =>
  Promise.all(
    Array.from({ length: webhooks }, (_, index) => push(urlOf(workspaces[index % workspaces.length] as Workspace))),
  );

const logOf = async (name: "gitlab-log" | "tfe-log") =>
  (await fetch(`${caller.sandbox.tfe.url}/_sandbox/${name}`)).text();
const errors = async () => (await logOf("tfe-log")).split("\n").filter((line) => line.includes("[ERROR]"));
const refreshes = () => caller.sandbox.gitlabState.tokenRequests.map(({ status }) => status).sort();

/** What `repoint diagnose --json` says of the logs that the sandbox has. */
async function diagnosed(...names: ("gitlab-log" | "tfe-log")[]): Promise<Diagnosis> {
  const folder = mkdtempSync(join(tmpdir(), "repoint-webhooks-"));
  for (const name of names) writeFileSync(join(folder, `${name}.log`), await logOf(name));
  const stdout = new PassThrough();
  const io = { stdin: process.stdin, stdout, stderr: new PassThrough(), env: {}, cwd: folder, exitCode: 0 };
  await run(["diagnose", "--json", ...names.map((name) => `${name}.log`)], io);
  rmSync(folder, { recursive: true });
  return JSON.parse(String(stdout.read()));
}

async function repoint(workspaces: readonly Workspace[], token: string): Promise<void> {
  for (const { id } of workspaces) {
    const { status } = await caller.call(
      "PATCH",
      `workspaces/${id}`,
      document({ "vcs-repo": { "oauth-token-id": token } }),
    );
    expect(status).toBe(200);
  }
}

describe("webhooks to workspaces on an OAuth connection", () => {
  it("race when many come at once: one refresh wins, and the logs of both sides convict the race", async () => {
    await start({ latencyMs: 1000 });
    expect(new Set(await burst(onOld()))).toEqual(new Set([200]));
    expect(refreshes()).toEqual([200, ...Array(19).fill(400)]);
    const { verdict, races } = await diagnosed("gitlab-log");
    expect({ verdict, losers: races.map(({ losers }) => losers.length) }).toEqual({
      verdict: "race-proven",
      losers: [19],
    });
    const lines = await errors();
    expect(lines.filter((line) => line.includes(INVALID_GRANT))).toHaveLength(19);
    expect(lines.filter((line) => line.endsWith(REVOKED))).toHaveLength(19);
    const both = await diagnosed("gitlab-log", "tfe-log");
    expect(both.verdict).toBe("race-proven");
    expect(both.races[0]?.webhooks?.count).toBe(20);
    expect(both.inputs.map(({ kinds }) => kinds)).toEqual([["gitlab-production-json"], ["tfe-text"]]);
  });

  it("break the connection for good: what comes later is refused too, until somebody authorizes it again", async () => {
    await start({ latencyMs: 50 });
    await burst(onOld());
    const before = await errors();
    expect(await push(urlOf(onOld()[0] as Workspace))).toBe(200);
    expect((await errors()).slice(before.length)).toEqual([
      expect.stringContaining(INVALID_GRANT),
      expect.stringContaining(REVOKED),
    ]);
    // The support article's first solution.
    const [workspace] = onOld();
    caller.sandbox.gitlabState.addProject("group/app");
    await caller.call("DELETE", "oauth-tokens/ot-SandboxOAuth0001");
    const client = await caller.call("GET", "oauth-clients/oc-SandboxOAuth0001");
    await fetch(`${caller.sandbox.tfe.url}${client.body.data?.attributes?.["connect-path"]}`);
    const token = caller.sandbox.state.clients.get("oc-SandboxOAuth0001")?.tokenIds[0] ?? "";
    await caller.call(
      "PATCH",
      `workspaces/${workspace?.id}`,
      document({ "vcs-repo": { identifier: "group/app", "oauth-token-id": token } }),
    );
    const broken = (await errors()).length;
    await push(urlOf(workspace as Workspace));
    expect((await errors()).slice(broken)).toEqual([]);
  });

  it("do no harm one after the other: each refreshes with what the one before it got", async () => {
    await start({ latencyMs: 5 });
    for (const workspace of onOld().slice(0, 6)) await push(urlOf(workspace));
    expect(refreshes()).toEqual(Array(6).fill(200));
    expect(new Set(caller.sandbox.gitlabState.tokenRequests.map(({ tokenHash }) => tokenHash)).size).toBe(6);
    expect(await errors()).toEqual([]);
    expect((await diagnosed("gitlab-log", "tfe-log")).verdict).toBe("nothing-found");
  });

  it("race too where GitLab revokes a token when its successor is first used", async () => {
    await start({ latencyMs: 20, previousRefreshToken: true });
    await burst(onOld());
    const statuses = refreshes();
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status === 400).length).toBeGreaterThan(0);
    expect((await diagnosed("gitlab-log")).verdict).toBe("race-proven");
  });

  it("leave the tokens as good as they were when GitLab is down or does not know the application", async () => {
    await start();
    const { faults, state } = caller.sandbox;
    const url = urlOf(onOld()[0] as Workspace);
    faults.add({ server: "gitlab", path: "/oauth/token", times: 1, fault: { status: 503 } });
    faults.add({ server: "gitlab", path: "/oauth/token", times: 1, fault: { drop: true } });
    await push(url);
    await push(url);
    const client = state.clients.get("oc-SandboxOAuth0001");
    const { secret = "" } = client ?? {};
    if (client !== undefined) client.secret = "wrong";
    await push(url);
    if (client !== undefined) client.secret = secret;
    expect((await errors()).map((line) => line.replace(/^.*?\] \[.*?\] /, ""))).toEqual([
      "Server responded with code 503",
      expect.stringMatching(/^Failed to reach http:\/\/127\.0\.0\.1:\d+: /),
      expect.stringContaining("Client authentication failed due to unknown client"),
    ]);
    await push(url);
    expect(await errors()).toHaveLength(3);
  });
});

describe("webhooks to workspaces on a connection with a personal access token", () => {
  it("refresh nothing, so that nothing races, however many come; also for workspaces that were re-pointed", async () => {
    await start({ latencyMs: 50 });
    await burst(onOld());
    const webhooks = onOld().map(urlOf);
    const moved = onOld();
    const token = await patConnection(caller);
    await repoint(moved, token);
    for (const name of ["gitlab-log", "tfe-log"]) {
      await fetch(`${caller.sandbox.tfe.url}/_sandbox/${name}`, { method: "DELETE" });
    }
    caller.sandbox.log.clear();
    expect(onToken(token).map(urlOf)).toEqual(webhooks);
    expect(new Set(await burst(moved, 40))).toEqual(new Set([200]));
    expect(
      caller.sandbox.log.matching({ server: "gitlab" }).map(({ method, status }) => `${method} ${status}`),
    ).toEqual(Array(40).fill("GET 200"));
    expect(await errors()).toEqual([]);
    const { verdict, races, causes } = await diagnosed("gitlab-log", "tfe-log");
    expect({ verdict, races, causes }).toEqual({ verdict: "nothing-found", races: [], causes: [] });
  });

  it("say that it was revoked when it was", async () => {
    await start();
    const [workspace] = onOld();
    await repoint([workspace as Workspace], await patConnection(caller));
    for (const token of caller.sandbox.gitlabState.tokens) token.revoked = true;
    await push(urlOf(workspace as Workspace));
    expect(await errors()).toEqual([expect.stringContaining(REVOKED)]);
    expect(refreshes()).toEqual([]);
  });
});

describe("a webhook", () => {
  it("is known by its address, needs no token, and counts against no rate limit", async () => {
    await start({ requestsPerSecond: 1 });
    expect(await push(`${caller.sandbox.tfe.url}/webhooks/vcs/none`)).toBe(404);
    for (const workspace of onOld().slice(0, 5)) expect(await push(urlOf(workspace))).toBe(200);
    expect(caller.sandbox.unknownRequests).toEqual([]);
  });

  it("is told by its header, or else by its body; what TFE does not ask for makes no work", async () => {
    await start();
    const url = urlOf(onOld()[0] as Workspace);
    expect(await push(url, {})).toBe(200);
    expect(await push(url, { "X-Gitlab-Event": "Tag Push Hook" })).toBe(200);
    expect(await push(url, { "X-Gitlab-Event": "Merge Request Hook" })).toBe(200);
    expect(refreshes()).toHaveLength(3);
    expect(await push(url, { "X-Gitlab-Event": "Note Hook" })).toBe(200);
    expect((await fetch(url, { method: "POST", body: "nonsense" })).status).toBe(400);
    expect(refreshes()).toHaveLength(3);
  });

  it("makes the sandbox ask no other server than its own", async () => {
    await start();
    const client = caller.sandbox.state.clients.get("oc-SandboxOAuth0001");
    const port = new URL(caller.sandbox.gitlab.url).port;
    const elsewhere = [
      "https://gitlab.example.com",
      "http://localhost:1",
      "http://gitlab.sandbox.test.example.com",
      "",
    ];
    for (const url of [...elsewhere, "http://gitlab.sandbox.test", `http://localhost:${port}/`]) {
      if (client !== undefined) client.attributes["http-url"] = url;
      await push(urlOf(onOld()[0] as Workspace));
    }
    expect(await errors()).toEqual(elsewhere.map((url) => expect.stringContaining(`and not ${url}`)));
    expect(caller.sandbox.log.matching({ server: "gitlab", path: "/oauth/token" })).toHaveLength(2);
  });

  it("changes no record, and leaves no secret in the logs", async () => {
    await start({ latencyMs: 20 });
    const before = caller.sandbox.snapshot();
    await burst(onOld(), 5);
    expect(caller.sandbox.snapshot()).toEqual(before);
    const logs = `${await logOf("gitlab-log")}${await logOf("tfe-log")}`;
    const secrets = caller.sandbox.gitlabState.grants.flatMap(({ accessToken, refreshToken }) => [
      accessToken,
      refreshToken,
    ]);
    for (const secret of [...secrets, ...caller.sandbox.gitlabState.applications.values()]) {
      expect(logs).not.toContain(secret);
    }
    // Whoever asks twice gets the same lines.
    expect(await logOf("gitlab-log")).toBe(await logOf("gitlab-log"));
  });
});
