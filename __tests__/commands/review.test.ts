import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { synthesizeAside } from "../../lib/app";
import type { Io } from "../../lib/cli/io";
import { run } from "../../lib/cli/main";
import { readJournal } from "../../lib/files/journal";
import { PLAN_META_VERSION, type PlanMeta } from "../../lib/files/plan-meta";
import { loadInventory } from "../../lib/inventory/inventory-file";
import { planMigration } from "../../lib/migration/migration";
import { loadOrganization } from "../../lib/organization/load";
import { fixture, fixtureText, PAT } from "../review/support";
import { writeProject } from "./review-project";

// Only `review` is wanted here, and without the file name extension of a dynamic import, which sources do not have.
jest.mock("../../lib/commands", () => ({
  commands: [
    { name: "review", summary: "", load: async () => jest.requireActual("../../lib/commands/review").reviewCommand },
  ],
}));

jest.mock("../../lib/commands/shared/context.js", () => jest.requireActual("../../lib/commands/shared/context"), {
  virtual: true,
});
jest.mock(
  "../../lib/commands/shared/review-expectation.js",
  () => jest.requireActual("../../lib/commands/shared/review-expectation"),
  {
    virtual: true,
  },
);
jest.mock(
  "../../lib/commands/shared/review-saved-plan.js",
  () => jest.requireActual("../../lib/commands/shared/review-saved-plan"),
  { virtual: true },
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-review-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function review(args: readonly string[], stdin = "", env: NodeJS.ProcessEnv = {}): Promise<Result> {
  const texts = { stdout: "", stderr: "" };
  const sink = (name: keyof typeof texts) =>
    new Writable({
      write(chunk, _, done) {
        texts[name] += String(chunk);
        done();
      },
    });
  const io: Io = {
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    env,
    cwd: folder,
    exitCode: 0,
  };
  return { code: await run(["review", ...args], io), ...texts };
}

function put(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

it("is a command", () => {
  const { commands } = jest.requireActual("../../lib/commands");
  expect(commands.map(({ name }: { name: string }) => name)).toContain("review");
});

describe("repoint review --plan", () => {
  it("prints the verdict first and exits 0 when it passes", async () => {
    put("plan.json", fixtureText("move"));
    const { code, stdout, stderr } = await review(["--plan", "plan.json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout.split("\n")[0]).toBe("PASS  6 re-pointed, 6 imported, 1 created; nothing destroyed or replaced");
    expect(stdout).not.toContain(PAT);
  });

  it("exits 1 when it fails", async () => {
    put("plan.json", fixtureText("module"));
    const { code, stdout } = await review(["--plan", "plan.json"]);
    expect(code).toBe(1);
    expect(stdout).toContain("error nothing-replaced\n  tfe_registry_module.vpc: it would be replaced");
  });

  it("reads standard input", async () => {
    const { code, stdout } = await review(["--plan", "-", "--json"], fixtureText("move"));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, verdict: "pass", basis: "plan" });
  });

  it("writes every output, and no secret into any", async () => {
    put("plan.json", fixtureText("move"));
    const { code } = await review(
      "--plan plan.json --markdown note.md --gitlab-report tfplan.json --sarif r.sarif --code-quality q.json".split(
        " ",
      ),
    );
    expect(code).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["note.md", "plan.json", "q.json", "r.sarif", "tfplan.json"]);
    for (const file of readdirSync(folder)) {
      if (file !== "plan.json") expect(readFileSync(join(folder, file), "utf8")).not.toContain(PAT);
    }
    expect(readFileSync(join(folder, "tfplan.json"), "utf8")).toBe('{"create":1,"update":6,"delete":0}\n');
  });

  it("lets a rule pass for a reason, and says so", async () => {
    put("plan.json", fixtureText("module"));
    const args = ["--plan", "plan.json", "--allow", "nothing-replaced", "--reason", "nobody uses the module"];
    const { code, stdout } = await review(args);
    expect(code).toBe(0);
    expect(stdout).toContain("error nothing-replaced (allowed: nobody uses the module)");
  });

  it.each([
    [["--plan", "plan.json", "--allow", "nothing-replaced"], "--reason 0 time(s) [review/no-reason]"],
    [["--plan", "plan.json", "--allow", "nothing-replaced", "--reason", " "], "[review/no-reason]"],
    [["--plan", "plan.json", "--reason", "why not"], "[review/no-reason]"],
    [["--plan", "plan.json", "--allow", "no-such", "--reason", "x"], 'there is no rule "no-such"'],
    [["--plan", "nothing.json"], "nothing.json: there is no such file"],
    [["--plan", "."], ".: it is a folder"],
    [[], "neither an organization nor a plan was given"],
    [["--plan", "plan.json", "--json", "--markdown", "-"], "2 outputs are to go to standard output"],
    [["--plan", "plan.json", "--jsno"], "unknown option '--jsno'"],
  ])("refuses %j", async (args, message) => {
    put("plan.json", fixtureText("module"));
    const { code, stdout, stderr } = await review(args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
  });

  it("refuses a plan that is cut off, and repeats nothing of it", async () => {
    const text = fixtureText("move");
    const at = text.indexOf(PAT) + PAT.length;
    put("plan.json", text.slice(0, at));
    const { code, stderr } = await review(["--plan", "plan.json"]);
    expect(code).toBe(2);
    expect(stderr).toContain("plan.json: it is not valid JSON: cut off or damaged");
    expect(stderr).not.toContain(PAT);
  });

  it("shows no secret of a plan that has one in clear", async () => {
    const document = fixture("move");
    for (const { change } of document.resource_changes) {
      if (change.before !== null) change.before.description = `the token is ${PAT}`;
    }
    document.resource_changes[3].change.after.name = "glpat-AbCdEfGhIjKlMnOpQrSt";
    put("plan.json", JSON.stringify(document));
    for (const output of [["--json"], ["--markdown", "-"], ["--sarif", "-"], ["--code-quality", "-"], ["--verbose"]]) {
      const { code, stdout } = await review(["--plan", "plan.json", ...output]);
      expect(code).toBe(1);
      expect(stdout).toContain("no-secret");
      expect(stdout).not.toContain(PAT);
      expect(stdout).not.toContain("glpat-");
    }
  });
});

describe("repoint review ORG", () => {
  it("judges a plan that is given by the organization file and the inventory", async () => {
    writeProject(folder);
    put("plan.json", fixtureText("repoint"));
    const { code, stdout, stderr } = await review(["acme", "--plan", "plan.json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(
      "acme on tfe.sandbox.test; 4 notes; compared with the organization file and the inventory",
    );
    expect(stdout).toContain(
      "import, re-point  workspace app-0 (project Platform, wave canary): GitLab (oc-OLD) → gitlab-pat",
    );
  });

  it("needs no reading first where the inventory has not recorded the connection yet", async () => {
    writeProject(folder);
    const file = join(folder, "inventory", "acme.json");
    const { ownConnections: _, ...earlier } = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify(earlier));
    put("plan.json", fixtureText("repoint"));
    expect((await review(["acme", "--plan", "plan.json"])).code).toBe(0);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(earlier);
  });

  it("fails a plan that leaves out what the organization file covers, and shows it at the organization file", async () => {
    writeProject(folder);
    put("plan.json", fixtureText("existing"));
    const { code, stdout } = await review(["acme", "--plan", "plan.json", "--sarif", "-"]);
    expect(code).toBe(1);
    const [{ results }] = JSON.parse(stdout).runs;
    const missing = results.find(({ ruleId }: { ruleId: string }) => ruleId === "file-covered");
    expect(missing.locations[0].physicalLocation.artifactLocation.uri).toBe("organizations/acme.yaml");
    expect(missing.locations[0].logicalLocations[0].fullyQualifiedName).toBe("tfe_workspace.app_3");
  });

  it.each([
    ["no inventory", () => rmSync(join(folder, "inventory"), { recursive: true }), "repoint inventory acme"],
    ["no saved plan", () => {}, "there is no saved plan"],
    ["no such organization", () => rmSync(join(folder, "organizations", "acme.yaml")), "acme"],
  ])("says so when there is %s", async (_, change, message) => {
    writeProject(folder);
    change();
    put("plan.json", fixtureText("repoint"));
    const args = message.includes("saved plan") ? ["acme"] : ["acme", "--plan", "plan.json"];
    const { code, stderr } = await review(args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  describe("of the saved plan", () => {
    /** A saved plan, and a Terraform that shows the fixture for it. */
    function save(change: Partial<PlanMeta> = {}): NodeJS.ProcessEnv {
      writeProject(folder);
      const plan = join(folder, ".repoint", "acme", "plan");
      mkdirSync(plan, { recursive: true });
      writeFileSync(join(plan, "plan.tfplan"), "the plan");
      const meta: PlanMeta = {
        version: PLAN_META_VERSION,
        hostname: "tfe.sandbox.test",
        organization: "acme",
        madeAt: "2026-02-01T00:00:00.000Z",
        terraformVersion: "1.11.4",
        planSha256: createHash("sha256").update("the plan").digest("hex"),
        configurationSha256: "0".repeat(64),
        organizationFileSha256: "0".repeat(64),
        inventorySha256: createHash("sha256")
          .update(readFileSync(join(folder, "inventory", "acme.json")))
          .digest("hex"),
        inventoryChangedAt: "2026-01-01T00:00:00.000Z",
        direction: "forward",
        waves: null,
        rotation: false,
        deferred: [],
        moves: [],
        state: "own",
        changes: true,
        ...change,
      };
      writeFileSync(join(plan, "meta.json"), JSON.stringify(meta));
      put("shown.json", fixtureText("repoint"));
      const script = `#!/bin/sh
if [ "$1" = version ]; then echo '{"terraform_version":"1.11.4"}'; else cat '${join(folder, "shown.json")}'; fi
`;
      writeFileSync(join(folder, "terraform"), script, { mode: 0o755 });
      return { ...process.env, TERRAFORM_BINARY_NAME: join(folder, "terraform") };
    }

    const rulesOf = (stdout: string): readonly string[] =>
      JSON.parse(stdout)
        .findings.filter(({ severity }: { severity: string }) => severity === "error")
        .map(({ rule }: { rule: string }) => rule);

    it("fails when the text was synthesized from another organization file or inventory", async () => {
      const { code, stdout } = await review(["acme", "--json"], "", save());
      expect(code).toBe(1);
      expect(rulesOf(stdout)).toEqual(["same-text"]);
    });

    it("passes for the text that it was made from, and says so in the journal", async () => {
      writeProject(folder);
      const organization = loadOrganization(folder, "acme");
      const { sha256: configurationSha256 } = synthesizeAside(
        organization,
        planMigration(organization, loadInventory(folder, "acme")),
      );
      const { code, stdout } = await review(["acme", "--json"], "", save({ configurationSha256 }));
      expect(code).toBe(0);
      const { digest, plan } = JSON.parse(stdout);
      expect(plan).toMatchObject({ configurationSha256, fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
      const { entries } = readJournal(join(folder, ".repoint", "acme", "journal.jsonl"));
      expect(entries.at(-1)).toMatchObject({ event: "plan.reviewed", verdict: "pass", digest, allowed: [] });
      expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
    });

    it("keeps what was allowed, and why, in the journal", async () => {
      const args = ["acme", "--allow", "same-text", "--reason", "only a comment differs"];
      expect((await review(args, "", save())).code).toBe(0);
      const { entries } = readJournal(join(folder, ".repoint", "acme", "journal.jsonl"));
      expect(entries.at(-1)).toMatchObject({
        verdict: "pass",
        allowed: [{ rule: "same-text", reason: "only a comment differs" }],
      });
    });

    it("refuses a plan file that is not the one that was saved", async () => {
      const { code, stderr } = await review(["acme"], "", save({ planSha256: "1".repeat(64) }));
      expect(code).toBe(2);
      expect(stderr).toContain("the plan file is not the one that was saved");
    });
  });
});
