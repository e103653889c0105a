import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { gzipSync } from "node:zlib";
import { App } from "cdktf";
import { stringify } from "yaml";
import { buildApp, synthApp } from "../../lib/app";
import { run } from "../../lib/cli/main";
import { commands } from "../../lib/commands";
import { addConnection } from "../../sandbox/tfe/state/add-connection";
import { useFakeTerraform } from "../commands/fake-terraform/launch";
import { type Answer, type Ran, type Stage, startStage } from "../commands/support";
import { modern, raceLines } from "../diagnose/support/logs";
import { tar } from "../diagnose/support/tar";
import { spoil, spoiled } from "./fleet";
import { type HostileServer, hostileServer } from "./server";
import { HOSTILE, troublesBelow, troublesIn, UNSEEN } from "./text";

// Each plays several commands, each of which starts processes.
jest.setTimeout(300_000);

const OLD = { connection: "oc-SandboxOAuth0001", token: "ot-SandboxOAuth0001" };
/** What the tests gave, and what Terraform keeps for itself. */
const OTHERS = /^(given\/|organizations\/|terraform$|terraform\.sandbox\.tfstate|.*\.tfplan$|.*\.terraform\/)/;
/** On a command line and in the name of a file: all but what no such name can hold. */
const WORD = HOSTILE.replaceAll(/[\0/]/g, "");
const FILE = `${UNSEEN.replaceAll(/[\0/]/g, "")}\`|<b>@all`.slice(0, 60);

/** What Terraform says has lines of its own. */
const TERRAFORM = HOSTILE.replaceAll("FORGED", "said");

let stage: Stage;
let server: HostileServer | undefined;
/** Everything that was printed, to see that the names were shown at all. */
let printed: string;
beforeEach(async () => {
  printed = "";
  replaced.clear();
  stage = await startStage({ seed: 6, fleet: 20, extraResources: true, entitlements: { stackComponents: true } });
  spoil(stage.sandbox);
  useFakeTerraform(stage).misbehave({ says: TERRAFORM });
  mkdirSync(join(stage.folder, "given"));
});
afterEach(async () => {
  await stage.close();
  await server?.close();
  server = undefined;
});

function look(ran: Ran, terminal = false): Ran {
  expect([...troublesIn(ran.stdout, { terminal }), ...troublesIn(ran.stderr, { terminal })]).toEqual([]);
  expect(ran.stderr).not.toContain("bug in repoint");
  printed += ran.stdout + ran.stderr;
  return ran;
}
const repoint = async (...args: string[]) => look(await stage.repoint(...args));
const atTerminal = async (args: readonly string[], answers: readonly Answer[]) =>
  look(await stage.atTerminal(args, answers), true);
async function must(...args: string[]): Promise<Ran> {
  const ran = await repoint(...args);
  if (ran.code !== 0) throw new Error(`${args.join(" ")}: exit code ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
  return ran;
}
const given = (name: string, content: string | Buffer): string => {
  writeFileSync(join(stage.folder, "given", name), content);
  return `given/${name}`;
};
/** What a test put in the place of what a command had written, in the project's folder. */
const replaced = new Set<string>();
function lookAtFiles(): void {
  const others = (path: string) => OTHERS.test(path) || replaced.has(path);
  expect(troublesBelow(stage.folder, others)).toEqual([]);
}
function inRepoint(name: string, content: string): void {
  const path = join(".repoint/sandbox", name);
  lookAtFiles();
  replaced.add(path);
  mkdirSync(join(stage.folder, ".repoint/sandbox/plan"), { recursive: true });
  writeFileSync(join(stage.folder, path), content);
}
const onOld = () =>
  [...stage.sandbox.state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === OLD.token);
/** Everything of the old connection put on a new one, as Terraform would have done. */
function moveAll(): void {
  const { state, gitlab } = stage.sandbox;
  const attributes = {
    name: `GitLab (PAT)${HOSTILE}`,
    "service-provider": "gitlab_community_edition",
    "http-url": gitlab.url,
    "api-url": `${gitlab.url}/api/v4`,
    "oauth-token-string": gitlab.pat,
  };
  const [token = ""] = addConnection(state, "sandbox", attributes).tokenIds;
  for (const { vcsRepo } of state.resources())
    if (vcsRepo?.["oauth-token-id"] === OLD.token) vcsRepo["oauth-token-id"] = token;
}
const waves = [
  { name: "first", percent: 30 },
  { name: "second", names: ["*"] },
];
const organizationFile = (changes: Record<string, unknown> = {}) =>
  stage.organizationFile({
    connection: { name: `GitLab (PAT)${HOSTILE}` },
    waves,
    through: "second",
    // The fake Terraform re-points no registry module.
    terraform: { provider: "0.79.0" },
    ...changes,
  });
const logs = () =>
  raceLines().map(
    (each) =>
      `${JSON.stringify(Object.assign(JSON.parse(each), { username: HOSTILE, ua: HOSTILE, correlation_id: HOSTILE, "meta.caller_id": HOSTILE }))}\n`,
  );

/** What each command is played with. */
const plays: Readonly<Record<string, () => Promise<void>>> = {
  diagnose: async () => {
    const text = logs().join("");
    const atlas = `2024-05-01T10:00:00Z [ERROR] ${HOSTILE} Server responded with code 401, message: Token was revoked.\n`;
    given(`a${FILE}.log`, text);
    given(
      `b${FILE}.tar.gz`,
      gzipSync(
        tar([
          { name: `c${FILE}`, content: text },
          { name: `d${FILE}`, content: atlas },
        ]),
      ),
    );
    given("e.log", atlas + modern({ client: HOSTILE, status: 401, id: HOSTILE }));
    given(`f${FILE}.gz`, gzipSync(text).subarray(0, 300));
    for (const more of [[], ["--json"], ["--show-names"], ["--html", `out${FILE}.html`], ["--application", WORD]])
      await repoint("diagnose", "given", ...more);
    await repoint("diagnose", `given/nothing*${WORD}`, "--json");
    await repoint("diagnose", `nowhere${FILE}`);
    await repoint(
      "diagnose",
      "given",
      "--since",
      WORD,
      "--duration-unit",
      WORD,
      "--clock-tolerance",
      WORD,
      "--threads",
      WORD,
    );
  },
  restore: async () => {
    const { state } = stage.sandbox;
    organizationFile();
    await repoint("inventory", "sandbox");
    const fast = ["--poll", "0.02", "--wait", "0.002"];
    state.authorizedRepos = true;
    const held = state.grants.get(OLD.token);
    if (held !== undefined) state.grants.set(OLD.token, { ...held, refused: true });
    const [lost] = onOld();
    if (lost !== undefined) lost.vcsRepo = null;
    await repoint("restore", "sandbox", ...fast);
    await repoint("restore", "sandbox", "--authorized", ...fast);
    await atTerminal(
      ["restore", "sandbox", ...fast],
      [
        { when: /Type "link" to go on: $/, type: "link" },
        { when: /TFE will not: $/, type: "revoke" },
        { when: /to go on: $/, type: "no" },
      ],
    );
    await repoint("restore", "sandbox", "--revoke", "--yes", ...fast);
    for (const command of ["status", "plan"]) await repoint(command, "sandbox");
    await repoint("restore", "sandbox", "--connection", WORD, ...fast);
    await repoint("restore", "sandbox", "--abandon", "--yes");
    await repoint(
      "restore",
      "sandbox",
      ...fast,
      "--links",
      given("links.yaml", stringify({ [HOSTILE]: HOSTILE, other: `a/b@${HOSTILE}` })),
    );
    await repoint("restore", "sandbox", "--links", `nowhere${FILE}`, ...fast);
    await repoint("restore", "sandbox", "--token-from", WORD, ...fast);
  },
  inventory: async () => {
    const { state } = stage.sandbox;
    organizationFile();
    await must("inventory", "sandbox");
    const [one] = [...state.workspaces.values()].filter(
      ({ vcsRepo }) => vcsRepo !== null && vcsRepo["oauth-token-id"] !== OLD.token,
    );
    if (one?.vcsRepo != null) one.vcsRepo["oauth-token-id"] = OLD.token;
    await must("inventory", "sandbox");
    rmSync(join(stage.folder, "inventory/sandbox.json"));
    state.removeTokens([OLD.token]);
    await must("inventory", "sandbox", "--find-lost", "links.yaml");
    expect(readFileSync(join(stage.folder, "links.yaml"), "utf8")).toContain("\\u202e");
    await must("inventory", "sandbox", "--json");
    stage.organizationFile({ from: [`oc-${WORD}`, "oc-1"] });
    await repoint("inventory", "sandbox");
    stage.organizationFile(
      Object(
        spoiled({
          version: "1",
          waves: [{ name: "a", names: "b" }],
          gitlab: { url: "c" },
          through: "d",
          from: "e",
          other: {},
        }),
      ),
    );
    await repoint("inventory", "sandbox");
    writeFileSync(join(stage.folder, "organizations/sandbox.yaml"), `*${WORD.replaceAll("\n", "")}: [\n`);
    await repoint("inventory", "sandbox");
    await repoint("inventory", WORD);
  },
  preflight: async () => {
    organizationFile();
    await repoint("preflight", "sandbox");
    await repoint("preflight", "sandbox", "--all", "--json");
    const { gitlabState, gitlab, faults } = stage.sandbox;
    const user = gitlabState.addUser(`jane${HOSTILE}`);
    stage.env.TF_VAR_gitlab_pat = gitlabState.createToken({ userId: user.id }).token;
    await repoint("preflight", "sandbox", "--all");
    const refusal = { status: 403, body: { message: `403 Forbidden - ${HOSTILE}` } };
    faults.add({ server: "gitlab", path: /hooks$/, fault: { answer: refusal } });
    await repoint("preflight", "sandbox");
    faults.clear();
    faults.add({ server: "gitlab", path: /self$/, fault: { answer: refusal } });
    await repoint("preflight", "sandbox");
    faults.clear();
    stage.env.TF_VAR_gitlab_pat = gitlab.pat;
    await repoint("preflight", "sandbox", "--min-days", WORD);
  },
  expiry: async () => {
    organizationFile();
    const { faults, gitlabState } = stage.sandbox;
    const files = ["--prometheus", "pat.prom", "--ics", "pat.ics"];
    for (const token of gitlabState.tokens) token.expiresAt = "2099-01-01";
    await repoint("expiry", "sandbox", ...files);
    const said = (body: unknown) => {
      faults.clear();
      faults.add({ server: "gitlab", path: /self$/, fault: { answer: { status: 200, body } } });
    };
    said({ id: 1, scopes: ["api"], active: true, expires_at: HOSTILE });
    await repoint("expiry", "sandbox", ...files);
    said({ id: 1, scopes: [HOSTILE], active: true });
    await repoint("expiry", "sandbox", "--json");
    faults.clear();
    faults.add({
      server: "gitlab",
      fault: { answer: { status: 403, body: { message: `403 Forbidden - ${HOSTILE}` } } },
    });
    await repoint("expiry", "--all", ...files);
    faults.clear();
    await repoint("expiry", WORD, "sandbox", "--prometheus", `pat${FILE}`);
    await repoint("expiry", "sandbox", "--min-days", WORD);
  },
  rotate: async () => {
    const { state, gitlabState, faults } = stage.sandbox;
    moveAll();
    state.authorizedRepos = true;
    const made = [...state.clients.values()].find(({ attributes }) => attributes.name === `GitLab (PAT)${HOSTILE}`);
    const user = gitlabState.addUser(`jane${HOSTILE}`);
    for (const project of gitlabState.projects.values()) project.members.set(user.id, 40);
    stage.env.NEW_GITLAB_TOKEN = gitlabState.createToken({ userId: user.id }).token;
    organizationFile({ through: "connection" });
    await repoint("rotate", "sandbox", "--yes", "--wait", "0");
    organizationFile({ connection: { existing: made?.id } });
    const fast = ["--yes", "--poll", "0.01", "--wait", "0"];
    await must("rotate", "sandbox", ...fast, "--revoke-unproven", WORD, "--skip-preflight", WORD);
    await atTerminal(["rotate", "sandbox"], [{ when: /Type "rotate"/, type: "no" }]);
    const refusal = { status: 403, body: { message: `403 Forbidden - ${HOSTILE}` } };
    const errors = { errors: [{ status: "422", title: HOSTILE, detail: HOSTILE }] };
    const troubles = [
      { server: "gitlab", path: /hooks$/, fault: { answer: refusal } },
      { server: "gitlab", path: /self$/, fault: { answer: refusal } },
      { server: "gitlab", method: "DELETE", path: /self$/, fault: { answer: refusal } },
      { server: "tfe", method: "PATCH", path: /oauth-clients/, fault: { answer: { status: 422, body: errors } } },
      { server: "tfe", path: /authorized-repos/, fault: { answer: { status: 422, body: errors } } },
    ] as const;
    for (const trouble of troubles) {
      faults.add(trouble);
      await repoint("rotate", "sandbox", ...fast, "--revoke-unproven", WORD);
      faults.clear();
    }
    for (const option of ["--token-from", "--old-token-from", "--min-days", "--wait"])
      await repoint("rotate", "sandbox", option, WORD);
    stage.env.NEW_GITLAB_TOKEN = `glpat-${HOSTILE.replaceAll("\0", "")}`;
    await repoint("rotate", "sandbox");
  },
  plan: async () => {
    organizationFile({ waves, through: waves[0]?.name, exclude: { names: ["*0*"] } });
    await repoint("plan", "sandbox");
    organizationFile();
    const [busy, running] = onOld();
    if (busy !== undefined) busy.locked = { by: "user", reason: HOSTILE };
    if (running !== undefined) stage.sandbox.state.startRun(running);
    await must("plan", "sandbox", "--lock-workspaces", "--full");
    expect(readFileSync(join(stage.folder, "cdktf.out/stacks/sandbox/cdk.tf.json"), "utf8")).toContain("\\u202e");
    // As `cdktf synth` writes it, and with --hcl.
    for (const hcl of ["false", "true"]) {
      process.env.SYNTH_HCL_OUTPUT = hcl;
      const app = new App({ outdir: join(stage.folder, `synthesized-${hcl}`) });
      buildApp(app, stage.folder, {}, () => {});
      synthApp(app);
    }
    delete process.env.SYNTH_HCL_OUTPUT;
    expect(readFileSync(join(stage.folder, "synthesized-true/stacks/sandbox/cdk.tf"), "utf8")).toContain("\\u202e");
    await repoint("plan", "sandbox", "--parallelism", WORD);
    await repoint("plan", "sandbox", "--root", WORD);
    stage.env.TF_VAR_gitlab_pat = `glpat-${HOSTILE.replaceAll("\0", "")}`;
    await repoint("plan", "sandbox");
  },
  review: async () => {
    organizationFile();
    await must("plan", "sandbox");
    const outputs = ["markdown", "html", "gitlab-report", "code-quality", "sarif"];
    const into = outputs.flatMap((output) => [`--${output}`, `${output}${FILE}`]);
    await must("review", "sandbox", ...into);
    for (const output of outputs) await must("review", "sandbox", `--${output}`, "-");
    await must("review", "sandbox", "--json");
    await must("review", "sandbox", "--verbose");
    await atTerminal(["review", "sandbox", "--verbose"], []);
    // A plan of somebody else's, in which everything is hostile: addresses, attributes, providers, variables, errors.
    const plan = JSON.parse(readFileSync(join(stage.folder, ".repoint/sandbox/plan/plan.tfplan"), "utf8")).json;
    const file = given(`plan${FILE}.json`, JSON.stringify(spoiledPlan(plan)));
    for (const org of [["sandbox"], []]) {
      await repoint("review", ...org, "--plan", file, ...into);
      await repoint("review", ...org, "--plan", file, "--json");
      await repoint("review", ...org, "--plan", file, "--verbose");
      for (const output of outputs) await repoint("review", ...org, "--plan", file, `--${output}`, "-");
    }
    await repoint("review", "sandbox", "--allow", `no-drift${WORD}`, "--reason", WORD);
    await repoint("review", "sandbox", "--allow", "keep-private", "--reason", WORD);
    await repoint("review", "--plan", `nowhere${FILE}`);
    await repoint("review", "--plan", given("no.json", HOSTILE));
    await repoint(
      "review",
      "--plan",
      given("other.json", JSON.stringify({ format_version: HOSTILE, [HOSTILE]: HOSTILE })),
    );
  },
  apply: async () => {
    organizationFile();
    await must("plan", "sandbox");
    await atTerminal(["apply", "sandbox"], [{ when: /to go on: $/, type: "no" }]);
    const [changed, locked] = onOld();
    if (locked !== undefined) locked.locked = { by: "user", reason: HOSTILE };
    await repoint("apply", "sandbox", "--yes", "--lock-workspaces");
    if (locked !== undefined) locked.locked = null;
    if (changed !== undefined) changed.attributes.description = `changed${HOSTILE}`;
    await repoint("apply", "sandbox", "--yes");
    await must("plan", "sandbox");
    useFakeTerraform(stage).misbehave({ says: TERRAFORM, failAfter: 3 });
    await repoint("apply", "sandbox", "--yes");
    useFakeTerraform(stage).misbehave({ says: TERRAFORM });
    await must("plan", "sandbox");
    await must("apply", "sandbox", "--yes");
    inRepoint(
      "lock",
      JSON.stringify({
        pid: process.pid,
        host: hostname(),
        startTicks: null,
        command: HOSTILE,
        since: HOSTILE,
        child: { pid: process.pid, startTicks: null, command: HOSTILE, since: HOSTILE },
      }),
    );
    await repoint("apply", "sandbox", "--yes");
  },
  verify: async () => {
    organizationFile();
    await must("inventory", "sandbox");
    await repoint("verify", "sandbox");
    moveAll();
    await repoint("verify", "sandbox");
    const [one] = [...stage.sandbox.state.workspaces.values()].filter(({ vcsRepo }) => vcsRepo !== null);
    if (one?.vcsRepo != null) one.vcsRepo.branch = `other${HOSTILE}`;
    for (const project of stage.sandbox.gitlabState.projects.values())
      for (const hook of project.hooks)
        Object.assign(hook, { alert_status: HOSTILE, push_events_branch_filter: HOSTILE });
    await repoint("verify", "sandbox");
    await repoint("verify", "sandbox", "--json");
    await repoint("status", "sandbox");
  },
  status: async () => {
    organizationFile({ waves: [{ name: "first", names: [`*${HOSTILE}*`] }, ...waves.slice(1)] });
    await repoint("status", "sandbox");
    await must("inventory", "sandbox");
    inRepoint(
      "journal.jsonl",
      `${JSON.stringify({ version: 1, at: HOSTILE, event: HOSTILE })}\n${JSON.stringify({ version: 1, at: "2026-01-01T00:00:00.000Z", event: `a${HOSTILE}` })}\n${HOSTILE}\n`,
    );
    await repoint("status", "sandbox");
    await must("plan", "sandbox");
    await repoint("status", "sandbox");
    const meta = JSON.parse(readFileSync(join(stage.folder, ".repoint/sandbox/plan/meta.json"), "utf8"));
    inRepoint("plan/meta.json", JSON.stringify({ ...meta, madeAt: HOSTILE, waves: [HOSTILE] }));
    await repoint("status", "sandbox");
    await repoint("apply", "sandbox", "--yes");
    inRepoint(
      "lock",
      JSON.stringify({
        pid: 999_999_999,
        host: hostname(),
        startTicks: null,
        command: HOSTILE,
        since: HOSTILE,
        child: null,
      }),
    );
    await repoint("plan", "sandbox");
    for (const name of ["verification.json", "plan/meta.json", "restore.json"]) {
      inRepoint(name, JSON.stringify({ version: 1, [HOSTILE]: HOSTILE, at: HOSTILE, targets: HOSTILE }));
      await repoint("status", "sandbox");
    }
    const inventory = join(stage.folder, "inventory/sandbox.json");
    const text = readFileSync(inventory, "utf8");
    expect(text).toContain("\\u202e");
    writeFileSync(
      inventory,
      text.replace('"kind": "workspace"', `"kind": ${JSON.stringify(HOSTILE)}, ${JSON.stringify(HOSTILE)}: 1`),
    );
    await repoint("status", "sandbox");
    writeFileSync(inventory, text);
  },
  owners: async () => {
    organizationFile();
    await must("inventory", "sandbox");
    await must("owners", "sandbox");
    await must("owners", "sandbox", "--json");
    moveAll();
    await must("inventory", "sandbox");
    await must("owners", "sandbox");
  },
  rollback: async () => {
    organizationFile();
    await must("plan", "sandbox");
    await must("apply", "sandbox", "--yes");
    await repoint("rollback", "sandbox", "--wave", WORD, "--yes");
    await atTerminal(["rollback", "sandbox", "--wave", waves[0]?.name ?? ""], [{ when: /to go on: $/, type: "no" }]);
    await must("rollback", "sandbox", "--wave", waves[0]?.name ?? "", "--yes");
    await repoint("status", "sandbox");
  },
  retire: async () => {
    organizationFile();
    await must("inventory", "sandbox");
    await repoint("retire", "sandbox", "--yes");
    moveAll();
    await atTerminal(["retire", "sandbox"], [{ when: /to go on: $/, type: "no" }]);
    await repoint("retire", "sandbox", "--yes");
  },
  "ssh-key": async () => {
    organizationFile();
    const { privateKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    const key = given(`key${FILE}`, privateKey);
    await repoint("ssh-key", "sandbox", "--file", key);
    moveAll();
    await repoint("ssh-key", "sandbox", "--file", key);
    await repoint("ssh-key", "sandbox", "--file", given("cut", privateKey.replace("\n", `\n${HOSTILE}`)));
    await repoint("ssh-key", "sandbox", "--file", `nowhere${FILE}`);
  },
  guard: async () => {
    organizationFile();
    await must("inventory", "sandbox");
    const script = given(
      "write.js",
      `const { hostname, port, username, password } = new URL(process.env.HTTP_PROXY);
      const authorization = "Basic " + Buffer.from(username + ":" + password).toString("base64");
      const path = "http://tfe.sandbox.test/api/v2/workspaces/" + encodeURIComponent(${JSON.stringify(HOSTILE)});
      const headers = { authorization: "Bearer " + process.env.TFE_TOKEN, "proxy-authorization": authorization };
      require("node:http").request({ hostname, port, path, headers, method: "DELETE" }, (a) => a.resume()).end();`,
    );
    const ran = await repoint("guard", "sandbox", "--", process.execPath, script);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("REFUSED  DELETE");
    await repoint("guard", "sandbox", "--", WORD, WORD);
  },
  pause: async () => {
    organizationFile();
    await repoint("pause", "sandbox");
    inRepoint("pause", JSON.stringify({ version: 1, since: HOSTILE }));
    await repoint("pause", "sandbox");
    await repoint("status", "sandbox");
  },
  resume: async () => {
    organizationFile();
    await repoint("resume", "sandbox");
    inRepoint("pause", HOSTILE);
    await must("resume", "sandbox");
  },
  provider: async () => {
    stage.env.REPOINT_PROVIDER_MIRROR = join(stage.folder, `mirror${FILE}`);
    await repoint("provider");
    await repoint("provider", "--json");
  },
  race: async () => {
    const few = ["--runs", "1", "--webhooks", "5"];
    await must("race", ...few, "--log", `log${FILE}`, "--tfe-log", `tfe${FILE}`);
    await must("race", ...few, "--json");
    await repoint("race", "--gitlab", WORD, "--latency", WORD);
  },
  sandbox: async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const ready = new Promise((resolve) => stdout.once("readable", resolve));
    const io = { stdin: process.stdin, stdout, stderr, env: {}, cwd: stage.folder, exitCode: 0 };
    const code = run(["sandbox", "--fleet", "2"], io);
    await ready;
    const told = String(stdout.read());
    const url = /GitLab\s+(http:\S+)/.exec(told)?.[1];
    await fetch(`${url}/${encodeURIComponent(HOSTILE)}`);
    process.emit("SIGINT");
    look({ code: await code, stdout: told, stderr: String(stderr.read()) });
    await repoint("sandbox", "--fleet", WORD);
    await repoint("sandbox", "--latency", WORD);
  },
  demo: async () => {
    stage.env.TERRAFORM_BINARY_NAME = join(stage.folder, `no${FILE}`);
    await repoint("demo", "--keep", WORD);
    await repoint("demo", WORD);
  },
};

/** A plan of which everything is hostile but the words that Terraform's JSON is made of. */
function spoiledPlan(value: unknown, key = ""): unknown {
  if (["format_version", "terraform_version", "actions", "mode", "type", "timestamp"].includes(key)) return value;
  if (typeof value === "string") return value + HOSTILE;
  if (Array.isArray(value)) return value.map((each) => spoiledPlan(each));
  if (typeof value !== "object" || value === null) return value;
  const own = Object.entries(value).map(([name, inner]) => [name, spoiledPlan(inner, name)]);
  return Object.fromEntries(["values", "after", "variables"].includes(key) ? [...own, [HOSTILE, HOSTILE]] : own);
}

it.each(commands.map(({ name }) => name))("%s shows names and never obeys them", async (name) => {
  const play = plays[name];
  if (play === undefined) throw new Error(`no hostile names are played through ${name}: add them to plays`);
  await play();
  await repoint(name, `--${WORD}`);
  await repoint(name, ...(name === "demo" ? [WORD] : ["--root", WORD, WORD, WORD, WORD]));
  await repoint(`${name}${WORD}`);
  lookAtFiles();
  expect(printed).toMatch(/\\x1b\[2J|\\u001b\[2J/);
  expect(printed).toContain("\\u202e");
});

const online = [
  "inventory",
  "preflight",
  "plan",
  "verify",
  "rotate",
  "retire",
  "restore",
  "rollback",
  "ssh-key",
] as const;

it.each(online)("%s shows what servers say, and never obeys it", async (name) => {
  organizationFile();
  if (name !== "inventory") await must("inventory", "sandbox");
  if (name === "rollback" || name === "retire" || name === "rotate") moveAll();
  stage.env.NEW_GITLAB_TOKEN = stage.sandbox.gitlabState.createToken({ userId: 7 }).token;
  const key = given("key", "-----BEGIN PRIVATE KEY-----");
  const args = {
    "ssh-key": ["--file", key],
    inventory: [],
    plan: [],
    preflight: ["--all"],
    verify: [],
    retire: ["--yes"],
    rotate: ["--yes", "--wait", "0"],
    restore: ["--yes", "--wait", "0.001"],
    rollback: ["--yes"],
  };
  server = await hostileServer(stage);
  for (const answer of server.answers) {
    // It is asked for again and again, which takes its time.
    if (answer === "what is no JSON" && name !== "inventory") continue;
    server.answer(answer);
    await repoint(name, "sandbox", ...args[name]);
  }
  lookAtFiles();
  expect(printed).toContain("\\u202e");
});

it.each(["plan", "verify", "rotate", "inventory", "expiry"])(
  "%s shows what GitLab says, and never obeys it",
  async (name) => {
    server = await hostileServer(stage, "gitlab");
    const { state, gitlab } = stage.sandbox;
    for (const { attributes } of state.clients.values())
      Object.assign(attributes, { "http-url": server.url, "api-url": `${server.url}/api/v4` });
    organizationFile({ gitlab: { url: server.url, serviceProvider: "gitlab_community_edition" } });
    await must("inventory", "sandbox");
    if (name === "verify" || name === "rotate") moveAll();
    stage.env.NEW_GITLAB_TOKEN = stage.sandbox.gitlabState.createToken({ userId: 7 }).token;
    for (const answer of server.answers) {
      server.answer(answer);
      await repoint(name, "sandbox", ...(name === "inventory" ? ["--find-lost", `links-${answer}.yaml`] : []));
    }
    stage.env.GITLAB_TOKEN = gitlab.pat;
    await repoint(name, "sandbox");
    lookAtFiles();
    expect(printed).toContain("\\u202e");
  },
);
