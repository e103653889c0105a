import { PassThrough, Writable } from "node:stream";
import { confirm } from "../../lib/commands/shared/confirm";

function ask(isTTY = true) {
  const stdin = new PassThrough();
  let printed = "";
  const stdout = Object.assign(
    new Writable({
      write: (chunk, _, done) => {
        printed += String(chunk);
        done();
      },
    }),
    { isTTY },
  );
  const io = { stdin, stdout, stderr: stdout, env: {}, cwd: "/", exitCode: 0 };
  return { stdin, answer: confirm(io, "Revoke?", "revoke", false), printed: () => printed };
}

it.each([
  ["revoke\n", true],
  ["  revoke \r\n", true],
  ["yes\n", false],
  ["\n", false],
  // Ctrl-C and Ctrl-D, as a terminal in raw mode sends them.
  ["\u0003", false],
  ["\u0004", false],
])("takes %j as %s", async (typed, expected) => {
  const { stdin, answer } = ask();
  stdin.write(typed);
  expect(await answer).toBe(expected);
});

it("takes an input that ends as no", async () => {
  const { stdin, answer, printed } = ask();
  stdin.end();
  expect(await answer).toBe(false);
  expect(printed()).toMatch(/\n$/);
});

it("asks nobody where there is no terminal", async () => {
  await expect(ask(false).answer).rejects.toThrow("run/not-confirmed");
});
