import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { organizationFileOf } from "../../lib/commands/demo/project";
import { type ExpiryReport, expiryJsonSchema } from "../../lib/commands/expiry/report";
import { loadInventory } from "../../lib/inventory/inventory-file";
import { type Sandbox, startSandbox } from "../../sandbox";
import { useFakeTerraform } from "./fake-terraform/launch";
import { type Stage, startStage } from "./support";

jest.setTimeout(300_000);

const DAY = 86_400_000;
let stage: Stage;
beforeEach(async () => {
  stage = await startStage({ seed: 6, fleet: 4 });
  stage.env.TF_VAR_gitlab_pat = stage.sandbox.gitlab.pat;
});
afterEach(() => stage.close());

const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
const expire = (day: string | null, sandbox: Sandbox = stage.sandbox) => {
  for (const token of sandbox.gitlabState.tokens) token.expiresAt = day;
};
const file = (name: string) => join(stage.folder, name);
/** A second organization on the same servers, by its file alone: `expiry` asks TFE nothing. */
const another = (name: string, changes: Record<string, unknown> = {}, sandbox: Sandbox = stage.sandbox) =>
  writeFileSync(file(`organizations/${name}.yaml`), organizationFileOf(sandbox, { organization: name, ...changes }));

async function report(...args: string[]): Promise<{ code: number; report: ExpiryReport; stderr: string }> {
  const { code, stdout, stderr } = await stage.repoint("expiry", ...args, "--json");
  return { code, report: JSON.parse(stdout), stderr };
}
const told = async (...args: string[]) => {
  const { code, report: found } = await report(...args);
  return {
    code,
    found: found.organizations.map(({ name, status, daysLeft, next }) => [name, status, daysLeft, next]),
  };
};

it("prints one row an organization, soonest first, and asks TFE nothing", async () => {
  another("beta", {
    connection: { name: "GitLab (PAT)", tokenVariable: "beta_pat" },
  });
  another("gamma", {
    connection: { name: "GitLab (PAT)", tokenVariable: "gamma_pat" },
  });
  another("delta", {
    connection: { name: "GitLab (PAT)", tokenVariable: "delta_pat" },
  });
  const { gitlabState, log } = stage.sandbox;
  const make = (expiresAt: string | null) => gitlabState.createToken({ userId: 7, expiresAt }).token;
  expire(inDays(41));
  Object.assign(stage.env, {
    TF_VAR_beta_pat: make(inDays(10)),
    TF_VAR_gamma_pat: make(null),
  });
  delete stage.env.TFE_TOKEN;
  log.clear();
  const { code, stdout } = await stage.repoint("expiry", "--all");
  expect(code).toBe(2);
  expect(stdout.replaceAll(inDays(41), "DAY-41").replaceAll(inDays(10), "DAY-10")).toMatchInlineSnapshot(`
    "status   organization  days left  expires on  source  next
    ERROR    beta          9          DAY-10  GitLab  repoint rotate beta
    WARNING  sandbox       40         DAY-41  GitLab  repoint rotate sandbox
    FAILED   delta         unknown                -       set TF_VAR_delta_pat to the PAT, then repoint expiry delta
    OK       gamma         no end                 GitLab

    beta: expires on DAY-10, in 9 days: fewer than 14
    sandbox: expires on DAY-41, in 40 days: fewer than 60
    delta: nothing is known of its PAT: TF_VAR_delta_pat is not set, and the inventory has recorded nothing

    4 organizations: 1 FAILED, 1 ERROR, 1 WARNING, 1 OK. Nothing was changed.
    "
  `);
  expect(log.matching({ server: "tfe" })).toEqual([]);
  expect(existsSync(file(".repoint"))).toBe(false);
});

it.each([
  [15, [], 0, "warning", "repoint rotate sandbox"],
  [14, [], 1, "error", "repoint rotate sandbox"],
  [14, ["--min-days", "13"], 0, "warning", "repoint rotate sandbox"],
  [62, [], 0, "ok", null],
  [62, ["--min-days", "70", "--warn-days", "70"], 1, "error", "repoint rotate sandbox"],
])("judges a token that ends in %s days with %j", async (days, options, code, status, next) => {
  expire(inDays(days));
  expect(await told("sandbox", ...options)).toEqual({
    code,
    found: [["sandbox", status, days - 1, next]],
  });
});

it("says of a token that GitLab does not take what GitLab says", async () => {
  Object.assign(Object(stage.sandbox.gitlabState.tokens[0]), { revoked: true });
  const { code, report: found } = await report("sandbox");
  expect([code, found.organizations[0]]).toEqual([
    1,
    expect.objectContaining({
      status: "error",
      usable: false,
      daysLeft: null,
      source: "gitlab",
      what: "GitLab cannot use it: Token was revoked. You have to re-authorize from the user.",
      next: "set TF_VAR_gitlab_pat to the connection's PAT if it holds another one; else repoint rotate sandbox with a new one",
    }),
  ]);
});

it("goes by GitLab's clock where GitLab says that it has expired", async () => {
  expire(inDays(100));
  stage.sandbox.gitlabState.clock = () => new Date(Date.now() + 101 * DAY);
  const { code, report: found } = await report("sandbox");
  expect([code, found.organizations[0]?.status, found.organizations[0]?.usable]).toEqual([1, "error", false]);
});

it("says that an old GitLab does not say", async () => {
  stage.sandbox.gitlabState.settings.version = "15.0.1";
  expect(await told("sandbox")).toEqual({
    code: 1,
    found: [["sandbox", "unknown", null, "look at the token in GitLab, under Access tokens of its user"]],
  });
});

it("knows when a fine-grained token ends", async () => {
  Object.assign(Object(stage.sandbox.gitlabState.tokens[0]), {
    scopes: ["granular"],
    expiresAt: inDays(100),
  });
  const { code, report: found } = await report("sandbox");
  expect([code, found.organizations[0]]).toEqual([
    0,
    expect.objectContaining({
      status: "ok",
      usable: null,
      daysLeft: 99,
      what: expect.stringContaining("fine-grained"),
    }),
  ]);
});

it("goes by what verify recorded where there is no token, and says how old that is", async () => {
  useFakeTerraform(stage);
  expire(inDays(41));
  await stage.must("plan", "sandbox");
  await stage.must("apply", "sandbox", "--yes");
  const inventory = readFileSync(file("inventory/sandbox.json"), "utf8");
  expect(inventory).not.toContain(stage.sandbox.gitlab.pat);
  const { pat } = loadInventory(stage.folder, "sandbox") ?? {};
  expect(pat).toEqual({
    readAt: expect.stringMatching(/Z$/),
    apiUrl: `${stage.sandbox.gitlab.url}/api/v4`,
    tokenId: stage.sandbox.gitlabState.tokens[0]?.id,
    usable: true,
    reason: null,
    expiresAt: inDays(41),
  });
  // A second reading of the same says nothing new.
  await stage.must("verify", "sandbox");
  expect(readFileSync(file("inventory/sandbox.json"), "utf8")).toBe(inventory);
  expect((await stage.must("status", "sandbox")).stdout).toContain(
    `PAT              expires on ${inDays(
      41,
    )}, in 40 days: fewer than 60. Next: repoint rotate sandbox (as GitLab said just now)`,
  );

  delete stage.env.TF_VAR_gitlab_pat;
  const readAt = new Date(Date.now() - 21 * DAY).toISOString();
  writeFileSync(file("inventory/sandbox.json"), inventory.replace(pat?.readAt ?? "", readAt));
  const { code, report: found } = await report("sandbox");
  expect([code, found.organizations[0]]).toEqual([
    0,
    {
      name: "sandbox",
      hostname: "tfe.sandbox.test",
      organization: "sandbox",
      status: "warning",
      what: `expires on ${inDays(41)}, in 40 days: fewer than 60, as GitLab said 21 days ago`,
      next: "repoint rotate sandbox",
      source: "inventory",
      readAt,
      usable: true,
      expires: "on-date",
      expiresOn: inDays(41),
      daysLeft: 40,
    },
  ]);
  expect((await stage.repoint("expiry", "sandbox")).stdout).toContain("inventory, 21 days ago");

  // What another token says is not taken for it.
  stage.env.TF_VAR_gitlab_pat = stage.sandbox.gitlabState.createToken({
    userId: 7,
    expiresAt: inDays(300),
  }).token;
  const other = (await report("sandbox")).report.organizations[0];
  expect([other?.status, other?.what]).toEqual([
    "warning",
    expect.stringContaining("it is not the token that repoint verify saw at"),
  ]);

  // A GitLab that is down leaves the record, and is a failure all the same.
  stage.sandbox.faults.add({ server: "gitlab", fault: { drop: true } });
  const down = await report("sandbox", "--prometheus", "pat.prom");
  expect([down.code, down.report.organizations[0]]).toMatchObject([3, { status: "failed", daysLeft: 40 }]);
  expect(readFileSync(file("pat.prom"), "utf8")).toContain(
    'repoint_pat_check_success{name="sandbox",hostname="tfe.sandbox.test",organization="sandbox"} 0\n',
  );
});

it("asks one GitLab once, and lets none see another's token", async () => {
  another("beta");
  stage.sandbox.log.clear();
  expect((await report("--all")).code).toBe(0);
  expect(stage.sandbox.log.matching({ server: "gitlab" })).toHaveLength(1);
  const elsewhere = await startSandbox({ seed: 7, fleet: 1 });
  try {
    another("gamma", {}, elsewhere);
    stage.sandbox.log.clear();
    elsewhere.log.clear();
    const { code, report: found } = await report("--all");
    expect(code).toBe(2);
    expect(found.organizations.map(({ status }) => status)).toEqual(["failed", "failed", "failed"]);
    expect(found.organizations[0]?.what).toContain("TF_VAR_gitlab_pat is the variable of organizations on ");
    expect(elsewhere.log.matching({ server: "gitlab" })).toEqual([]);
    expect(stage.sandbox.log.matching({ server: "gitlab" })).toEqual([]);
  } finally {
    await elsewhere.close();
  }
});

it("takes an organization once, however it is named, and needs no inventory that can be read", async () => {
  mkdirSync(file("inventory"));
  writeFileSync(file("inventory/sandbox.json"), "{");
  const names = ["sandbox", "organizations/sandbox.yaml", "sandbox.yaml", "sandbox"];
  expect(await told(...names)).toEqual({ code: 0, found: [["sandbox", "ok", null, null]] });
  delete stage.env.TF_VAR_gitlab_pat;
  const { code, report: found } = await report("sandbox");
  expect([code, found.organizations[0]?.what]).toEqual([
    2,
    expect.stringContaining("inventory/sandbox.json: it is not valid JSON"),
  ]);
});

it("goes on where one organization fails, and ends with the worst code", async () => {
  writeFileSync(file("organizations/broken.yaml"), "version: 1\nhostname: tfe.example.com\norganization: broken\n");
  another("beta", {
    connection: { name: "GitLab (PAT)", tokenVariable: "beta_pat" },
  });
  stage.env.TF_VAR_beta_pat = "glpat-with a blank in it";
  expire(inDays(10));
  const { code, report: found } = await report("--all", "--prometheus", "pat.prom", "--ics", "pat.ics");
  expect([code, found.exitCode]).toEqual([2, 2]);
  expect(found.organizations.map(({ name, status }) => [name, status])).toEqual([
    ["sandbox", "error"],
    ["beta", "failed"],
    ["broken", "failed"],
  ]);
  expect(found.organizations.find(({ name }) => name === "beta")?.what).toContain(
    "the value of TF_VAR_beta_pat is not a token",
  );
  expect(JSON.stringify(found)).not.toContain("a blank in it");
  const metrics = readFileSync(file("pat.prom"), "utf8");
  expect(metrics.match(/^repoint_pat_check_success\{.*$/gm)).toHaveLength(3);
  stage.sandbox.faults.add({ server: "gitlab", fault: { status: 500 } });
  expect((await report("--all")).code).toBe(3);
  expect(await told("nobody", "sandbox")).toMatchObject({ code: 3 });
});

it("writes files that others may read, whole or not at all, with nothing secret in them", async () => {
  expire(inDays(100));
  mkdirSync(file("textfile"));
  const before = process.umask(0o077);
  try {
    const { stderr, code } = await stage.repoint(
      "expiry",
      "--all",
      "--prometheus",
      "textfile/pat.prom",
      "--ics",
      "pat.ics",
    );
    expect([code, stderr]).toEqual([0, "Written: textfile/pat.prom, pat.ics\n"]);
  } finally {
    process.umask(before);
  }
  expect(readdirSync(file("textfile"))).toEqual(["pat.prom"]);
  for (const name of ["textfile/pat.prom", "pat.ics"]) {
    expect(statSync(file(name)).mode & 0o777).toBe(0o644);
    expect(readFileSync(file(name), "utf8")).not.toContain(stage.sandbox.gitlab.pat);
  }
  // A file that cannot be written is an error, and what was found is told before.
  const { code, stdout, stderr } = await stage.repoint("expiry", "--all", "--prometheus", "pat.ics/pat.prom");
  expect([code > 1, stdout]).toEqual([true, expect.stringContaining("1 organization: 1 OK.")]);
  expect(stderr).toContain("pat.ics/pat.prom");
  expect((await stage.repoint("expiry", "--all", "--prometheus", "pat.txt")).stderr).toContain("end in .prom");
});

it("keeps a token out of the record that GitLab repeats", async () => {
  useFakeTerraform(stage);
  await stage.must("plan", "sandbox");
  await stage.must("apply", "sandbox", "--yes");
  const { faults, gitlab } = stage.sandbox;
  const body = { message: `403 Forbidden - ${gitlab.pat} may not` };
  faults.add({
    server: "gitlab",
    path: /self$/,
    fault: { answer: { status: 403, body } },
  });
  await stage.repoint("verify", "sandbox");
  const inventory = readFileSync(file("inventory/sandbox.json"), "utf8");
  expect(JSON.parse(inventory).pat).toMatchObject({
    usable: false,
    reason: expect.stringContaining("(masked) may not"),
  });
  expect(inventory).not.toContain(gitlab.pat);
  expect((await stage.must("status", "sandbox")).stdout).toMatch(
    /^PAT {14}not usable, as GitLab said just now: .*Next: repoint expiry sandbox$/m,
  );
});

it("prints metrics or a calendar alone where they go to standard output", async () => {
  expect((await stage.must("expiry", "--all", "--prometheus", "-")).stdout).toMatch(
    /^# HELP repoint_pat_check_success /,
  );
  expect((await stage.must("expiry", "--all", "--ics", "-")).stdout).toMatch(/^BEGIN:VCALENDAR\r?\n/);
});

it("writes JSON by its schema", async () => {
  const kept: unknown = JSON.parse(readFileSync(join(__dirname, "../../docs/expiry.schema.json"), "utf8"));
  expect(kept).toEqual(expiryJsonSchema());
  const validate = new Ajv2020({ strict: true }).compile(Object(kept));
  another("beta", {
    connection: { name: "GitLab (PAT)", tokenVariable: "beta_pat" },
  });
  validate((await report("--all")).report);
  expect(validate.errors).toBeNull();
});

it.each([
  [[], "no organization is named"],
  [["sandbox", "--all"], "--all is given together with sandbox"],
  [["--all", "--warn-days", "7"], "--warn-days 7 is below --min-days 14"],
  [["--all", "--json", "--ics", "-"], "several outputs are to go to standard output"],
  [["--all", "--prometheus", "a", "--ics", "a"], "--prometheus and --ics both name a"],
])("refuses %j", async (args, message) => {
  const { code, stderr } = await stage.repoint("expiry", ...args);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});
