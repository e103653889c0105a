import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { Io } from "../../lib/cli/io";
import { run } from "../../lib/cli/main";
import { fixture, fixtureText, PAT } from "../review/support";

// Only `review` is wanted here, and without the file name extension of a dynamic import, which sources do not have.
jest.mock("../../lib/cli/commands", () => ({
  commands: [
    { name: "review", summary: "", load: async () => jest.requireActual("../../lib/cli/review").reviewCommand },
  ],
}));

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

async function review(args: readonly string[], stdin = ""): Promise<Result> {
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
    env: {},
    cwd: folder,
    exitCode: 0,
  };
  return { code: await run(["review", ...args], io), ...texts };
}

function put(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

it("is a command", () => {
  const { commands } = jest.requireActual("../../lib/cli/commands");
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
    [[], "neither an organization nor a plan is named"],
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
