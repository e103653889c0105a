import { Writable } from "node:stream";
import { reportError } from "../../lib/cli/exit-codes";
import { ExternalError, UsageError } from "../../lib/errors";

const TOKEN = "an-old-token-without-prefix";

function report(error: unknown) {
  let printed = "";
  const stderr = new Writable({
    write: (chunk, _, done) => {
      printed += String(chunk);
      done();
    },
  });
  const env = { TF_VAR_gitlab_pat: TOKEN };
  const code = reportError(error, { stdin: process.stdin, stdout: stderr, stderr, env, cwd: "/", exitCode: 0 });
  return { code, printed };
}

it.each([
  ["usage", new UsageError({ rule: "a/b", message: `got ${TOKEN}`, fix: `not ${TOKEN}` }), 2],
  ["a server's words", new ExternalError(`said ${TOKEN}`, { fix: `not ${TOKEN}` }), 3],
  ["a defect", new Error(`cannot read ${TOKEN}`), 3],
  ["a defect that is no error", TOKEN, 3],
])("holds no secret of the environment: %s", (_, error, expected) => {
  const { code, printed } = report(error);
  expect(code).toBe(expected);
  expect(printed).toContain("(masked)");
  expect(printed).not.toContain(TOKEN);
});

it("takes a full disk for what it is, and a wrong name for a mistake on the command line", () => {
  const system = (code: string) => Object.assign(new Error(), { code, syscall: "write", path: "/a" });
  expect(report(system("ENOSPC"))).toEqual({
    code: 3,
    printed:
      "error: /a cannot be used: no space is left on the disk (ENOSPC)\n    fix: free some space on that disk, then run the command again: it continues where it stopped\n",
  });
  expect(report(system("EISDIR")).code).toBe(2);
});
