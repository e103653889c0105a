import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import type { Io } from "../../lib/cli/io";
import { run } from "../../lib/cli/main";
import { readLinks } from "../../lib/commands/restore/read-links";
import { ExternalError, UsageError } from "../../lib/errors";
import { acquireLock } from "../../lib/files/lock";
import { GitlabApi } from "../../lib/gitlab/api";
import { checkToken } from "../../lib/gitlab/check-token";
import { GitlabClient } from "../../lib/gitlab/client";
import { hookHealth } from "../../lib/gitlab/hook-health";
import { readInventory } from "../../lib/inventory/inventory-file";
import { readOrganization } from "../../lib/inventory/read-organization";
import { planMigration } from "../../lib/migration/migration";
import type { Organization } from "../../lib/organization/organization";
import { parseOrganizationFile } from "../../lib/organization/parse";
import { jsonReview } from "../../lib/report/json-review";
import { markdownReview } from "../../lib/report/markdown-review";
import { sarifReview } from "../../lib/report/sarif-review";
import { terminalReview } from "../../lib/report/terminal-review";
import { readPlan } from "../../lib/review/read-plan";
import { reviewPlan } from "../../lib/review/review";
import { readHostConfiguration } from "../../lib/tfe/cli-config";
import { TfeClient } from "../../lib/tfe/client";
import { writeProject } from "../commands/review-project";
import { type HostileTfe, type List, lists, startHostileTfe } from "../inventory/hostile-tfe";
import { statusOf } from "../migration/decided";
import { leastOrganizationFile } from "../organization-file";
import { fixtureText } from "../review/support";
import { FakeClock, listen, TOKEN } from "../tfe/support";
import { cutText, type Mutation, mutated, mutation } from "./mutate";

const PAT = "glpat-FuzzSecretFuzzSecret";

let root: string;
let server: HostileTfe;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "repoint-fuzz-"));
  writeProject(root);
  server = await startHostileTfe();
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true, force: true });
});

/** The errors that reach users on purpose are an outcome; every other one is the end of the test. */
async function outcome(work: () => unknown): Promise<string> {
  try {
    return JSON.stringify(await work()) ?? "";
  } catch (error) {
    if (error instanceof UsageError || error instanceof ExternalError) return error.message;
    throw error;
  }
}

/** Runs a property so many times. */
async function holds(runs: number, work: (change: Mutation, other: number) => unknown): Promise<void> {
  const property = fc.asyncProperty(mutation, fc.nat(), async (change, other) => {
    const text = await outcome(() => work(change, other));
    expect(text).not.toContain(PAT);
    expect(text).not.toContain(TOKEN);
    expect(text).not.toMatch(/bug in repoint|RangeError|TypeError|\[object Object\]/);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
  await fc.assert(property, { numRuns: runs });
}
const json = (sample: unknown, { changes, cut }: Mutation): string =>
  cutText(JSON.stringify(mutated(sample, changes)) ?? "", cut);

const yaml = (sample: unknown, { changes, cut }: Mutation): string =>
  cutText(stringify(mutated(sample, changes)) ?? "", cut);

const organizationFile = {
  ...leastOrganizationFile,
  select: { kinds: ["workspace"], names: ["app-*"], projects: ["Platform"] },
  managedElsewhere: [{ names: ["their-*"] }],
  waves: [{ name: "canary", names: ["app-0"] }, { name: "half", percent: 50 }, { name: "rest" }],
  through: "canary",
  backend: { s3: { bucket: "b", key: "k", region: "r" } },
  terraform: { provider: "0.79.0" },
};
const organizationOf = (): Organization => {
  const parsed = parseOrganizationFile(
    readFileSync(join(root, "organizations", "acme.yaml"), "utf8"),
    "organizations/acme.yaml",
  );
  if (parsed.type === "wrong") throw new Error("the project's organization file is right");
  return parsed.organization;
};

it("organization files", () =>
  holds(500, ({ changes, cut }) =>
    parseOrganizationFile(yaml(organizationFile, { changes, cut }), "organizations/acme.yaml"),
  ));

it("inventories, and what is planned from them", async () => {
  const sample = JSON.parse(readFileSync(join(root, "inventory", "acme.json"), "utf8"));
  const organization = organizationOf();
  const file = join(root, "fuzz.json");
  await holds(400, (change) => {
    const text = json(sample, change);
    writeFileSync(file, text);
    const inventory = readInventory(file);
    expect(readFileSync(file).equals(Buffer.from(text))).toBe(true);
    return inventory && [statusOf(organization, inventory), planMigration(organization, inventory).problems];
  });
});

it("plans in JSON, and the reports of their review", async () => {
  const samples = ["repoint", "move", "back", "others-1.13", "drift"].map((name) => JSON.parse(fixtureText(name)));
  await holds(200, (change, other) => {
    const review = reviewPlan(readPlan(json(samples[other % samples.length], change), "plan.json"), undefined);
    const options = { colour: true, verbose: true };
    return [
      terminalReview(review, options),
      markdownReview(review),
      jsonReview(review),
      sarifReview(review, "a.yaml", "1"),
    ];
  });
});

it("journals, verifications, plans' descriptions and records, by what status says", async () => {
  const runs = join(root, ".repoint", "acme");
  const at = "2026-01-02T03:04:05.000Z";
  const hash = "a".repeat(64);
  const samples: Readonly<Record<string, unknown>> = {
    "journal.jsonl": {
      version: 1,
      at,
      event: "apply.started",
      planSha256: hash,
      direction: "forward",
      waves: ["canary"],
      ids: ["ws-0000000000000000"],
      connection: { name: "x" },
    },
    "verification.json": {
      version: 1,
      at,
      ok: false,
      planSha256: hash,
      proven: ["ws-0000000000000000"],
      failed: [{ kind: "workspace", id: "ws-1", name: "a", wave: "canary", detail: "x", byPlan: true }],
      problems: ["x"],
    },
    "plan/meta.json": {
      version: 3,
      hostname: "tfe.sandbox.test",
      organization: "acme",
      madeAt: at,
      terraformVersion: "1.11.4",
      planSha256: hash,
      configurationSha256: hash,
      organizationFileSha256: hash,
      inventorySha256: hash,
      inventoryChangedAt: at,
      direction: "back",
      waves: ["canary"],
      deferred: ["ws-0000000000000001"],
      moves: [],
      changes: true,
    },
    "restore.json": { version: 2, connectionId: "oc-OLD", tokenIds: ["ot-OLD"], hadSshKey: false, targets: [] },
    lock: {
      pid: 1,
      host: "h",
      startTicks: "1",
      command: "repoint plan",
      since: at,
      child: { pid: 2, startTicks: null, command: "terraform", since: at },
    },
  };
  const names = Object.keys(samples);
  mkdirSync(join(runs, "plan"), { recursive: true });
  const kept = readFileSync(join(root, "inventory", "acme.json"), "utf8");
  await holds(150, async (change, other) => {
    const name = names[other % names.length] ?? "";
    const file = join(runs, name);
    const text = json(samples[name], change);
    writeFileSync(file, `${text}\n`);
    let printed = "";
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        printed += String(chunk);
        done();
      },
    });
    const io: Io = {
      stdin: Readable.from([]),
      stdout: stream,
      stderr: stream,
      env: { HOME: root, TF_VAR_gitlab_pat: PAT },
      cwd: root,
      exitCode: 0,
    };
    const code = await run(["status", "acme"], io);
    expect([0, 1, 2]).toContain(code);
    expect(readFileSync(file).equals(Buffer.from(`${text}\n`))).toBe(true);
    expect(readFileSync(join(root, "inventory", "acme.json"), "utf8")).toBe(kept);
    rmSync(file);
    return printed;
  });
});

it("lock files", async () => {
  const child = { pid: 2 ** 22 + 1, startTicks: null, command: "terraform apply", since: "2026-01-02T03:04:05.000Z" };
  const sample = { pid: 2 ** 22 + 2, host: "h", startTicks: "1", command: "repoint plan", since: child.since, child };
  const file = join(root, "lock");
  await holds(200, (change) => {
    writeFileSync(file, json(sample, change));
    utimesSync(file, 1, 1);
    acquireLock(file, "repoint plan acme", new Date()).release();
  });
});

it("CLI configurations", async () => {
  const sample = {
    credentials: { "app.terraform.io": { token: TOKEN }, "tfe.example.com": { token: TOKEN } },
    host: { "tfe.example.com": { services: { "tfe.v2": "https://tfe.example.com/api/v2/" } } },
  };
  const hcl = `credentials "app.terraform.io" {\n  token = "${TOKEN}"\n}\nhost "tfe.example.com" {\n  services = {\n    "tfe.v2" = "https://tfe.example.com/api/v2/"\n  }\n}\n`;
  const file = join(root, "cli.tfrc");
  await holds(250, async (change, other) => {
    writeFileSync(file, other % 2 === 0 ? json(sample, change) : cutText(hcl, change.cut));
    const { service, tokenFile } = await readHostConfiguration("app.terraform.io", { TF_CLI_CONFIG_FILE: file }, root);
    return { service, tokenFile };
  });
});

it("lists of links", async () => {
  const sample = { "app-0": "group/app", "1e3": "group/other@main", "ws-1": "a/b/c@v1" };
  await holds(250, ({ changes, cut }) => {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const stdin = Readable.from([yaml(sample, { changes, cut })]);
    return readLinks({ stdin, stdout: nowhere, stderr: nowhere, env: {}, cwd: root, exitCode: 0 }, "-");
  });
});

it("answers of TFE", async () => {
  const names = Object.keys(lists) as List[];
  await holds(100, async ({ changes, cut }, other) => {
    const list = names[other % names.length] ?? "workspaces";
    server.be(list, {
      raw: (response, { body, number }) => {
        const bad = number === 1 + (other % 3);
        response.end(bad ? cutText(JSON.stringify(mutated(body, changes)) ?? "", cut) : JSON.stringify(body));
      },
    });
    const apiUrl = `http://127.0.0.1:${server.port}/api/v2/`;
    const host = { hostname: "tfe.example.com", apiUrl, token: TOKEN, tokenSource: "TFE_TOKEN" };
    const client = new TfeClient(host, { clock: new FakeClock(), random: () => 0, transport: { env: {} } });
    try {
      return (await readOrganization(client, "tfe.example.com", "acme")).reading;
    } finally {
      expect(server.asked.length).toBeLessThan(400);
      await client.close();
    }
  });
});

it("answers of GitLab", async () => {
  const samples: readonly (readonly [RegExp, unknown])[] = [
    [
      /personal_access_tokens\/self/,
      { name: "pat", scopes: ["api"], active: true, revoked: false, expires_at: "2027-01-31" },
    ],
    [/\/user$/, { id: 1, username: "bot" }],
    [
      /hooks$/,
      [
        {
          id: 1,
          url: "https://tfe/x",
          push_events: true,
          push_events_branch_filter: "main*",
          branch_filter_strategy: "wildcard",
          alert_status: "executable",
        },
      ],
    ],
    [/projects$/, [{ id: 7, path_with_namespace: "group/app", default_branch: "main" }]],
    [/projects\//, { id: 7, path_with_namespace: "group/app", default_branch: "main" }],
  ];
  let bad: { readonly change: Mutation; readonly at: number } | undefined;
  let asked = 0;
  const gitlab = createServer((request, response) => {
    asked += 1;
    const { pathname } = new URL(request.url ?? "", "http://x");
    const index = samples.findIndex(([path]) => path.test(pathname));
    const sample = samples[index]?.[1] ?? {};
    response.setHeader("content-type", "application/json");
    response.setHeader("x-next-page", bad !== undefined && bad.at % 7 === 0 ? String(bad.at) : "");
    response.end(
      bad !== undefined && bad.at % samples.length === index ? json(sample, bad.change) : JSON.stringify(sample),
    );
  });
  const port = await listen(gitlab);
  try {
    await holds(250, async (change, other) => {
      bad = { change, at: other };
      asked = 0;
      const client = new GitlabClient(`http://127.0.0.1:${port}/api/v4`, PAT, {
        clock: new FakeClock(),
        random: () => 0,
        transport: { env: {} },
      });
      const api = new GitlabApi(client);
      try {
        const hooks = await api.hooks("group/app");
        const health =
          hooks.type === "parsed" ? hooks.value.map((hook) => hookHealth(hook, { type: "push", branch: "main" })) : [];
        return [await checkToken(api), health, await api.maintained(), await api.project("group/app")];
      } finally {
        expect(asked).toBeLessThan(60);
        await client.close();
      }
    });
  } finally {
    gitlab.closeAllConnections();
    await new Promise((done) => gitlab.close(done));
  }
});

it("samples are right before they are changed", () => {
  expect(parseOrganizationFile(stringify(organizationFile), "organizations/acme.yaml").type).toBe("read");
  expect(parse(stringify(organizationFile))).toEqual(organizationFile);
});
