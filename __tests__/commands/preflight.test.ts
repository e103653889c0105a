import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { preflightJsonSchema } from "../../lib/commands/preflight/report";
import { forbidden } from "../../sandbox/gitlab/errors";
import { type Stage, startStage } from "./support";

jest.setTimeout(300_000);

const OLD = "ot-SandboxOAuth0001";
let stage: Stage;
let projects: string[];
beforeEach(async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
  const { state, gitlab } = stage.sandbox;
  const paths = [...state.resources()].flatMap(({ vcsRepo }) =>
    vcsRepo?.["oauth-token-id"] === OLD ? [vcsRepo.identifier] : [],
  );
  projects = [...new Set(paths)].sort();
  stage.env.TF_VAR_gitlab_pat = gitlab.pat;
});
afterEach(() => stage.close());

/** Status, check, subject and text of every finding that is not `ok`. */
async function found(...more: string[]): Promise<{ code: number; findings: readonly (readonly string[])[] }> {
  const { code, stdout } = await stage.repoint("preflight", "sandbox", "--json", ...more);
  const { findings }: { findings: Record<string, string>[] } = JSON.parse(stdout);
  return {
    code,
    findings: findings
      .filter(
        ({ status, check }) => status !== "ok" && check !== "commit-statuses" && check !== "repository-seen-by-tfe",
      )
      .map(({ status = "", check = "", subject = "", what = "" }) => [status, check, subject, what]),
  };
}
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

it("passes where all is well, and changes nothing", async () => {
  const before = stage.sandbox.snapshot();
  const { code, stdout } = await stage.repoint("preflight", "sandbox");
  expect(code).toBe(0);
  expect(stdout.replace(/it is [\d.]+-ee/, "it is VERSION")).toMatchInlineSnapshot(`
    "Preflight of what the next plan moves (4 resources):

    UNKNOWN  repository-seen-by-tfe  the new connection: it does not exist yet, so TFE cannot be asked what it sees
    UNKNOWN  commit-statuses         commit statuses: TFE's commit statuses come from another user after the move; whether anything in GitLab waits for those of the old one cannot be read
                                     to do: look for external status checks and merge rules that name Terraform in the repositories' settings
    OK       token-usable            TF_VAR_gitlab_pat: GitLab accepts it, and it has the scope api
    OK       token-expiry            TF_VAR_gitlab_pat: it does not expire
    OK       token-owner             TF_VAR_gitlab_pat: it belongs to sandbox-bot, a service account or another bot of GitLab
    OK       repository-role         group/app, group/db, group/sub/app, group/sub/edge: the token's user may make webhooks
    OK       repository-path         group/app, group/db, group/sub/app, group/sub/edge: it exists under this path
    OK       repository-archived     group/app, group/db, group/sub/app, group/sub/edge: it is not archived
    OK       repository-webhooks     group/app, group/db, group/sub/app, group/sub/edge: there is room for TFE's webhooks
    OK       tfe-rights              the TFE token: it may manage VCS settings
    OK       connections             connections: the old and the new one are what the organization file says
    OK       versions                tfe.sandbox.test: it is Terraform Enterprise 1.1.0
    OK       versions                GitLab: it is VERSION

    PASS  0 errors, 0 warnings, 2 unknown, 23 ok
    UNKNOWN means that nobody could tell. It does not stop the plan, and does not count as OK.
    Nothing was changed.
    Next: repoint plan sandbox
    "
  `);
  expect(stage.sandbox.snapshot()).toEqual(before);
  expect(stage.sandbox.log.writes).toEqual([]);
});

it("names what is wrong with each repository", async () => {
  const [hidden = "", developer = "", moved = "", archived = ""] = projects;
  const { gitlabState } = stage.sandbox;
  gitlabState.project(hidden).members.delete(7);
  gitlabState.project(developer).accessLevel = 30;
  gitlabState.project(archived).archived = true;
  gitlabState.moveProject(moved, "team/moved");
  expect(await found()).toEqual({
    code: 1,
    findings: [
      [
        "error",
        "repository-role",
        hidden,
        "the token's user cannot see it in GitLab (404 Project Not Found), so TFE cannot create webhooks",
      ],
      [
        "error",
        "repository-role",
        developer,
        "the token's user may not see webhooks in GitLab (403 Forbidden), so TFE cannot create them",
      ],
      [
        "error",
        "repository-path",
        moved,
        "GitLab has moved it to team/moved: under the old path TFE can make no webhook",
      ],
      ["error", "repository-archived", archived, "it is archived: nobody can push to it"],
    ],
  });
});

it("counts webhooks against GitLab's limit", async () => {
  const [full = ""] = projects;
  const { gitlabState } = stage.sandbox;
  for (let index = gitlabState.project(full).hooks.length; index < 100; index += 1)
    gitlabState.addHook(full, `https://x.test/${index}`);
  expect(await found()).toEqual({
    code: 0,
    findings: [
      [
        "warning",
        "repository-webhooks",
        full,
        "it has 100 webhooks, TFE may make 1 more, and GitLab usually allows 100",
      ],
    ],
  });
});

it.each([
  [13, [], 1, "error", "fewer than 14"],
  [20, [], 0, "warning", "fewer than 60"],
  [20, ["--min-days", "30"], 1, "error", "fewer than 30"],
])("judges a token that expires in %s days with %j", async (days, options, code, status, why) => {
  const day = inDays(days + 1);
  for (const token of stage.sandbox.gitlabState.tokens) token.expiresAt = day;
  const what = `it expires on ${day}, in ${days} days: ${why}`;
  expect(await found(...options)).toEqual({
    code,
    findings: [[status, "token-expiry", "TF_VAR_gitlab_pat", what]],
  });
});

it.each([
  [{ type: "human", username: "jane" } as const, "warning", "it belongs to jane, a person"],
  [{ type: "group_bot", username: "group_12_bot_abc" } as const, "unknown", "it is a group access token"],
])("says whose token it is: %j", async ({ username, type }, status, what) => {
  const { gitlabState } = stage.sandbox;
  const user = gitlabState.addUser(username, { type });
  for (const path of projects) gitlabState.project(path).members.set(user.id, 40);
  stage.env.TF_VAR_gitlab_pat = gitlabState.createToken({
    userId: user.id,
  }).token;
  expect(await found()).toEqual({
    code: 0,
    findings: [[status, "token-owner", "TF_VAR_gitlab_pat", expect.stringContaining(what)]],
  });
});

it("finds every role, however it is given", async () => {
  const [shared = "", ...rest] = projects;
  const { gitlabState } = stage.sandbox;
  for (const path of projects) gitlabState.project(path).members.delete(7);
  gitlabState.project(shared).sharedWith.set("ops", 40);
  gitlabState.membersOf("ops").set(7, 50);
  for (const path of rest) gitlabState.membersOf(path.split("/").slice(0, -1).join("/")).set(7, 40);
  expect(await found()).toEqual({ code: 0, findings: [] });
});

it.each([
  [
    "is revoked",
    (): void =>
      void Object.assign(Object(stage.sandbox.gitlabState.tokens[0]), {
        revoked: true,
      }),
  ],
  [
    "has expired",
    (): void =>
      void Object.assign(Object(stage.sandbox.gitlabState.tokens[0]), {
        expiresAt: inDays(0),
      }),
  ],
  [
    "has other scopes",
    (): void =>
      void Object.assign(Object(stage.sandbox.gitlabState.tokens[0]), {
        scopes: ["read_user"],
      }),
  ],
  [
    "is a blocked user's",
    (): void =>
      void Object.assign(Object(stage.sandbox.gitlabState.users.get(7)), {
        state: "blocked",
      }),
  ],
])("takes no repository for fine when the token %s", async (_, break_) => {
  break_();
  const { code, findings } = await found();
  expect(code).toBe(1);
  expect(findings[0]?.slice(0, 2)).toEqual(["error", "token-usable"]);
  const roles = findings.filter(([, check]) => check === "repository-role");
  expect(roles.map(([status, , path]) => [status, path])).toEqual(projects.map((path) => ["unknown", path]));
});

it.each(["preflight", "plan"])("asks for the token where there is none: %s", async (command) => {
  delete stage.env.TF_VAR_gitlab_pat;
  const { code, stdout, stderr } = await stage.repoint(command, "sandbox");
  expect(code).toBe(2);
  expect(stderr).toContain(`\
error: TF_VAR_gitlab_pat is not set: it holds the GitLab personal access token of the new connection [run/no-token]
    fix: read -rs TF_VAR_gitlab_pat && export TF_VAR_gitlab_pat
`);
  expect(stdout).not.toContain("UNKNOWN");
});

it("needs none for a connection that is only referred to, and says that nothing of it was checked", async () => {
  delete stage.env.TF_VAR_gitlab_pat;
  const { state, gitlab } = stage.sandbox;
  const { addConnection } = await import("../../sandbox/tfe/state/add-connection.js");
  const existing = addConnection(state, "sandbox", {
    name: "Mine",
    "service-provider": "gitlab_community_edition",
    "http-url": gitlab.url,
    "api-url": `${gitlab.url}/api/v4`,
    "oauth-token-string": gitlab.pat,
  });
  stage.organizationFile({ connection: { existing: existing.id } });
  const { code, findings } = await found();
  expect([code, findings.map(([status]) => status)]).toEqual([0, Array(1 + projects.length).fill("unknown")]);
  expect((await stage.repoint("preflight", "sandbox")).stdout).toContain("Nothing about the PAT was checked.\n");
});

it.each([
  [{ "tfp-api-version": "2.6", "tfp-appname": "HCP Terraform" }, "ok", "it is HCP Terraform (API 2.6)"],
  [{}, "unknown", "it does not tell its version"],
])("names the server's version where it tells one: %j", async (headers, status, what) => {
  stage.sandbox.faults.add({ server: "tfe", path: /ping$/, fault: { answer: { status: 204, headers } } });
  const { stdout } = await stage.repoint("preflight", "sandbox", "--json");
  const { findings }: { findings: Record<string, string>[] } = JSON.parse(stdout);
  const [ofTfe] = findings.filter(({ check, subject }) => check === "versions" && subject !== "GitLab");
  expect(ofTfe).toMatchObject({ status, what });
});

it.each([
  ["a proxy's page", { answer: { status: 200, text: "<html>Sign in</html>" } }],
  ["a refusal of its own", { answer: forbidden("Your IP address is not allowed.") }],
])("takes %s for no answer about a repository", async (_, fault) => {
  stage.sandbox.faults.add({ server: "gitlab", path: /hooks$/, fault });
  const { findings } = await found();
  expect(findings.filter(([status]) => status === "ok")).toEqual([]);
  expect(findings.filter(([, check]) => check === "repository-role")).toHaveLength(projects.length);
});

it("takes a GitLab that is down for unknown, and says what to do", async () => {
  stage.sandbox.faults.add({ server: "gitlab", fault: { drop: true } });
  const { code, findings } = await found();
  expect(code).toBe(3);
  expect(findings.map(([status]) => status)).toEqual(Array(2 + projects.length).fill("unknown"));
  stage.sandbox.faults.clear();
  // It goes down in the middle.
  stage.sandbox.faults.add({
    server: "gitlab",
    path: /hooks$/,
    after: 1,
    fault: { drop: true },
  });
  const { stdout } = await stage.repoint("preflight", "sandbox");
  expect(stdout).toMatch(
    /^UNFINISHED {2}0 errors, .*\n[\s\S]*^GitLab did not answer everything: [\s\S]*^Next: .* when GitLab answers/m,
  );
  const half = await found();
  expect(half.code).toBe(3);
  expect(half.findings.filter(([, check]) => check === "repository-role")).not.toEqual([]);
  stage.sandbox.faults.clear();
  expect(await found()).toEqual({ code: 0, findings: [] });
});

it("gives up a GitLab that asks to wait too long, once for all repositories", async () => {
  stage.sandbox.faults.add({
    server: "gitlab",
    path: /hooks$/,
    fault: { status: 503, retryAfter: 3600 },
  });
  const asked = () => stage.sandbox.log.matching({ server: "gitlab", path: /hooks$/ }).length;
  const { readRepositories } = await import("../../lib/commands/preflight/read-repositories.js");
  const { GitlabApi } = await import("../../lib/gitlab/api.js");
  const { GitlabClient } = await import("../../lib/gitlab/client.js");
  const { gitlab } = stage.sandbox;
  let now = 0;
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const client = new GitlabClient(`${gitlab.url}/api/v4`, gitlab.pat, {
    clock,
  });
  stage.sandbox.faults.add({
    server: "gitlab",
    path: /user$/,
    fault: { status: 503, retryAfter: 3600 },
  });
  const many = Array.from({ length: 200 }, (_, index) => `group/p${index}`);
  const readings = await readRepositories(new GitlabApi(client), [...projects, ...many], {
    kept: new Map(),
    maxAge: 0,
    now: () => new Date(0),
  });
  await client.close();
  expect(new Set([...readings.values()].map(({ rights }) => rights))).toEqual(new Set(["unknown"]));
  expect(readings.size).toBe(projects.length + 200);
  // Of 16 side by side, each was asked a few times; none of the others ever.
  expect(asked()).toBeLessThan(16 * 10);
});

it("goes on where GitLab does not answer about one repository alone", async () => {
  const [broken = ""] = projects;
  const path = new RegExp(`${encodeURIComponent(broken)}/hooks$`);
  stage.sandbox.faults.add({ server: "gitlab", path, fault: { status: 500 } });
  const { findings } = await found();
  expect(findings.map(([status, check, subject]) => [status, check, subject])).toEqual([
    ["unknown", "repository-role", broken],
  ]);
});

it("does not take a repository that is in no list for active", async () => {
  const { gitlabState } = stage.sandbox;
  const admin = gitlabState.addUser("root", {
    type: "service_account",
    isAdmin: true,
  });
  stage.env.TF_VAR_gitlab_pat = gitlabState.createToken({
    userId: admin.id,
  }).token;
  const [archived = ""] = projects;
  gitlabState.project(archived).archived = true;
  expect(await found()).toEqual({
    code: 1,
    findings: [["error", "repository-archived", archived, "it is archived: nobody can push to it"]],
  });
  stage.sandbox.faults.add({
    server: "gitlab",
    path: /projects(\/[^/]+)?$/,
    fault: { status: 404 },
  });
  const { findings } = await found();
  expect(findings.filter(([, check]) => check === "repository-archived")).toEqual([
    ["unknown", "repository-archived", archived, "GitLab did not say whether it is archived"],
  ]);
});

it.each([
  [
    "manage VCS settings",
    () => void stage.sandbox.state.denied.add("can-update-oauth"),
    ["error", "tfe-rights", "the TFE token", "it may not manage VCS settings"],
  ],
  [
    "change a workspace",
    () => {
      const moved = [...stage.sandbox.state.workspaces.values()].filter(
        (one) => one.vcsRepo?.["oauth-token-id"] === OLD,
      );
      const [one] = moved;
      Object.assign(Object(one?.attributes), { name: "read-only" });
      stage.sandbox.state.readOnlyWorkspaces.add(one?.id ?? "");
    },
    ["error", "tfe-rights", "read-only", "the TFE token may not change this workspace"],
  ],
])("says that the TFE token may not %s", async (_, deny, finding) => {
  deny();
  expect(await found()).toEqual({ code: 1, findings: [finding] });
});

it("warns of a GitLab that tells nothing of tokens", async () => {
  stage.sandbox.gitlabState.settings.version = "15.0.1";
  const { code, findings } = await found();
  expect(code).toBe(0);
  expect(findings.map(([status, check]) => [status, check])).toEqual([
    ["warning", "versions"],
    ["unknown", "token-usable"],
  ]);
});

it("finds what has moved also where lists are enough, and in another case as where it was", async () => {
  const { readRepositories } = await import("../../lib/commands/preflight/read-repositories.js");
  const { GitlabApi } = await import("../../lib/gitlab/api.js");
  const { GitlabClient } = await import("../../lib/gitlab/client.js");
  const { gitlab, gitlabState } = stage.sandbox;
  const [moved = "", cased = ""] = projects;
  gitlabState.moveProject(moved, "team/moved");
  const many = Array.from({ length: 20 }, (_, index) => {
    const path = `many/p${index}`;
    gitlabState.addProject(path);
    return path;
  });
  const client = new GitlabClient(`${gitlab.url}/api/v4`, gitlab.pat);
  const wanted = [moved, cased.toUpperCase(), ...many];
  const read = { kept: new Map(), maxAge: 0, now: () => new Date(0), most: 5 };
  const readings = await readRepositories(new GitlabApi(client), wanted, read);
  await client.close();
  const told = (path: string) => {
    const { rights, movedTo, webhooks, archived } = readings.get(path) ?? {};
    return { rights, movedTo, webhooks, archived };
  };
  expect(told(moved)).toEqual({ rights: "may", movedTo: "team/moved", webhooks: 1, archived: false });
  expect(told(cased.toUpperCase())).toEqual({ rights: "may", movedTo: null, webhooks: null, archived: false });
  expect(told("many/p3")).toEqual({ rights: "may", movedTo: null, webhooks: null, archived: false });
});

it("asks once for each of many repositories, and in pages for all of them", async () => {
  const { readRepositories } = await import("../../lib/commands/preflight/read-repositories.js");
  const { GitlabApi } = await import("../../lib/gitlab/api.js");
  const { GitlabClient } = await import("../../lib/gitlab/client.js");
  const { gitlab, gitlabState, log } = stage.sandbox;
  const many = Array.from({ length: 600 }, (_, index) => `many/p${index}`);
  for (const path of many) gitlabState.addProject(path);
  const client = new GitlabClient(`${gitlab.url}/api/v4`, gitlab.pat, { requestsPerSecond: 10_000 });
  const api = new GitlabApi(client);
  const read = { kept: new Map(), maxAge: 0, now: () => new Date(0) };
  log.clear();
  await readRepositories(api, many, read);
  const asked = (path: RegExp) => log.matching({ server: "gitlab", path }).length;
  expect([asked(/hooks$/), asked(/projects$/), asked(/./)]).toEqual([600, 8, 608]);
  log.clear();
  await readRepositories(api, many, { ...read, most: 100 });
  expect([asked(/hooks$/), asked(/projects$/), asked(/./)]).toEqual([0, 8, 8]);
  await client.close();
});

it("prints JSON alone after a run that was killed", async () => {
  const folder = join(stage.folder, ".repoint/sandbox");
  mkdirSync(folder, { recursive: true });
  const since = "2026-01-01T00:00:00.000Z";
  const holder = { pid: 999_999_999, host: hostname(), startTicks: null, command: "repoint plan", since, child: null };
  writeFileSync(join(folder, "lock"), JSON.stringify(holder));
  const { stdout, stderr } = await stage.repoint("preflight", "sandbox", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ verdict: "pass" });
  expect(stderr).toContain("An earlier run was interrupted");
});

it("goes by what it read before, and asks again about what was wrong", async () => {
  const [hidden = ""] = projects;
  stage.sandbox.gitlabState.project(hidden).accessLevel = 30;
  expect((await found()).code).toBe(1);
  stage.sandbox.gitlabState.project(hidden).accessLevel = 40;
  stage.sandbox.log.clear();
  expect((await found()).code).toBe(0);
  const asked = stage.sandbox.log.matching({ server: "gitlab", path: /hooks$/ }).map(({ path }) => path);
  expect(asked).toEqual([`/api/v4/projects/${encodeURIComponent(hidden)}/hooks`]);
  // Another token may see something else.
  stage.env.TF_VAR_gitlab_pat = stage.sandbox.gitlabState.createToken({
    userId: 7,
  }).token;
  stage.sandbox.log.clear();
  await found();
  expect(stage.sandbox.log.matching({ server: "gitlab", path: /hooks$/ })).toHaveLength(projects.length);
  const kept = readFileSync(join(stage.folder, ".repoint/sandbox/preflight.json"), "utf8");
  expect(kept).not.toContain("glpat-");
});

it("fails where TFE does not show the organization", async () => {
  stage.env.TFE_TOKEN = stage.sandbox.state.addUser("visitor", "none");
  const { code, stderr } = await stage.repoint("preflight", "sandbox");
  expect([code, stderr]).toEqual([3, expect.stringContaining("404")]);
});

it("sees through the new connection with TFE's eyes", async () => {
  const { state, gitlab } = stage.sandbox;
  state.authorizedRepos = true;
  const { addConnection } = await import("../../sandbox/tfe/state/add-connection.js");
  addConnection(state, "sandbox", {
    name: "Mine",
    "service-provider": "gitlab_community_edition",
    "http-url": gitlab.url,
    "api-url": `${gitlab.url}/api/v4`,
    "oauth-token-string": gitlab.pat,
  });
  const [id] = [...state.clients.values()].filter(({ attributes }) => attributes.name === "Mine").map((one) => one.id);
  stage.organizationFile({ connection: { existing: id } });
  const seen = async () => {
    const { stdout } = await stage.repoint("preflight", "sandbox", "--json");
    const { findings }: { findings: Record<string, string>[] } = JSON.parse(stdout);
    return findings
      .filter(({ check }) => check === "repository-seen-by-tfe")
      .map(({ status, subject }) => [status, subject]);
  };
  const [hidden = "", ...rest] = projects;
  stage.sandbox.gitlabState.project(hidden).members.delete(7);
  expect(await seen()).toEqual([["warning", hidden], ...rest.map((path) => ["ok", path])]);
  Object.assign(Object(stage.sandbox.gitlabState.tokens[0]), { revoked: true });
  expect(await seen()).toEqual([["error", "the new connection"]]);
  state.authorizedRepos = false;
  expect(await seen()).toEqual([["unknown", "the new connection"]]);
});

it("writes JSON by its schema", async () => {
  const kept: unknown = JSON.parse(readFileSync(join(__dirname, "../../docs/preflight.schema.json"), "utf8"));
  expect(kept).toEqual(preflightJsonSchema());
  const validate = new Ajv2020({ strict: true }).compile(Object(kept));
  const { stdout } = await stage.repoint("preflight", "sandbox", "--all", "--json");
  validate(JSON.parse(stdout));
  expect(validate.errors).toBeNull();
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    verdict: "pass",
    subject: "every wave",
    resources: 4,
  });
});

it.each([
  [["--warn-days", "7"], "--warn-days 7 is below --min-days 14"],
  [["--min-days", "soon"], "expected a whole number"],
])("refuses %j", async (options, message) => {
  const { code, stderr } = await stage.repoint("preflight", "sandbox", ...options);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

it("warns of a token of somebody else than the connection holds one of", async () => {
  const { state, gitlab, gitlabState } = stage.sandbox;
  const { addConnection } = await import("../../sandbox/tfe/state/add-connection.js");
  const url = { "http-url": gitlab.url, "api-url": `${gitlab.url}/api/v4` };
  addConnection(state, "sandbox", {
    name: "GitLab (PAT)",
    "service-provider": "gitlab_community_edition",
    ...url,
    "oauth-token-string": gitlab.pat,
  });
  const other = gitlabState.addUser("other-bot", { type: "service_account" });
  for (const path of projects) gitlabState.project(path).members.set(other.id, 40);
  stage.env.TF_VAR_gitlab_pat = gitlabState.createToken({ userId: other.id }).token;
  const { findings } = await found();
  expect(findings.filter(([, check]) => check === "token-owner")).toEqual([
    [
      "warning",
      "token-owner",
      "TF_VAR_gitlab_pat",
      "it belongs to other-bot, and the new connection holds a token of sandbox-bot now: from the next apply on, TFE acts as other-bot",
    ],
  ]);
});

describe("before a plan", () => {
  it("goes on with warnings", async () => {
    const { useFakeTerraform } = await import("./fake-terraform/launch.js");
    useFakeTerraform(stage);
    const day = inDays(21);
    for (const token of stage.sandbox.gitlabState.tokens) token.expiresAt = day;
    const { code, stdout } = await stage.repoint("plan", "sandbox");
    expect(code).toBe(0);
    const [, said] = /\n(WARNING {2}token-expiry[\s\S]*?before you apply it\.)\n/.exec(stdout) ?? [];
    expect(
      said
        ?.replaceAll(day, "DAY")
        .split("\n")
        .filter((line) => !line.startsWith("UNKNOWN")),
    ).toMatchInlineSnapshot(`
      [
        "WARNING  token-expiry            TF_VAR_gitlab_pat: it expires on DAY, in 20 days: fewer than 60",
        "                                 to do: create a token that lasts longer, and set it in the variable",
        "Preflight: 0 errors, 1 warning, 1 unknown, 22 ok.",
        "Warnings do not stop the plan: read them before you apply it.",
      ]
    `);
    expect(stdout).toContain("Next: repoint apply sandbox");
  });

  it.each(["plan", "rollback"])("never keeps a way back from being gone: %s", async (command) => {
    const { useFakeTerraform } = await import("./fake-terraform/launch.js");
    useFakeTerraform(stage);
    await stage.must("plan", "sandbox");
    await stage.must("apply", "sandbox", "--yes");
    for (const token of stage.sandbox.gitlabState.tokens) Object.assign(token, { revoked: true });
    if (command === "plan") stage.organizationFile({ direction: "back" });
    const { code, stdout } = await stage.repoint(command, "sandbox", ...(command === "plan" ? [] : ["--yes"]));
    expect(stdout).not.toContain("token-usable");
    expect(stdout).toContain("4 taken BACK");
    if (command === "plan") expect(code).toBe(0);
  });

  it("does not stop what moves nothing for a token that ends soon", async () => {
    const { useFakeTerraform } = await import("./fake-terraform/launch.js");
    useFakeTerraform(stage);
    await stage.must("plan", "sandbox");
    await stage.must("apply", "sandbox", "--yes");
    for (const token of stage.sandbox.gitlabState.tokens) token.expiresAt = inDays(5);
    stage.organizationFile({ forget: "done" });
    const { code, stdout } = await stage.repoint("plan", "sandbox");
    expect([code, stdout]).toEqual([0, expect.stringContaining("WARNING  token-expiry")]);
    expect(stdout).toContain("To exchange the PAT of the new connection: repoint rotate sandbox\n");
  });

  it("stops it at an error, and goes on with a reason that the journal keeps", async () => {
    const { useFakeTerraform } = await import("./fake-terraform/launch.js");
    useFakeTerraform(stage);
    const [developer = ""] = projects;
    stage.sandbox.gitlabState.project(developer).accessLevel = 30;
    const stopped = await stage.repoint("plan", "sandbox");
    expect([stopped.code, stopped.stdout]).toEqual([1, expect.stringContaining("so no plan was made")]);
    expect(stopped.stdout).not.toContain("terraform");
    const none = await stage.repoint("plan", "sandbox", "--skip-preflight", " ");
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("[plan/no-reason]")]);
    const skipped = await stage.repoint("plan", "sandbox", "--skip-preflight", "the role comes on Monday");
    expect([skipped.code, skipped.stdout]).toEqual([0, expect.stringContaining("Next: repoint apply sandbox")]);
    const journal = readFileSync(join(stage.folder, ".repoint/sandbox/journal.jsonl"), "utf8");
    expect(journal).toContain('"reason":"the role comes on Monday"');
    await stage.must("plan", "sandbox", "--skip-preflight", `token ${stage.sandbox.gitlab.pat}`);
    const after = readFileSync(join(stage.folder, ".repoint/sandbox/journal.jsonl"), "utf8");
    expect(after).toContain('"reason":"token (masked)');
    expect(after).not.toContain(stage.sandbox.gitlab.pat);
  });

  it("makes the connection alone first", async () => {
    const { useFakeTerraform } = await import("./fake-terraform/launch.js");
    useFakeTerraform(stage);
    stage.organizationFile({
      waves: [{ name: "canary", percent: 50 }],
      through: "connection",
    });
    const next = async () => /Next: (.*)/.exec((await stage.must("status", "sandbox")).stdout)?.[1];
    await stage.must("inventory", "sandbox");
    expect(await next()).toBe("repoint plan sandbox (it creates the connection alone)");
    expect((await stage.must("plan", "sandbox")).stdout).toContain("PASS  1 created; nothing destroyed or replaced");
    await stage.must("apply", "sandbox", "--yes");
    const [made] = [...stage.sandbox.state.clients.values()].filter(({ attributes }) => attributes.key === null);
    expect(made?.attributes.name).toBe("GitLab (PAT)");
    const moved = [...stage.sandbox.state.resources()].filter(
      ({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === made?.tokenIds[0],
    );
    expect(moved).toEqual([]);
    expect(await next()).toBe("set through: canary in organizations/sandbox.yaml, then repoint plan sandbox");
    const { stdout } = await stage.repoint("preflight", "sandbox");
    expect(stdout).toContain('Preflight of the wave "canary"');
  });
});
