import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { stringify } from "yaml";
import type { Io } from "../../lib/cli/io";
import { run } from "../../lib/cli/main";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A sandbox and a project folder beside it, with commands run in this process. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly folder: string;
  /** What the commands' environment is; tests add to it. */
  readonly env: NodeJS.ProcessEnv;
  wish(changes?: Record<string, unknown>): void;
  repoint(...args: string[]): Promise<Ran>;
  /** As {@link repoint}, in a terminal, with somebody who types `answer` at a prompt. */
  answering(answer: string, ...args: string[]): Promise<Ran>;
  close(): Promise<void>;
}

export async function startStage(options: SandboxOptions): Promise<Stage> {
  const sandbox = await startSandbox({ requestsPerSecond: null, ...options });
  const folder = mkdtempSync(join(tmpdir(), "repoint-stage-"));
  mkdirSync(join(folder, "organizations"));
  const [organization] = sandbox.organizations;
  const env: NodeJS.ProcessEnv = { HOME: folder, TF_CLI_CONFIG_FILE: sandbox.terraformCliConfig };
  const stage: Stage = {
    sandbox,
    folder,
    env,
    wish: (changes = {}) => {
      const wish = {
        version: 1,
        hostname: sandbox.hostname,
        organization: organization?.name,
        gitlab: { url: sandbox.gitlab.url, serviceProvider: "gitlab_community_edition" },
        connection: { name: "GitLab (PAT)" },
        from: [organization?.oldConnection.id],
        ...changes,
      };
      writeFileSync(join(folder, "organizations", "sandbox.yaml"), stringify(wish));
    },
    repoint: (...args) => runHere(args),
    answering: (answer, ...args) => runHere(args, answer),
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const runHere = async (args: readonly string[], answer?: string): Promise<Ran> => {
    const printed = { stdout: "", stderr: "" };
    const into = (name: "stdout" | "stderr") =>
      new Writable({
        write: (chunk, _, done) => {
          printed[name] += String(chunk);
          done();
        },
      });
    const io: Io = {
      stdin: answer === undefined ? process.stdin : Readable.from([`${answer}\n`]),
      stdout: answer === undefined ? into("stdout") : Object.assign(into("stdout"), { isTTY: true }),
      stderr: into("stderr"),
      env,
      cwd: folder,
      exitCode: 0,
    };
    return { code: await run(args, io), ...printed };
  };
  stage.wish();
  return stage;
}
