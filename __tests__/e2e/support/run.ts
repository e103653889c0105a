import { type ChildProcess, spawn } from "node:child_process";
import { join, resolve } from "node:path";

/** The project under test. */
export const REPOSITORY = resolve(__dirname, "../../..");

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input?: string;
  /** In a process group of its own, so that all of it can be killed. */
  readonly detached?: boolean;
  /** Given the process as soon as it runs, for tests that kill it. */
  readonly started?: (child: ChildProcess) => void;
}

/** Runs a program to its end and keeps all that it printed. */
export function run(command: string, args: readonly string[], options: RunOptions): Promise<Finished> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env,
      stdio: ["pipe", "pipe", "pipe"],
      detached: options.detached === true,
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", failed);
    child.on("close", (code, signal) => done({ code, signal, stdout, stderr }));
    child.stdin.end(options.input ?? "");
    options.started?.(child);
  });
}

/** Runs the built command line, as a user would. */
export function repoint(args: readonly string[], options: RunOptions): Promise<Finished> {
  return run(process.execPath, [join(REPOSITORY, "bin", "repoint.js"), ...args], options);
}

/** As {@link run}, for what must succeed: the error holds everything that was printed. */
export async function must(finished: Promise<Finished>, code = 0): Promise<Finished> {
  const result = await finished;
  if (result.code !== code) {
    throw new Error(`exit code ${result.code ?? result.signal}, expected ${code}\n${result.stdout}\n${result.stderr}`);
  }
  return result;
}
