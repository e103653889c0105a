import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { outputPath } from "../../lib/commands/shared/output-path";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "repoint-output-"));
  mkdirSync(join(cwd, "reports"));
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const io = () => {
  const stream = new PassThrough();
  return { stdin: stream, stdout: stream, stderr: stream, env: {}, cwd, exitCode: 0 };
};

it.each(["a.html", "./a.html", "reports/inventory/a.html", "inventory.ics", "../a.ics"])(
  "lets a report go to %s",
  (target) => {
    expect(outputPath(io(), target)).toBe(join(cwd, target));
  },
);

it.each([
  "inventory/sandbox.json",
  "./inventory/../inventory/a.html",
  "organizations/sandbox.yaml",
  ".repoint/sandbox/journal.jsonl",
  "terraform.sandbox.tfstate",
  "reports/acme.tfstate.backup",
])("lets no report take the place of %s", (target) => {
  expect(() => outputPath(io(), target)).toThrow("it is a file of the project's own");
});

it("creates no folder for a file that something else reads", () => {
  expect(outputPath(io(), "reports/pat.prom", true)).toBe(join(cwd, "reports/pat.prom"));
  expect(() => outputPath(io(), "report/pat.prom", true)).toThrow("there is no folder report");
});
