import { Writable } from "node:stream";
import type { Io } from "../../lib/cli/io";
import { createProgress } from "../../lib/cli/progress";

const CLEAR = "\r\u001b[2K";

/** What is written to standard error while `say` runs, on a terminal or elsewhere. */
function told(isTTY: boolean, say: (progress: ReturnType<typeof createProgress>) => void): string {
  let written = "";
  const into = new Writable({
    write: (chunk, _, done) => {
      written += String(chunk);
      done();
    },
  });
  const stderr = Object.assign(into, { isTTY });
  const io: Io = { stdin: process.stdin, stdout: process.stdout, stderr, env: {}, cwd: "/", exitCode: 0 };
  say(createProgress(io));
  return written;
}

describe("on a terminal", () => {
  it("rewrites one line, makes room for what stays, and leaves nothing", () => {
    expect(
      told(true, (progress) => {
        progress.step("workspaces", 100, 100);
        progress.say("GET /x: the server answered 500; retrying in 0.5 s");
        progress.step("stacks", 4, 4);
        progress.end();
        progress.end();
      }),
    ).toBe(
      `${CLEAR}workspaces: 100 of 100${CLEAR}GET /x: the server answered 500; retrying in 0.5 s\n${CLEAR}stacks: 4 of 4${CLEAR}`,
    );
  });

  it("does not draw faster than eyes can follow, but always the end", () => {
    const written = told(true, (progress) => {
      for (let done = 1; done <= 1000; done += 1) progress.step("workspaces", done, 1000);
    });
    expect(written.split(CLEAR).length).toBeLessThan(500);
    expect(written.endsWith(`${CLEAR}workspaces: 1000 of 1000`)).toBe(true);
  });

  it("writes nothing when there is nothing to end", () => {
    expect(told(true, (progress) => progress.end())).toBe("");
  });
});

describe("elsewhere", () => {
  it("writes plain lines: the first, the last, one every thousand or tenth", () => {
    const written = told(false, (progress) => {
      for (let done = 100; done <= 3000; done += 100) progress.step("workspaces", done, 3000);
      progress.step("stacks", 0, 0);
      progress.say("a line");
      progress.end();
    });
    expect(written).toBe(
      "workspaces: 100 of 3000\nworkspaces: 1100 of 3000\nworkspaces: 2100 of 3000\nworkspaces: 3000 of 3000\na line\n",
    );
  });
});

describe("what takes long", () => {
  it("tells how long the rest takes, by what it took so far, and says something now and then", () => {
    const clock = jest.spyOn(Date, "now");
    const at = (seconds: number) => clock.mockReturnValue(1_000_000 + seconds * 1000);
    try {
      expect(
        told(false, (progress) => {
          for (const [seconds, done] of [
            [0, 0],
            [2, 30],
            [10, 100],
            [20, 200],
            [30, 290],
            [31, 300],
          ] as const) {
            at(seconds);
            progress.step("re-pointed", done, 300);
          }
        }),
      ).toBe("re-pointed: 0 of 300\nre-pointed: 200 of 300, about 10 s left\nre-pointed: 300 of 300\n");
      expect(
        told(true, (progress) => {
          at(0);
          progress.step("re-pointed", 0, 5000);
          at(30);
          progress.step("re-pointed", 900, 5000);
        }),
      ).toContain("re-pointed: 900 of 5000, about 2 min left");
    } finally {
      clock.mockRestore();
    }
  });
});
