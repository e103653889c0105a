import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import type { Io } from "../../lib/cli/io";
import { run } from "../../lib/cli/main";
import { organizationFileOf } from "../../lib/commands/demo/project";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a person types when the output so far ends in something; undefined ends the input (Ctrl-D). */
export interface Answer {
  readonly when: RegExp;
  readonly type: string | undefined;
  /** What happens while they think. */
  readonly first?: () => void | Promise<void>;
}

/** A sandbox and a project folder beside it, with commands run in this process. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly folder: string;
  /** What the commands' environment is; tests add to it. */
  readonly env: NodeJS.ProcessEnv;
  organizationFile(changes?: Record<string, unknown>): void;
  repoint(...args: string[]): Promise<Ran>;
  /** As {@link repoint}, for what must succeed: the error holds everything that was printed. */
  must(...args: string[]): Promise<Ran>;
  /** As {@link repoint}, in a terminal, with somebody who types `answer` at a prompt. */
  answering(answer: string, ...args: string[]): Promise<Ran>;
  /** As {@link repoint}, at a terminal where a person answers. */
  atTerminal(args: readonly string[], answers: readonly Answer[]): Promise<Ran>;
  close(): Promise<void>;
}

export async function startStage(options: SandboxOptions): Promise<Stage> {
  const sandbox = await startSandbox({ requestsPerSecond: null, ...options });
  const folder = mkdtempSync(join(tmpdir(), "repoint-stage-"));
  mkdirSync(join(folder, "organizations"));
  const env: NodeJS.ProcessEnv = { HOME: folder, TF_CLI_CONFIG_FILE: sandbox.terraformCliConfig };
  const runAt = async (
    args: readonly string[],
    stdin: NodeJS.ReadableStream,
    onPrint: (stdout: string) => unknown,
    isTTY: boolean,
  ): Promise<Ran> => {
    const printed = { stdout: "", stderr: "" };
    const into = (name: "stdout" | "stderr") =>
      new Writable({
        write: (chunk, _, done) => {
          printed[name] += String(chunk);
          onPrint(printed.stdout);
          done();
        },
      });
    const stdout = isTTY ? Object.assign(into("stdout"), { isTTY }) : into("stdout");
    const io: Io = { stdin, stdout, stderr: into("stderr"), env, cwd: folder, exitCode: 0 };
    return { code: await run([...args], io), ...printed };
  };
  const stage: Stage = {
    sandbox,
    folder,
    env,
    organizationFile: (changes) =>
      writeFileSync(join(folder, "organizations", "sandbox.yaml"), organizationFileOf(sandbox, changes)),
    repoint: (...args) => runAt(args, process.stdin, () => {}, false),
    must: async (...args) => {
      const ran = await runAt(args, process.stdin, () => {}, false);
      if (ran.code !== 0) throw new Error(`exit code ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
      return ran;
    },
    atTerminal: (args, answers) => {
      const stdin = new PassThrough();
      const left = [...answers];
      let seen = 0;
      const printed = async (stdout: string) => {
        const [answer] = left;
        if (answer === undefined || !answer.when.test(stdout.slice(seen))) return;
        left.shift();
        seen = stdout.length;
        await answer.first?.();
        if (answer.type === undefined) stdin.end();
        else stdin.write(`${answer.type}\n`);
      };
      return runAt(args, stdin, printed, true);
    },
    answering: (answer, ...args) => runAt(args, Readable.from([`${answer}\n`]), () => {}, true),
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  stage.organizationFile();
  return stage;
}
