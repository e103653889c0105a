import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { addConnection } from "../../sandbox/tfe/state/add-connection";
import { type Stage, startStage } from "./support";

const OLD = "ot-SandboxOAuth0001";
/** Made for this test. */
const KEY = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;
let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 6, fleet: 8 });
});
afterEach(async () => {
  await stage.close();
});

/** The new connection, as Terraform would have made it, with everything of the old one moved to it. */
function moveAll(): string {
  const { state } = stage.sandbox;
  const attributes = {
    name: "GitLab (PAT)",
    "service-provider": "gitlab_community_edition",
    "http-url": stage.sandbox.gitlab.url,
    "api-url": `${stage.sandbox.gitlab.url}/api/v4`,
    "oauth-token-string": stage.sandbox.gitlab.pat,
  };
  const client = addConnection(state, "sandbox", attributes, { createdAt: "2026-01-01T00:00:00.000Z" });
  const [token = ""] = client.tokenIds;
  for (const { vcsRepo } of state.resources()) {
    if (vcsRepo?.["oauth-token-id"] === OLD) vcsRepo["oauth-token-id"] = token;
  }
  return token;
}

it("says before anything moves that the new connection starts without the old one's SSH key, and sets one", async () => {
  const old = stage.sandbox.state.tokens.get(OLD);
  if (old !== undefined) old.hasSshKey = true;
  const recorded = await stage.repoint("inventory", "sandbox");
  expect(recorded.stdout).toContain("a new connection has none");

  const key = join(stage.folder, "key");
  writeFileSync(key, KEY);
  const early = await stage.repoint("ssh-key", "sandbox", "--file", "key");
  expect([early.code, early.stderr]).toEqual([2, expect.stringContaining("the new connection does not exist yet")]);
  const token = moveAll();
  const set = await stage.repoint("ssh-key", "sandbox", "--file", "key");
  expect([set.code, stage.sandbox.state.tokens.get(token)?.hasSshKey]).toEqual([0, true]);
  const journal = readFileSync(join(stage.folder, ".repoint/sandbox/journal.jsonl"), "utf8");
  for (const line of KEY.split("\n").filter((text) => text.length > 40)) {
    expect(set.stdout + set.stderr + journal).not.toContain(line);
  }

  writeFileSync(key, `\uFEFF${KEY.trimEnd().replaceAll("\n", "\r\n")}`);
  const mended = await stage.repoint("ssh-key", "sandbox", "--file", "key");
  expect([mended.code, mended.stdout]).toEqual([
    0,
    expect.stringContaining("a byte order mark, Windows line ends, no line break at the end"),
  ]);
  const sent = stage.sandbox.log.matching({ method: "PATCH", path: `/api/v2/oauth-tokens/${token}` }).at(-1);
  expect(sent?.body).toContain(JSON.stringify(KEY));

  writeFileSync(key, KEY.slice(0, 200));
  const cut = await stage.repoint("ssh-key", "sandbox", "--file", "key");
  expect([cut.code, cut.stderr]).toEqual([2, expect.stringContaining("[ssh-key/cut-off]")]);
  expect((await stage.repoint("ssh-key", "sandbox", "--file", "nowhere")).stderr).toContain("there is no such file");
});

it("verifies what was moved, with GitLab's side of it", async () => {
  await stage.repoint("inventory", "sandbox");
  moveAll();
  const { gitlabState, state } = stage.sandbox;
  const [workspace] = [...state.workspaces.values()].filter(
    ({ vcsRepo }) => vcsRepo !== null && vcsRepo["oauth-token-id"] !== null,
  );
  const path = workspace?.vcsRepo?.identifier ?? "";
  const [token] = gitlabState.tokens;
  if (token === undefined) throw new Error("GitLab has no token");
  const verify = async (...more: string[]) => stage.repoint("verify", "sandbox", ...more);

  expect((await verify()).stdout).toContain("GitLab was not asked: neither GITLAB_TOKEN nor TF_VAR_gitlab_pat is set");
  stage.env.TF_VAR_gitlab_pat = token.token;
  expect(await verify()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("4  on the new connection, nothing else differs"),
  });

  // Another organization's, or a stack's: it leads to the same server, and that is all that is known of it.
  gitlabState.addHook(path, "https://tfe.sandbox.test/webhooks/vcs/of-another");
  const others = await verify();
  expect([others.code, others.stdout]).toEqual([
    0,
    expect.stringContaining("which cannot be told from here; leave it"),
  ]);
  expect(others.stdout).not.toMatch(/delete|of-another/);

  // What was recorded for the old connection, and is not used any more, is.
  const link = workspace?.vcsRepo;
  if (link == null) throw new Error("nothing is linked");
  const before = String(link["webhook-url"]);
  const made = `${before}-made-anew`;
  link["webhook-url"] = made;
  const missing = await verify("--json");
  expect([missing.code, JSON.parse(missing.stdout).gitlab]).toMatchObject([
    1,
    { webhooks: { looked: 4, fine: 3 }, problems: [{ message: expect.stringContaining("has no webhook for") }] },
  ]);
  gitlabState.addHook(path, made);
  const left = await verify();
  expect(left.stdout).toMatch(
    /has 1 webhook of the old connection that nothing here uses any more \(\d+\): delete it in GitLab/,
  );
  expect(left.stdout).not.toContain(before);
  expect(readFileSync(join(stage.folder, "inventory/sandbox.json"), "utf8")).not.toContain(before);

  const hook = gitlabState.project(path).hooks.find(({ url }) => url === made);
  Object.assign(Object(hook), { alert_status: "disabled" });
  const disabled = await verify();
  expect([disabled.code, disabled.stdout]).toEqual([
    1,
    expect.stringContaining("is disabled because deliveries failed, so pushes start no runs"),
  ]);
  Object.assign(Object(hook), { alert_status: "executable" });

  // Another token's answers say nothing of the connection's, and the other way round.
  const readOnly = { ...token, id: 13, token: "glpat-read-only-0000000000", scopes: ["read_api"] };
  gitlabState.tokens.push(readOnly);
  stage.env.GITLAB_TOKEN = readOnly.token;
  expect(await verify()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("webhooks, asked with GITLAB_TOKEN: 4 of 4"),
  });
  token.revoked = true;
  const revoked = await verify("--json");
  expect([revoked.code, JSON.parse(revoked.stdout).gitlab]).toMatchObject([
    1,
    {
      problems: [
        {
          message:
            "the personal access token in TF_VAR_gitlab_pat is not usable: Token was revoked. You have to re-authorize from the user.",
        },
      ],
      webhooks: { looked: 4, fine: 4 },
    },
  ]);
  expect(revoked.stdout + revoked.stderr).not.toContain(token.token);
});

it.each([
  ["TF_VAR_gitlab_pat", "glpat-SECRETsecretSECRET\n", "there is a line break (U+000A) at its end, character 25 of 25"],
  [
    "TF_VAR_gitlab_pat",
    '"glpat-SECRETsecretSECRET"',
    "there is a quotation mark (U+0022) at its beginning, character 1 of 26, and 1 more such",
  ],
  [
    "GITLAB_TOKEN",
    "PRIVATE-TOKEN:glpat-SECRETsecretSECRET",
    "it starts with the header name PRIVATE-TOKEN; give only the token",
  ],
  ["GITLAB_TOKEN", " glpat-SECRETsecretSECRET", "there is a space (U+0020) at its beginning, character 1 of 25"],
  [
    "TFE_TOKEN",
    "glpat-SECRETsecretSECRET\r\n",
    "there is a carriage return (U+000D) at its end, character 25 of 26, and 1 more such",
  ],
])("refuses a token in %s with a character that no token has, before anything", async (variable, value, trouble) => {
  await stage.repoint("inventory", "sandbox");
  stage.env[variable] = value;
  const asked = stage.sandbox.log.entries.length;
  const commands = [["plan"], ["verify"], ["rollback"], ["inventory", "--find-lost", "links.yaml"]];
  for (const [name = "", ...options] of variable === "TFE_TOKEN" ? commands : [...commands, ["apply"]]) {
    const { code, stderr } = await stage.repoint(name, "sandbox", ...options);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`the value of ${variable} is not a token: ${trouble}`)]);
    expect(stderr).not.toContain("SECRET");
  }
  expect(stage.sandbox.log.entries).toHaveLength(asked);
});

it("says where a migration stands, from no inventory to no old connection", async () => {
  const status = async () => (await stage.repoint("status", "sandbox")).stdout;
  expect(await status()).toContain("Next: repoint inventory sandbox");
  await stage.repoint("inventory", "sandbox");
  expect(await status()).toMatch(/all +0 +4 +next[\s\S]*Next: repoint plan sandbox/);
  moveAll();
  await stage.repoint("inventory", "sandbox");
  expect(await status()).toMatch(
    /all +4 +4 +done[\s\S]*Next: set forget: done in organizations\/sandbox.yaml, repoint plan sandbox/,
  );
  expect((await stage.repoint("retire", "sandbox")).stderr).toContain("run/not-confirmed");
  expect(await stage.repoint("retire", "sandbox", "--yes")).toMatchObject({ code: 0 });
  expect(stage.sandbox.state.tokens.has(OLD)).toBe(false);
  expect((await stage.repoint("verify", "sandbox")).stdout).toMatch(
    /^all +workspace +\S+ \(ws-\w+\) +ot-SandboxOAuth0001 → ot-\w+ +moved: nothing else differs$[\s\S]*and the old connection is gone\.$/m,
  );
  expect(await status()).toContain("the old connection is gone");
  expect(await stage.repoint("retire", "sandbox", "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("is gone already"),
  });
});

it("waits for nobody: a run that is at work keeps others out, and one that died is taken over", async () => {
  await stage.repoint("inventory", "sandbox");
  moveAll();
  const lock = join(stage.folder, ".repoint", "sandbox", "lock");
  mkdirSync(join(stage.folder, ".repoint", "sandbox"), { recursive: true });
  const holder = (pid: number) =>
    writeFileSync(
      lock,
      JSON.stringify({
        pid,
        host: hostname(),
        startTicks: null,
        command: "repoint apply sandbox",
        since: "2026-01-01T00:00:00Z",
      }),
    );
  holder(process.pid);
  expect(await stage.repoint("retire", "sandbox", "--yes")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("another run has locked this organization"),
  });
  // It would save an older reading over what the other run records.
  expect(await stage.repoint("verify", "sandbox", "--json")).toMatchObject({ code: 2, stdout: "" });
  holder(2 ** 22 + 1);
  expect(await stage.repoint("retire", "sandbox", "--yes")).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("This run continues from there"),
  });
});

it("tells the owners of other configurations what to change", async () => {
  const [first] = [...stage.sandbox.state.workspaces.values()].filter(
    ({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD,
  );
  if (first !== undefined) first.attributes["source-name"] = "platform/terraform";
  expect((await stage.repoint("owners", "sandbox")).stderr).toContain("there is no inventory of sandbox");
  const token = moveAll();
  if (first?.vcsRepo != null) first.vcsRepo["oauth-token-id"] = OLD;
  await stage.repoint("inventory", "sandbox");
  const told = await stage.repoint("owners", "sandbox");
  expect(told.stdout).toContain(`Source "platform/terraform": 1 resource`);
  expect(told.stdout).toContain(`sed -i 's/${OLD}/${token}/g'`);
  const page = readFileSync(join(__dirname, "..", "..", "docs", "how-to", "managed-elsewhere.md"), "utf8");
  const block = /```hcl\n([\s\S]*?)```/.exec(page)?.[1]?.replace(/^ {3}/gm, "") ?? "";
  expect(told.stdout.replace(/oc-\w+(?=")/, "oc-XXXXXXXXXXXXXXXX")).toContain(block.trim());
});
