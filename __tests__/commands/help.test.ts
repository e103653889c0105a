import { Writable } from "node:stream";
import { run } from "../../lib/cli/main";

async function repoint(...args: string[]): Promise<{ code: number; printed: string }> {
  let printed = "";
  const into = new Writable({
    write: (chunk, _, done) => {
      printed += String(chunk);
      done();
    },
  });
  const io = { stdin: process.stdin, stdout: into, stderr: into, env: {}, cwd: "/", exitCode: 0 };
  return { code: await run(args, io), printed };
}

it("tells of a command's options however it is asked", async () => {
  const asked = await repoint("restore", "--help");
  expect(asked).toEqual({ code: 0, printed: expect.stringContaining("--connection <id>") });
  expect(await repoint("help", "restore")).toEqual(asked);
});

it.each([
  [[]],
  [["bogus"]],
  [["help", "bogus"]],
  [["restore"]],
  [["restore", "a", "b"]],
  [["restore", "a", "--bogus"]],
])("takes %j as wrong usage", async (args) => {
  expect((await repoint(...args)).code).toBe(2);
});
