import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { push } from "../../sandbox/gitlab/deliver";
import type { PersonalAccessToken } from "../../sandbox/gitlab/personal-access-token";
import { addConnection } from "../../sandbox/tfe/state/add-connection";
import type { OauthClient } from "../../sandbox/tfe/state/records";
import { type ConnectionWatch, watchConnection } from "../watch-connection";
import { useFakeTerraform } from "./fake-terraform/launch";
import { type Ran, type Stage, startStage } from "./support";

jest.setTimeout(300_000);

/** A stage whose new connection is there, and holds the sandbox's own token. */
interface Rotation {
  readonly stage: Stage;
  readonly client: OauthClient;
  readonly old: PersonalAccessToken;
  /** In NEW_GITLAB_TOKEN. */
  readonly fresh: PersonalAccessToken;
  readonly watch: ConnectionWatch;
}
let at: Rotation;

async function begin(stage: Stage, client: OauthClient): Promise<Rotation> {
  const { sandbox, env } = stage;
  const [old] = sandbox.gitlabState.tokens;
  if (old === undefined) throw new Error("the sandbox has no token");
  const fresh = sandbox.gitlabState.createToken({ userId: 7, name: "new" });
  Object.assign(env, {
    NEW_GITLAB_TOKEN: fresh.token,
    TF_VAR_gitlab_pat: old.token,
  });
  return {
    stage,
    client,
    old,
    fresh,
    watch: watchConnection(sandbox, client.id),
  };
}

/** One that was made by hand, so that no Terraform is needed. What used the old connection uses it. */
async function existing(): Promise<Rotation> {
  const stage = await startStage({ seed: 6, fleet: 8 });
  const { state, gitlab } = stage.sandbox;
  state.authorizedRepos = true;
  const client = addConnection(state, "sandbox", {
    name: "GitLab (PAT)",
    "service-provider": "gitlab_community_edition",
    "http-url": gitlab.url,
    "api-url": `${gitlab.url}/api/v4`,
    "oauth-token-string": gitlab.pat,
  });
  for (const { vcsRepo } of state.resources())
    if (vcsRepo?.["oauth-token-id"] === "ot-SandboxOAuth0001") vcsRepo["oauth-token-id"] = client.tokenIds[0] ?? "";
  stage.organizationFile({ connection: { existing: client.id } });
  return begin(stage, client);
}

/** One that (a fake) Terraform made and manages. */
async function managed(): Promise<Rotation> {
  const stage = await startStage({ seed: 6, fleet: 8 });
  useFakeTerraform(stage);
  stage.sandbox.state.authorizedRepos = true;
  await stage.must("plan", "sandbox");
  await stage.must("apply", "sandbox", "--yes");
  const client = [...stage.sandbox.state.clients.values()].find(({ attributes }) => attributes.name === "GitLab (PAT)");
  if (client === undefined) throw new Error("there is no new connection");
  return begin(stage, client);
}

afterEach(async () => {
  expect(at.watch.rotations()).toEqual([]);
  await at.stage.close();
});

const rotate = (...more: string[]) => at.stage.repoint("rotate", "sandbox", "--yes", "--poll", "0.01", ...more);
const holds = () => (at.client.secret === at.fresh.token ? "new" : at.client.secret === at.old.token ? "old" : "other");
/** Which token TFE holds, and which are revoked. */
const now = () => `TFE: ${holds()}${at.old.revoked ? ", old revoked" : ""}${at.fresh.revoked ? ", new revoked" : ""}`;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const filesWith = (token: string) =>
  readdirSync(at.stage.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(token))
    .map(({ name }) => name);
const said = ({ stdout, stderr }: Ran) => `${stdout}\n${stderr}`;

describe("a connection that Terraform manages", () => {
  beforeEach(async () => {
    at = await managed();
  });

  it("goes through a plan with that one change, and tells each step", async () => {
    at.stage.sandbox.log.clear();
    const ran = await rotate("--revoke-old");
    expect([ran.code, now(), at.watch.moments()]).toEqual([0, "TFE: new, old revoked", ["works"]]);
    const inventory = JSON.parse(readFileSync(join(at.stage.folder, "inventory", "sandbox.json"), "utf8"));
    expect(inventory.pat).toMatchObject({ tokenId: at.fresh.id, usable: true });
    expect(at.stage.sandbox.log.writes.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `PATCH /api/v2/oauth-clients/${at.client.id}`,
      "DELETE /api/v4/personal_access_tokens/self",
    ]);
    expect(ran.stdout.replaceAll(at.client.id, "oc-NEW").replace(/ {4}\(rev.*\n/, "")).toMatchInlineSnapshot(`
      "Reading sandbox on tfe.sandbox.test …

      Step 1 of 4: Check the new token

      OK       token-usable     NEW_GITLAB_TOKEN: GitLab accepts it, and it has the scope api
      OK       token-expiry     NEW_GITLAB_TOKEN: it does not expire
      OK       token-owner      NEW_GITLAB_TOKEN: it belongs to sandbox-bot, a service account or another bot of GitLab
      OK       repository-role  group/app, group/db, group/sub/app, group/sub/edge: the token's user may make webhooks
      OK       token-user       NEW_GITLAB_TOKEN: it belongs to sandbox-bot, as the old one does
      The new token: 0 errors, 0 warnings, 0 unknown, 8 ok. 4 resources use the connection.
      The old token (TF_VAR_gitlab_pat) works: it does not expire. Both work until it is revoked.

      Step 2 of 4: Put it into the connection

      terraform init …
      terraform plan …
      Plan: 0 to add, 1 to change, 0 to destroy.

      PASS  the connection's personal access token replaced, 4 unchanged; nothing destroyed or replaced
            sandbox on tfe.sandbox.test; 2 notes; compared with the organization file and the inventory
            It replaces the connection's personal access token in place; its token id and every link stay.

      note connection-kept
        tfe_oauth_client.gitlab_pat: its personal access token is replaced in place; its token id stays
        → apply and verify before you revoke the token that it replaces

      note keep-private
        the plan's JSON contains sensitive values in plain text: in the value of the variable gitlab_pat and in 1 resource
        → do not commit, attach or publish the plan or its JSON; share this review instead

      What the plan does:
        replace the token  connection GitLab (PAT)

      This plan replaces the token of GitLab (PAT) (oc-NEW) in place, and changes nothing else. The token's id in TFE stays, every link stays, and no run starts.
      To do: the connection's personal access token replaced, 4 unchanged; nothing destroyed or replaced.
      This replaces the connection's personal access token in place; its token id and every link stay.
      Apply complete! Resources: 0 added, 1 changed, 0 destroyed.
      GitLab (PAT) (oc-NEW) has the new token.

      Step 3 of 4: Prove that TFE uses it

      PROVEN   TFE reads 24 repositories with it.

      Step 4 of 4: Revoke the old token

      The old token (id 12 in GitLab) is revoked.

      From now on TF_VAR_gitlab_pat must hold the new token, in CI too: a plan with the old one would put that back.
      Commit inventory/sandbox.json and organizations/sandbox.yaml now: they must be as new as Terraform's state.
      Next: put the new token into TF_VAR_gitlab_pat, then repoint verify sandbox
      "
    `);
  });

  it("refuses a plan with the token that was replaced, and a leftover plan of a rotation", async () => {
    await rotate();
    expect(now()).toBe("TFE: new");
    const planned = await at.stage.repoint("plan", "sandbox");
    expect([planned.code, planned.stdout]).toEqual([
      1,
      expect.stringMatching(/ERROR +token-replaced +TF_VAR_gitlab_pat: it is the old token, which the rotation of/),
    ]);
    // Killed between the plan and the question: a terminal whose input ends.
    const next = at.stage.sandbox.gitlabState.createToken({ userId: 7 });
    at.stage.env.NEW_GITLAB_TOKEN = next.token;
    at.stage.env.TF_VAR_gitlab_pat = at.fresh.token;
    const declined = await at.stage.atTerminal(["rotate", "sandbox"], [{ when: /Type "rotate"/, type: undefined }]);
    expect([declined.code, declined.stdout]).toEqual([1, expect.stringContaining("Nothing was changed")]);
    const applied = await at.stage.repoint("apply", "sandbox", "--yes");
    expect([applied.code, applied.stderr]).toEqual([2, expect.stringContaining("plan/none")]);
  });

  it("refuses what the plan would change besides, and names the command that shows it", async () => {
    at.stage.organizationFile({ forget: "done" });
    const ran = await rotate("--revoke-old");
    expect([ran.code, now()]).toEqual([1, "TFE: old"]);
    expect(ran.stdout).toMatch(
      /Not rotated: the plan would change more than the connection's token: forget tfe_workspace\.\S+; .*\. TFE and GitLab are as they were\./,
    );
    expect(ran.stdout).toContain("What to do: repoint plan sandbox shows it: apply that first, then rotate.");
  });

  it("tells TFE directly where the state has the new token already", async () => {
    at.stage.env.TF_VAR_gitlab_pat = at.fresh.token;
    await at.stage.must("plan", "sandbox");
    await at.stage.must("apply", "sandbox", "--yes");
    // As after an apply whose PATCH failed.
    at.client.secret = at.old.token;
    at.stage.env.TF_VAR_gitlab_pat = at.old.token;
    const ran = await rotate("--revoke-old");
    expect([ran.code, now()]).toEqual([0, "TFE: new, old revoked"]);
    expect(ran.stdout).toContain("Terraform's state has the new token of GitLab (PAT)");
  });

  it.each<[string, (text: string) => string, boolean]>([
    ["has the connection", (text) => text, true],
    ["has a mistake", (text) => `${text}\nwaves: {}\n`, false],
    ["is not recorded here", (text) => text, false],
    [
      "refers to its connection",
      (text) => text.replace(/connection:[\s\S]*?\n(?=\w)/, "connection: { existing: oc-TWIN }\n"),
      false,
    ],
  ])("does not revoke what another organization's connection may hold, which %s", async (_name, change, isRecorded) => {
    const text = readFileSync(join(at.stage.folder, "organizations/sandbox.yaml"), "utf8");
    writeFileSync(
      join(at.stage.folder, "organizations/twin.yaml"),
      change(text.replace("organization: sandbox", "organization: twin")),
    );
    const inventory = readFileSync(join(at.stage.folder, "inventory/sandbox.json"), "utf8");
    if (isRecorded)
      writeFileSync(
        join(at.stage.folder, "inventory/twin.json"),
        inventory.replace('"organization": "sandbox"', '"organization": "twin"'),
      );
    const ran = await rotate("--revoke-old");
    expect([ran.code, now()]).toEqual([1, "TFE: new"]);
    expect(ran.stdout).toContain("NOTE     organizations/twin.yaml");
    expect(ran.stdout).toContain("The old token was not revoked, and works: twin may still use the old one.");
  });

  it("does not revoke another token than the one that the connection was known to hold, also when it is run again", async () => {
    await at.stage.must("verify", "sandbox");
    const stray = at.stage.sandbox.gitlabState.createToken({ userId: 7, name: "stray" });
    at.stage.env.TF_VAR_gitlab_pat = stray.token;
    for (let run = 0; run < 2; run += 1) {
      const ran = await rotate("--revoke-old");
      expect([ran.code, now(), stray.revoked]).toEqual([1, "TFE: new", false]);
      expect(ran.stdout).toContain("it is not the one that the connection was last known to hold (id 12 in GitLab;");
    }
  });

  it("is told of by every command, where it did not finish", async () => {
    fault("PATCH", CLIENT, { status: 500 });
    expect((await rotate()).code).toBe(3);
    at.stage.sandbox.faults.clear();
    at.stage.env.TF_VAR_gitlab_pat = at.fresh.token;
    const did = "did not finish: TFE may still hold the old token";
    expect((await at.stage.repoint("status", "sandbox")).stdout).toMatch(
      /Next: repoint rotate sandbox \(the rotation of \S+ did not finish: TFE may still hold the old token\)/,
    );
    expect(await at.stage.repoint("verify", "sandbox")).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(did),
    });
    expect((await at.stage.repoint("plan", "sandbox")).stdout).toContain(did);
    at.stage.env.TF_VAR_gitlab_pat = at.old.token;
    expect((await rotate()).code).toBe(0);
    at.stage.env.TF_VAR_gitlab_pat = at.fresh.token;
    expect((await at.stage.repoint("verify", "sandbox")).stdout).not.toContain(did);
  });

  it("has every token refused by a plan that a rotation replaced, and warned of where no journal is", async () => {
    await rotate();
    const third = at.stage.sandbox.gitlabState.createToken({ userId: 7, name: "third" });
    Object.assign(at.stage.env, { NEW_GITLAB_TOKEN: third.token, TF_VAR_gitlab_pat: at.fresh.token });
    await rotate();
    for (const { token } of [at.old, at.fresh]) {
      at.stage.env.TF_VAR_gitlab_pat = token;
      const ran = await at.stage.repoint("plan", "sandbox");
      expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining("it is the old token")]);
    }
    rmSync(join(at.stage.folder, ".repoint"), { recursive: true });
    expect((await at.stage.repoint("plan", "sandbox")).stdout).toContain(
      `it is not the token that the connection was last seen with (id ${third.id} in GitLab, this one is ${at.fresh.id}): an apply would put this one in`,
    );
  });
});

type Arrange = () => unknown;
const gitlab = () => at.stage.sandbox.gitlabState;
const fault = (method: string, path: string | RegExp, what: object, more: object = {}) =>
  at.stage.sandbox.faults.add({ method, path, fault: what as never, ...more });
/** Of the new token alone: the old one asks first for nothing. */
const ofNew = (body: unknown, status: number) =>
  fault("GET", "/personal_access_tokens/self", { answer: { status, body } }, { server: "gitlab", times: 1 });
const SELF = "/personal_access_tokens/self";
const CLIENT = "/oauth-clients/";

/** What happens, the options, the exit code, who holds what afterwards, and what is said. */
const faults: readonly (readonly [string, Arrange, readonly string[], number, string, string])[] = [
  [
    "all is well",
    () => {},
    ["--revoke-old"],
    0,
    "TFE: new, old revoked",
    "The old token (id 12 in GitLab) is revoked.",
  ],
  ["nobody asks to revoke", () => {}, [], 0, "TFE: new", "To revoke it: repoint rotate sandbox --revoke-old"],
  // The new token, before it is put in.
  [
    "the new one is unknown to GitLab",
    () => ofNew({ message: "401 Unauthorized" }, 401),
    [],
    1,
    "TFE: old",
    "GitLab does not know it",
  ],
  [
    "it is revoked",
    () => {
      at.fresh.revoked = true;
    },
    [],
    1,
    "TFE: old, new revoked",
    "Token was revoked.",
  ],
  [
    "the new one has expired",
    () => {
      at.fresh.expiresAt = inDays(-1);
    },
    [],
    1,
    "TFE: old",
    "Token is expired.",
  ],
  [
    "it is revoked, whatever reason is given",
    () => {
      at.fresh.revoked = true;
    },
    ["--skip-preflight", "hurry"],
    1,
    "TFE: old, new revoked",
    "The new token was not put in.",
  ],
  [
    "it lacks the scope",
    () => {
      at.fresh.scopes = ["read_api"];
    },
    [],
    1,
    "TFE: old",
    "it has the scopes read_api; TFE needs api",
  ],
  [
    "GitLab says so by an error",
    () =>
      ofNew(
        {
          error: "insufficient_scope",
          error_description: "more privileges",
          scope: "api",
        },
        403,
      ),
    [],
    1,
    "TFE: old",
    "its scopes do not reach (more privileges)",
  ],
  [
    "it is fine-grained",
    () => {
      at.fresh.scopes = ["granular"];
    },
    [],
    1,
    "TFE: old",
    "it is a fine-grained token",
  ],
  [
    "its user must accept terms",
    () =>
      ofNew(
        {
          message: "403 Forbidden - You (@sandbox-bot) must accept the Terms of Service",
        },
        403,
      ),
    [],
    1,
    "TFE: old",
    "must accept the Terms of Service",
  ],
  [
    "its user is blocked",
    () => ofNew({ message: "403 Forbidden - Your account has been blocked." }, 403),
    [],
    1,
    "TFE: old",
    "Your account has been blocked.",
  ],
  [
    "it ends in five days",
    () => {
      at.fresh.expiresAt = inDays(6);
    },
    [],
    1,
    "TFE: old",
    "fewer than 14",
  ],
  [
    "it ends in five days, and that is enough",
    () => {
      at.fresh.expiresAt = inDays(6);
    },
    ["--min-days", "2", "--warn-days", "3"],
    0,
    "TFE: new",
    "and the old one does not expire",
  ],
  [
    "it ends before the old one",
    () => {
      at.fresh.expiresAt = inDays(100);
      at.old.expiresAt = inDays(200);
    },
    [],
    0,
    "TFE: new",
    "no later than the old one",
  ],
  [
    "its user lacks a role",
    () => {
      at.fresh.expiresAt = null;
      gitlab().project("group/app").accessLevel = 30;
    },
    [],
    1,
    "TFE: old",
    "(403 Forbidden), so TFE cannot",
  ],
  [
    "its user lacks a role, and a reason is given",
    () => {
      gitlab().project("group/app").accessLevel = 30;
    },
    ["--skip-preflight", "Monday"],
    0,
    "TFE: new",
    "The rotation goes on in spite of that (--skip-preflight): Monday",
  ],
  // GitLab, while the new token is checked.
  [
    "GitLab shows a login page",
    () =>
      fault("GET", SELF, {
        answer: {
          status: 200,
          text: "<html>",
          headers: { "content-type": "text/html" },
        },
      }),
    [],
    3,
    "TFE: old",
    "HTML (a login page or a proxy?)",
  ],
  [
    "GitLab redirects to another host",
    () =>
      fault("GET", SELF, {
        answer: {
          status: 302,
          headers: { location: "https://sso.example.com/" },
        },
      }),
    [],
    3,
    "TFE: old",
    "sso.example.com",
  ],
  [
    "GitLab is down",
    () => fault("GET", "/api/v4/", { drop: true }, { server: "gitlab" }),
    [],
    3,
    "TFE: old",
    "whether the new token works is unknown, so it was not put in",
  ],
  ["GitLab answers 502", () => fault("GET", SELF, { status: 502 }), [], 3, "TFE: old", "it answered 502"],
  [
    "GitLab answers once 500",
    () => fault("GET", SELF, { status: 500 }, { times: 1 }),
    ["--revoke-old"],
    0,
    "TFE: new, old revoked",
    "is revoked",
  ],
  [
    "GitLab asks once to wait",
    () => fault("GET", SELF, { status: 429, retryAfter: 1 }, { times: 1 }),
    ["--revoke-old"],
    0,
    "TFE: new, old revoked",
    "is revoked",
  ],
  // TFE, while it is put in.
  [
    "TFE refuses it",
    () => fault("PATCH", CLIENT, { status: 422 }),
    ["--revoke-old"],
    3,
    "TFE: old",
    "TFE refused the new token, and holds the one that it had",
  ],
  [
    "TFE's token may not",
    () => fault("PATCH", CLIENT, { status: 404 }),
    ["--revoke-old"],
    3,
    "TFE: old",
    "Manage VCS settings",
  ],
  [
    "TFE answers twice 503",
    () => fault("PATCH", CLIENT, { status: 503 }, { times: 2 }),
    ["--revoke-old"],
    0,
    "TFE: new, old revoked",
    "is revoked",
  ],
  [
    "TFE answers once 429",
    () => fault("PATCH", CLIENT, { rateLimit: 1 }, { times: 1 }),
    ["--revoke-old"],
    0,
    "TFE: new, old revoked",
    "is revoked",
  ],
  [
    "TFE does it, and its answer is lost",
    () => fault("PATCH", CLIENT, { lose: true }, { times: 1 }),
    ["--revoke-old"],
    0,
    "TFE: new, old revoked",
    "is revoked",
  ],
  [
    "TFE does it, and every answer is lost",
    () => fault("PATCH", CLIENT, { lose: true }),
    ["--revoke-old"],
    3,
    "TFE: new",
    "whether TFE has the new token is unknown",
  ],
  [
    "TFE is gone after it",
    () => fault("GET", CLIENT, { drop: true }),
    ["--revoke-old"],
    3,
    "TFE: new",
    "the server is overloaded or cannot be reached",
  ],
  // Whether TFE uses it.
  [
    "TFE cannot use it",
    () =>
      fault("GET", "/authorized-repos", {
        answer: { status: 422, body: { errors: [{ title: "no access" }] } },
      }),
    ["--revoke-old"],
    1,
    "TFE: new",
    "BROKEN   TFE has the new token, and cannot use it",
  ],
  [
    "TFE cannot use it at first",
    () => fault("GET", "/authorized-repos", { status: 422 }, { times: 2 }),
    ["--revoke-old"],
    0,
    "TFE: new, old revoked",
    "is revoked",
  ],
  [
    "nobody can tell",
    () => {
      at.stage.sandbox.state.authorizedRepos = false;
    },
    ["--revoke-old", "--wait", "0"],
    1,
    "TFE: new",
    "The old token was not revoked, and works: nobody can tell whether TFE uses the new one.",
  ],
  [
    "nobody can tell, and nobody asks to revoke",
    () => {
      at.stage.sandbox.state.authorizedRepos = false;
    },
    ["--wait", "0"],
    0,
    "TFE: new",
    "GitLab noted no use of it but Repoint's own",
  ],
  [
    "nobody can tell, and a reason is given",
    () => {
      at.stage.sandbox.state.authorizedRepos = false;
    },
    ["--revoke-unproven", "a push started a run", "--wait", "0"],
    0,
    "TFE: new, old revoked",
    "It is revoked in spite of that (--revoke-unproven): a push started a run",
  ],
  // The old one.
  [
    "GitLab does not revoke it",
    () =>
      fault("DELETE", SELF, {
        answer: { status: 403, body: { message: "403 Forbidden" } },
      }),
    ["--revoke-old"],
    1,
    "TFE: new",
    "The old token was not revoked, and works: GitLab refused with 403",
  ],
  [
    "GitLab revokes it, and the answer is lost",
    () => fault("DELETE", SELF, { lose: true }, { times: 1 }),
    ["--revoke-old"],
    0,
    "TFE: new, old revoked",
    "is revoked",
  ],
  [
    "GitLab is down when it is to be revoked",
    () => fault("DELETE", SELF, { drop: true }),
    ["--revoke-old"],
    3,
    "TFE: new",
    "whether the old token works is unknown",
  ],
  [
    "GitLab says that it did, and did not",
    () => fault("DELETE", SELF, { status: 204 }),
    ["--revoke-old"],
    3,
    "TFE: new",
    "GitLab answered that it is done, and still takes it",
  ],
  [
    "it may read alone",
    () => {
      at.old.scopes = ["read_api"];
    },
    ["--revoke-old"],
    0,
    "TFE: new, old revoked",
    "is revoked",
  ],
  [
    "it was not given",
    () => {
      delete at.stage.env.TF_VAR_gitlab_pat;
    },
    [],
    0,
    "TFE: new",
    "The old token was not given: revoke it in GitLab",
  ],
  [
    "it was not given, and is to be revoked",
    () => {
      delete at.stage.env.TF_VAR_gitlab_pat;
    },
    ["--revoke-old"],
    2,
    "TFE: old",
    "rotate/no-old-token",
  ],
  [
    "it is revoked already",
    () => {
      at.old.revoked = true;
    },
    ["--revoke-old"],
    0,
    "TFE: new, old revoked",
    "TFE reaches GitLab again once the new one is in.",
  ],
  [
    "it has expired",
    () => {
      at.old.expiresAt = inDays(-1);
    },
    ["--revoke-old"],
    0,
    "TFE: new",
    "Nothing to revoke: GitLab does not take the old token any more (Token is expired.",
  ],
  [
    "it is the new one",
    () => {
      at.stage.env.TF_VAR_gitlab_pat = at.fresh.token;
    },
    [],
    2,
    "TFE: old",
    "rotate/same-token",
  ],
  [
    "both are one token behind a proxy that changes them",
    () => {
      at.stage.env.TF_VAR_gitlab_pat = `${at.fresh.token}x`;
      gitlab().createToken({ ...at.fresh, token: `${at.fresh.token}x` });
    },
    ["--revoke-old"],
    2,
    "TFE: new",
    "are one token of GitLab's",
  ],
  // What was given.
  [
    "there is no new one",
    () => {
      delete at.stage.env.NEW_GITLAB_TOKEN;
    },
    [],
    2,
    "TFE: old",
    "rotate/no-token",
  ],
  [
    "the new one has a line break in it",
    () => {
      at.stage.env.NEW_GITLAB_TOKEN = "glpat-a\nb";
    },
    [],
    2,
    "TFE: old",
    "rotate/token-from",
  ],
  [
    "the old one is no token",
    () => {
      at.stage.env.TF_VAR_gitlab_pat = "two words";
    },
    [],
    2,
    "TFE: old",
    "rotate/old-token-from",
  ],
  ["a reason says nothing", () => {}, ["--revoke-unproven", " "], 2, "TFE: old", "rotate/no-reason"],
  [
    "the connection has an application",
    () => {
      at.client.attributes.key = "app";
    },
    [],
    2,
    "TFE: old",
    "rotate/has-application",
  ],
];

const DEAD_BEFORE = new Set(["it is revoked already", "it has expired"]);

describe("a connection that is only referred to", () => {
  it("is left while writing is paused", async () => {
    await at.stage.must("pause", "sandbox");
    const ran = await rotate("--revoke-old");
    expect([ran.code, now()]).toEqual([1, "TFE: old"]);
    expect(ran.stdout).toMatch(
      /The rotation stopped: nothing is written to TFE since \S+ \(repoint resume sandbox\)\./,
    );
  });

  it("is not proven by a list of nothing", async () => {
    const answer = { status: 200, body: { data: [], meta: { pagination: { "total-count": 0 } } } };
    fault("GET", "/authorized-repos", { answer });
    const ran = await rotate("--revoke-old", "--wait", "0");
    expect([ran.code, now()]).toEqual([1, "TFE: new"]);
    expect(ran.stdout).toContain("TFE lists no repository that the connection sees");
  });

  beforeEach(async () => {
    at = await existing();
  });

  it.each(faults)("%s", async (name, arrange, options, code, who, words) => {
    arrange();
    const ran = await rotate(...options);
    const text = said(ran);
    expect([ran.code, now(), text.includes(words) ? words : text]).toEqual([code, who, words]);
    // Only what was dead before was ever dead.
    expect(at.watch.moments()).toEqual(DEAD_BEFORE.has(name) ? ["works", "dead", "works"] : ["works"]);
    for (const token of [at.fresh.token, at.old.token]) {
      expect(text).not.toContain(token);
      expect(filesWith(token)).toEqual([]);
    }
  });

  it("goes on after a run that did not end well, and does nothing twice that matters", async () => {
    fault("PATCH", CLIENT, { lose: true }, { times: 6 });
    expect([(await rotate("--revoke-old")).code, now()]).toEqual([3, "TFE: new"]);
    fault("DELETE", SELF, { status: 403 }, { times: 1 });
    expect([(await rotate("--revoke-old")).code, now()]).toEqual([1, "TFE: new"]);
    expect([(await rotate("--revoke-old")).code, now()]).toEqual([0, "TFE: new, old revoked"]);
    expect([(await rotate("--revoke-old")).code, now()]).toEqual([0, "TFE: new, old revoked"]);
    expect(at.watch.moments()).toEqual(["works"]);
  });

  it("asks on a terminal before each of the two steps that change something", async () => {
    const ran = await at.stage.atTerminal(
      ["rotate", "sandbox"],
      [
        {
          when: /Put the new token in now\? Type "rotate"/,
          type: "rotate",
          first: () => expect(now()).toBe("TFE: old"),
        },
        {
          when: /Revoke the old token \(TF_VAR_gitlab_pat\) now\? Type "revoke"/,
          type: "no",
        },
      ],
    );
    expect([ran.code, now()]).toEqual([1, "TFE: new"]);
    const again = await at.stage.atTerminal(
      ["rotate", "sandbox"],
      [
        { when: /Type "rotate"/, type: "rotate" },
        { when: /Type "revoke"/, type: "revoke" },
      ],
    );
    expect([again.code, now()]).toEqual([0, "TFE: new, old revoked"]);
  });

  it("needs a word where there is no terminal", async () => {
    const ran = await at.stage.repoint("rotate", "sandbox", "--revoke-old");
    expect([ran.code, now(), ran.stderr]).toEqual([2, "TFE: old", expect.stringContaining("run/not-confirmed")]);
  });

  it.each<readonly [string, () => unknown, string]>([
    ["expires", () => Object.assign(at.fresh, { expiresAt: inDays(0) }), "Token is expired."],
    ["is revoked", () => Object.assign(at.fresh, { revoked: true }), "Token was revoked."],
  ])("puts nothing in that %s while somebody thinks", async (_, end, reason) => {
    const first = () => {
      end();
    };
    const ran = await at.stage.atTerminal(["rotate", "sandbox"], [{ when: /Type "rotate"/, type: "rotate", first }]);
    expect([ran.code, holds()]).toEqual([1, "old"]);
    expect(ran.stdout).toContain(`Not rotated: the new token does not work any more: ${reason.slice(0, -1)}`);
  });

  it("does not revoke the old token when the new one has ended meanwhile", async () => {
    const end = () => {
      at.fresh.expiresAt = inDays(0);
    };
    const ran = await at.stage.atTerminal(
      ["rotate", "sandbox"],
      [
        { when: /Type "rotate"/, type: "rotate" },
        { when: /Type "revoke"/, type: "revoke", first: end },
      ],
    );
    expect([ran.code, now()]).toEqual([1, "TFE: new"]);
    expect(ran.stdout).toContain("The old token was not revoked, and works: the new token does not work now");
  });

  it("takes the use that GitLab noted for a proof, and never its own", async () => {
    const { state, gitlabState } = at.stage.sandbox;
    state.authorizedRepos = false;
    const first = async () => {
      // Within ten minutes GitLab notes no other use.
      await push(gitlabState, "group/app");
      const later = Date.now() + 11 * 60_000;
      gitlabState.clock = () => new Date(later);
      await push(gitlabState, "group/app");
    };
    const ran = await at.stage.atTerminal(
      ["rotate", "sandbox", "--yes", "--revoke-old", "--poll", "0.05", "--wait", "1"],
      [{ when: /so GitLab is asked for up to 1 minute/, type: "", first }],
    );
    expect([ran.code, now()]).toEqual([0, "TFE: new, old revoked"]);
    expect(ran.stdout).toMatch(/PROVEN {3}GitLab noted a use of it at \S+, after Repoint's own\./);
  });

  it("cannot be told GitLab's use where the tokens are of two users", async () => {
    at.stage.sandbox.state.authorizedRepos = false;
    const jane = gitlab().addUser("jane");
    for (const project of gitlab().projects.values()) project.members.set(jane.id, 40);
    const hers = gitlab().createToken({
      userId: jane.id,
      expiresAt: inDays(300),
    });
    at.stage.env.NEW_GITLAB_TOKEN = hers.token;
    const ran = await rotate("--revoke-old");
    expect([ran.code, at.client.secret === hers.token, at.old.revoked]).toEqual([1, true, false]);
    expect(ran.stdout).toContain("it belongs to jane, and the old one to sandbox-bot: TFE acts as jane from then on");
    expect(ran.stdout).toContain("GitLab's last use of it cannot be told from Repoint's own");
  });

  it("reads the new token from standard input", async () => {
    delete at.stage.env.NEW_GITLAB_TOKEN;
    const ran = await at.stage.answering(at.fresh.token, "rotate", "sandbox", "--token-from", "-", "--yes");
    expect([ran.code, now()]).toEqual([0, "TFE: new"]);
    expect(said(ran)).not.toContain(at.fresh.token);
  });

  it.each([["--token-from"], ["--old-token-from"]])(
    "%s takes no token as an argument, nor shows it",
    async (option) => {
      const ran = await rotate(option, at.fresh.token);
      expect([ran.code, now(), said(ran)]).toEqual([2, "TFE: old", expect.not.stringContaining(at.fresh.token)]);
    },
  );
});

it("applies no plan with a PAT that has ended since, and says which to set", async () => {
  at = await managed();
  const { stage, old } = at;
  const [one] = stage.sandbox.state
    .resources()
    .filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === at.client.tokenIds[0]);
  if (one?.vcsRepo == null) throw new Error("nothing has moved");
  one.vcsRepo["oauth-token-id"] = "ot-SandboxOAuth0001";
  await stage.must("plan", "sandbox");
  old.expiresAt = inDays(0);
  const ran = await stage.repoint("apply", "sandbox", "--yes");
  expect([ran.code, ran.stdout]).toEqual([
    1,
    expect.stringMatching(/Not applied: the PAT in TF_VAR_gitlab_pat does not work any more, .*: Token is expired/),
  ]);
  expect(one.vcsRepo["oauth-token-id"]).toBe("ot-SandboxOAuth0001");
});
