import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import type { Io } from "../../lib/cli/io";
import { run } from "../../lib/cli/main";
import { fixtureText } from "../review/support";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "repoint-unwritable-"));
  writeFileSync(join(folder, "plan.json"), fixtureText("repoint"));
  writeFileSync(join(folder, "a.log"), "nothing\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const review = ["review", "--plan", "plan.json"];
const outputs: readonly (readonly string[])[] = [
  ...["--html", "--markdown", "--gitlab-report", "--code-quality", "--sarif"].map((option) => [...review, option]),
  ["diagnose", "a.log", "--html"],
  ["race", "--log"],
  ["race", "--tfe-log"],
];
/** Below `/proc`, Node's own making of folders never returns. */
const places = ["/proc/nobody/here/out", "/dev/null/out"];

it.each(outputs.flatMap((output) => places.map((place) => [output.join(" "), place, [...output, place]] as const)))(
  "%s %s ends with an error that names the place",
  async (_name, place, argv) => {
    let said = "";
    const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
    const stderr = new Writable({
      write: (chunk, _encoding, done) => {
        said += String(chunk);
        done();
      },
    });
    const io: Io = { stdin: Readable.from([]), stdout, stderr, env: {}, cwd: folder, exitCode: 0 };
    const code = await run(argv, io);
    expect([2, 3]).toContain(code);
    expect(said).toContain(`error: ${place} cannot be used: `);
    expect(said).toContain("fix: ");
  },
);
