import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { Io } from "../../lib/cli/io";
import { run } from "../../lib/cli/main";
import { Progress } from "../../lib/commands/diagnose/progress";
import { INVENTORY_VERSION, type Inventory } from "../../lib/inventory/schema";
import { grantInvalid, modern, raceLines, text, tfe, withFolder } from "../diagnose/support/logs";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function repoint(cwd: string, words: readonly string[], stdin = ""): Promise<Ran> {
  const out = new PassThrough();
  const err = new PassThrough();
  const io: Io = {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: out,
    stderr: err,
    env: {},
    cwd,
    exitCode: 0,
  };
  const code = await run(["diagnose", ...words], io);
  return { code, out: String(out.read() ?? ""), err: String(err.read() ?? "") };
}

const verdictOf = ({ code, out }: Ran): readonly unknown[] => [code, JSON.parse(out).verdict];

test("a race: the verdict first, the next command last", async () => {
  await withFolder({ "production_json.log": text(raceLines()) }, async (folder) => {
    const { code, out } = await repoint(folder, ["production_json.log"]);
    expect(code).toBe(1);
    expect(out).toMatchInlineSnapshot(`
        "RACE PROVEN: One refresh of a token of application 5c1f5c1f… made others fail: 1 race, 1 refused refresh. These logs do not show whether that is Terraform Enterprise's connection: compare before you act.

        Races
          race-1  proven, exact evidence (hash), application 5c1f5c1f…
            1 refresh was refused while another refresh with the same refresh token (the same refresh_token_hash) was in progress. The winner used the token up.
            won   200  2024-05-01T09:59:59.900Z → 2024-05-01T10:01:00.000Z  60.10 s  production_json.log:2 (winner)
            lost  400  2024-05-01T10:00:16.600Z → 2024-05-01T10:00:20.000Z  3.40 s  production_json.log:1 (loser-0)

        Also found
          Refreshes are slow: 1 time, 2024-05-01T10:01:00.000Z  [slow-refresh]
            Refreshes took more than 5 s; 0.1 s is normal. While one is in progress, every other refresh of the same token will be refused.
            Remedy: Find out what GitLab waits for at these times (database locks, Puma's queue). Faster refreshes make races rarer, but not impossible.
            First seen: production_json.log:2 (winner)

        What was read (times in UTC; clocks may differ by up to 5 min: --clock-tolerance)
          production_json.log: gitlab-production-json; 1.2 KiB, 2 lines, 2 relevant, 2 refreshes
            duration_s read as seconds (field), time as the request's end (version)

        Next
          find out whether application 5c1f5c1f… is the connection's: compare it with the Application ID in Terraform Enterprise's settings (Version control > Providers), or with the connection's \`key\` in the inventory that this writes:
              repoint inventory ORG
          then diagnose only the connection's application, and follow that result (in the inventory's project folder, you can leave out --application):
              repoint diagnose --application ID FILE…
        "
      `);
  });
});

test("whose application it is, by --application or by the key in the inventory", async () => {
  const client = "5c1f".repeat(16);
  await withFolder({ "production_json.log": text(raceLines()) }, async (folder) => {
    const judged = async (...words: string[]) => {
      const ran = await repoint(folder, ["production_json.log", "--json", ...words]);
      const { next, races, options } = JSON.parse(ran.out);
      const commands = next.map(({ command }: { command: string }) => command);
      return [...verdictOf(ran), races[0].whose, options.applications, commands];
    };
    const known = (from: string, id = "5c1f5c1f…") => [
      1,
      "race-proven",
      "terraform",
      [{ id, from }],
      ["repoint restore ORG", "repoint inventory ORG"],
    ];
    expect(await judged("--application", client)).toEqual(known("--application"));
    expect(await judged("--application", "5c1f5c1f…")).toEqual(known("--application", "5c1f5c1f"));
    expect(await judged("--application", "another-application")).toEqual([
      0,
      "nothing-found",
      "other",
      [{ id: "another-…", from: "--application" }],
      [],
    ]);
    expect((await repoint(folder, ["production_json.log", "--application", "x"])).code).toBe(2);

    const connection = {
      ...{
        id: "oc-1",
        name: null,
        serviceProvider: "gitlab_enterprise_edition",
        httpUrl: "https://gitlab.example.com",
      },
      ...{
        apiUrl: "https://gitlab.example.com/api/v4",
        key: client,
        organizationScoped: true,
        projectIds: [],
      },
      ...{
        agentPoolId: null,
        connectPath: null,
        createdAt: null,
        tokens: [],
        affectedWorkspacesCount: null,
        gone: false,
      },
    };
    const inventory: Inventory = {
      ...{
        version: INVENTORY_VERSION,
        hostname: "tfe.example.com",
        organization: "acme",
        changedAt: "2026-01-01T00:00:00Z",
      },
      ...{
        unavailableKinds: [],
        modulesInPlace: null,
        pat: null,
        ownConnections: [],
        stackComponents: [],
        projects: [],
        connections: [connection],
        resources: [],
      },
    };
    mkdirSync(join(folder, "inventory"));
    writeFileSync(join(folder, "inventory", "acme.json"), JSON.stringify(inventory));
    writeFileSync(join(folder, "inventory", "broken.json"), "{");
    expect(await judged()).toEqual(known("inventory/acme.json"));
    const { err } = await repoint(folder, ["production_json.log"]);
    expect(err).toBe(
      "warning: inventory/broken.json is not used: it cannot be read as an inventory (repoint status says why)\n",
    );

    // Without a hash, the application of one connection ties the two refreshes when Terraform Enterprise's log agrees; that of two does not.
    writeFileSync(join(folder, "production_json.log"), text(raceLines(1, null)));
    writeFileSync(join(folder, "atlas.log"), `${tfe(grantInvalid)}\n`);
    const byOverlap = async () => verdictOf(await repoint(folder, ["production_json.log", "atlas.log", "--json"]));
    expect(await byOverlap()).toEqual([1, "race-proven"]);
    const second = { ...inventory, organization: "other", connections: [{ ...connection, id: "oc-2" }] };
    writeFileSync(join(folder, "inventory", "other.json"), JSON.stringify(second));
    expect(await byOverlap()).toEqual([1, "race-likely"]);
  });
});

test("not enough information: what to collect, with the commands", async () => {
  await withFolder({ "atlas.log": `${tfe(grantInvalid)}\n` }, async (folder) => {
    const { code, out } = await repoint(folder, ["atlas.log"]);
    expect(code).toBe(1);
    expect(out).toMatchInlineSnapshot(`
        "NOT ENOUGH INFORMATION: These logs contain Terraform Enterprise's error, but not its cause. GitLab's logs of the same period may show it.

        Also found
          Terraform Enterprise's refresh was refused (first half of the known error): 1 time, 2024-05-01T10:00:30.000Z  [error-grant-invalid]
            “The provided authorization grant is invalid …”: the refresh token was used, revoked or never valid.
            Remedy: Look for the cause in GitLab's logs of the same period.
            First seen: atlas.log:1 (0f2b1c4e-1111-4222-8333-444455556666)

        What was read (times in UTC; clocks may differ by up to 5 min: --clock-tolerance)
          atlas.log: tfe-atlas; 233 bytes, 1 line, 1 relevant, 0 refreshes

        Collect
          the token requests in GitLab's logs, rotated ones included, on every node that answers web requests:
              sudo zgrep -h '/oauth/token' /var/log/gitlab/gitlab-rails/production_json.log* > gitlab-tokens-$(hostname).log
          the same from GitLab in Kubernetes:
              kubectl logs --namespace gitlab --selector app=webservice --container webservice --prefix --tail=-1 --max-log-requests=50 > gitlab-webservice.log
          GitLab's reasons for refusing API requests (GitLab 17.2 and later):
              sudo zgrep -h 'auth_fail_reason' /var/log/gitlab/gitlab-rails/api_json.log* > gitlab-refusals-$(hostname).log
          then diagnose all of them together:
              repoint diagnose *.log
        "
      `);
  });
});

test("nothing found", async () => {
  await withFolder({ "production_json.log": text([modern()]) }, async (folder) => {
    const { code, out } = await repoint(folder, ["production_json.log"]);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
        "NOTHING FOUND: The only refresh in these logs was granted.

        What was read (times in UTC; clocks may differ by up to 5 min: --clock-tolerance)
          production_json.log: gitlab-production-json; 590 bytes, 1 line, 1 relevant, 1 refresh
            duration_s read as seconds (field), time as the request's end (version)

        Next
          nothing to do
        "
      `);
  });
});

test("files, folders, globs, archives and standard input are read alike", async () => {
  const [loser = "", winner = ""] = raceLines();
  await withFolder({ "production_json.log": `${winner}\n`, "notes.txt": "" }, async (folder) => {
    mkdirSync(join(folder, "old"));
    writeFileSync(join(folder, "old", "production_json.log.1.gz"), gzipSync(`${loser}\n`));
    const inputs = async (words: readonly string[], stdin?: string) => {
      const ran = await repoint(folder, [...words, "--json"], stdin);
      const names = JSON.parse(ran.out).inputs.map((input: { name: string }) => input.name);
      return [...verdictOf(ran), ...names];
    };
    const both = ["old/production_json.log.1.gz", "production_json.log"];
    expect(await inputs(both)).toEqual([1, "race-likely", ...both]);
    expect(await inputs(["**/production_json.log*"])).toEqual([1, "race-likely", ...both]);
    expect(await inputs(["old", "production_json.log", "old/*.gz"])).toEqual([1, "race-likely", ...both]);
    expect(await inputs(["."])).toEqual([1, "race-likely", "notes.txt", ...both]);
    expect(await inputs(["production_json.log", "-"], `${loser}\n`)).toEqual([
      1,
      "race-likely",
      "production_json.log",
      "stdin",
    ]);
    expect(await inputs(["-"], "")).toEqual([0, "nothing-found", "stdin"]);
  });
});

test("several threads say what one says", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 6 }, (_, index) => [
      `production_json.log.${index}`,
      text(raceLines(index + 1, `${index}`.repeat(10))),
    ]),
  );
  await withFolder(files, async (folder) => {
    const one = await repoint(folder, [".", "--json", "--threads", "1"]);
    const two = await repoint(folder, [".", "--json", "--threads", "2"]);
    expect(two).toEqual(one);
    expect(verdictOf(one)).toEqual([1, "race-proven"]);
  });
});

test("only what happened in the period counts, and the rest is said", async () => {
  await withFolder({ "production_json.log": text(raceLines()) }, async (folder) => {
    const ran = await repoint(folder, ["production_json.log", "--json", "--since", "2024-05-02"]);
    expect(verdictOf(ran)).toEqual([0, "nothing-found"]);
    expect(JSON.parse(ran.out).skipped).toEqual([
      {
        reason: "outside-period",
        explanation: "before --since or after --until",
        input: "production_json.log",
        count: 2,
        places: [],
      },
    ]);
  });
});

test("every wrong option is named at once", async () => {
  const words = [
    "x.log",
    "--duration-unit",
    "h",
    "--time-is",
    "now",
    "--clock-tolerance",
    "5",
    "--since",
    "soon",
    "--threads",
    "0",
  ];
  const { code, out, err } = await repoint("/", words);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatchInlineSnapshot(`
    "error: 5 problems
    --duration-unit is "h", expected one of auto, ms, s [diagnose/option]
        fix: --duration-unit auto
    --time-is is "now", expected one of auto, start, end [diagnose/option]
        fix: --time-is auto
    --clock-tolerance is "5", expected a number with ms, s, m or h [diagnose/option]
        fix: --clock-tolerance 5m
    --since is "soon", expected a time such as 2024-05-01 or 2024-05-01T12:30:00Z [diagnose/option]
        fix: --since 2024-05-01T12:30:00Z
    --threads is "0", expected a number from 1 to 64 [diagnose/option]
        fix: --threads 2
    "
  `);
});

test("no file, no match, and files that cannot be read", async () => {
  await withFolder({ "a.log": "", "secret.log": "x" }, async (folder) => {
    expect((await repoint(folder, [])).code).toBe(2);
    expect(await repoint(folder, ["*.nothing", "{b,c}.log"])).toEqual({
      code: 2,
      out: "",
      err: expect.stringContaining('no file matches "{b,c}.log"'),
    });
    expect(await repoint(folder, ["b.log", "c.log"])).toEqual({
      code: 3,
      out: "",
      err: "error: cannot be read:\n  b.log: no such file\n  c.log: no such file\n    fix: give files that exist and that you can read, or pipe them in: `sudo cat FILE | repoint diagnose -`\n",
    });
    expect(await repoint(folder, ["/dev/zero"])).toMatchObject({
      code: 3,
      err: expect.stringContaining("it is a device, but a log is expected"),
    });
    chmodSync(join(folder, "secret.log"), 0);
    const ran = await repoint(folder, ["."]);
    // The superuser may read everything.
    if (process.getuid?.() !== 0)
      expect([ran.code, ran.out]).toEqual([3, expect.stringContaining("no permission to read it")]);
  });
});

test("a file that is not there keeps no other from being diagnosed", async () => {
  await withFolder({ "production_json.log": text(raceLines()) }, async (folder) => {
    const { code, out, err } = await repoint(folder, ["gone.log", "production_json.log", "--json"]);
    const diagnosis = JSON.parse(out);
    expect([code, diagnosis.verdict, diagnosis.skipped]).toEqual([
      3,
      "race-proven",
      [
        {
          reason: "not-readable",
          explanation: "no such file",
          input: "gone.log",
          count: 1,
          places: [],
        },
      ],
    ]);
    expect(err).toContain("gone.log: no such file");
  });
});

test("progress is drawn on a terminal alone, with bytes and time left", () => {
  const draw = (isTTY: boolean): string => {
    const stderr = Object.assign(new PassThrough(), { isTTY });
    let now = 0;
    const io: Io = {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr,
      env: {},
      cwd: "/",
      exitCode: 0,
    };
    const progress = new Progress(io, () => now);
    for (now = 0; now <= 2000; now += 1000) progress.update(now * 1024 * 1024, 8000 * 1024 * 1024);
    progress.end();
    return String(stderr.read() ?? "");
  };
  expect(draw(false)).toBe("");
  expect(draw(true).split("\r\u001b[2K")).toEqual([
    "",
    "read 1000 MiB of 8000 MiB (12 %), 7 s left",
    "read 2000 MiB of 8000 MiB (25 %), 6 s left",
    "",
  ]);
});
