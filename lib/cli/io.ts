/** Where a command prints to, through `print.ts` alone: there is no `write` here, so that nothing gets by it. */
export type Out = Omit<NodeJS.WritableStream, "write" | "end"> & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

/** What a command may touch of the process it runs in; tests pass their own. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Out;
  readonly stderr: Out;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** 0 done, 1 a check found something, 2 usage or configuration, 3 a server or tool failed. Commands set 0 and 1; errors the rest. */
  exitCode: number;
}

/** Whether standard output may be coloured: a terminal shows it, and NO_COLOR (no-color.org) does not forbid it. */
export function isColoured({ stdout, env }: Io): boolean {
  return stdout.isTTY === true && (env.NO_COLOR ?? "") === "";
}

export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", outliveReader);
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    exitCode: 0,
  };
}

let lostOutput = false;

/**
 * A reader that has left (`repoint apply | head`), or a full disk under the output, is no reason to leave the work half done.
 * What was printed is lost then, which the exit code says.
 */
function outliveReader(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE" || lostOutput) return;
  lostOutput = true;
  process.stderr.write(`error: the output could not be written (${error.code})\n`);
  process.once("exit", () => {
    process.exitCode = 3;
  });
}
