import { type ChildProcess, fork } from "node:child_process";
import { closeSync } from "node:fs";
import { homedir } from "node:os";
import { extname, join } from "node:path";
import { writeFileAtomic } from "../files/atomic";
import { resolveHost } from "../tfe/host";
import { variableOf } from "../util/environment";
import { jsonText } from "../util/json-text";
import { serviceOf } from "./address";
import { guardedConfiguration } from "./cli-configuration";
import type { GuardEvent } from "./event";
import type { GuardExpectation } from "./expectation";
import { endOutlived, type Take } from "./outlived";
import { type FromRun, type GuardSettings, OUTPUT, type ToRun } from "./run-message";
import { sharedPipes } from "./shared-pipe";

export type { GuardSettings };

/** Where a guard's files are. */
export interface GuardFiles {
  /** Is written: the CLI configuration of what runs behind it, which holds no secret. */
  readonly configuration: string;
  /** While it is there, writes wait. */
  readonly pause: string;
  /** Gets a line for each write; null for none. */
  readonly journal: string | null;
}

export interface GuardChoices {
  /** Which writes pass. */
  readonly expectation: GuardExpectation;
  /** The variable that holds the personal access token of the new connection. */
  readonly patVariable: string;
  /** Whether workspaces are read in list pages. */
  readonly readAhead: boolean;
  /** The ids of the workspaces that the configuration holds. */
  readonly workspaces: readonly string[];
  /** The file in which a plan hands remote state consumers to its apply; null where the program may be both. */
  readonly consumers: GuardSettings["consumers"];
}

/**
 * Finds the host's address and token as Terraform's users keep them, and writes the CLI configuration that leads the provider to
 * the guard.
 *
 * @throws UsageError where there is no token, or a file of the CLI configuration cannot be understood
 * @throws ExternalError where the host tells no address of its API
 */
export async function settleGuard(
  env: NodeJS.ProcessEnv,
  files: GuardFiles,
  { expectation, patVariable, readAhead, workspaces, consumers }: GuardChoices,
): Promise<GuardSettings> {
  const { hostname } = expectation;
  const { services, apiUrl, token, tokenSource } = await resolveHost(hostname, env);
  const home = variableOf(env, "HOME") ?? homedir();
  const { configuration, tokens } = await guardedConfiguration(env, home, {
    hostname,
    // The provider asks for this one; Terraform's own backends (`tfe.v2`, `tfe.v2.1`) go on directly.
    services: { ...services, "tfe.v2.2": serviceOf({ hostname, apiUrl }).url.href },
  });
  writeFileAtomic(files.configuration, `${jsonText(configuration, 2)}\n`, { mode: 0o600 });
  return {
    host: { hostname, apiUrl, token, tokenSource },
    expectation,
    patVariable,
    readAhead,
    workspaces: [...workspaces],
    consumers,
    configurationFile: files.configuration,
    tokens: Object.fromEntries(tokens),
    pauseFile: files.pause,
    journal: files.journal,
  };
}

export interface Program {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Whether it goes on when this process has ended. */
  readonly outlives: boolean;
  /** The file of a state that Terraform asks for by its `http` backend; null for none. */
  readonly state: string | null;
}

/** A program that runs in a process of its own. */
export interface Launched {
  /** That process. */
  readonly child: ChildProcess;
  /**
   * To be called when that process has ended: if it was killed, ends the program too, and passes on what it says.
   *
   * @returns whether it was killed
   */
  readonly endOutlived: (take: Take) => Promise<boolean>;
}

/** What a program that runs in a process of its own tells. */
export interface Listener {
  readonly onStarted: (pid: number) => void;
  /** It did not begin. */
  readonly onFailed: (failure: { readonly message: string; readonly fix: string | null }) => void;
}

/** A process that waits for the program that it is to run; its guard is at work already. */
export interface Runner {
  /** Runs a program: it has the program's exit code and its output, and ends with it. To be called once. */
  readonly run: (program: Program, listener: Listener) => Launched;
  /** Whether it can run one: it has not ended, or been killed. */
  readonly isThere: () => boolean;
  /** Ends it, unless it runs a program. */
  readonly end: () => void;
}

/**
 * Starts a process that will run a program.
 *
 * @param guard null runs it without a guard
 * @param env the user's own environment: the guard finds the way to the server by it
 */
export function startRunner(
  guard: GuardSettings | null,
  env: NodeJS.ProcessEnv,
  onEvent: (event: GuardEvent) => void,
): Runner {
  // As built, or (run from source) through tsx.
  const source = extname(__filename) === ".ts";
  const pipes = OUTPUT === undefined ? [] : sharedPipes(2);
  const child = fork(join(__dirname, source ? "run.ts" : "run.js"), [], {
    env,
    execArgv: source ? ["--require", require.resolve("tsx/cjs")] : [],
    stdio: ["ignore", "pipe", "pipe", "ipc", ...pipes.flatMap(({ reading, writing }) => [reading, writing])],
  });
  for (const { writing } of pipes) closeSync(writing);
  const tell = (message: ToRun) => void child.send(message, () => {});
  let running: { readonly pid: number; readonly guardPort: number | null } | undefined;
  let listener: Listener | undefined;
  child.on("message", (message: FromRun) => {
    switch (message.type) {
      case "started":
        running = message;
        return listener?.onStarted(message.pid);
      case "event":
        return onEvent(message.event);
      case "ended":
        running = undefined;
        return;
      case "failed":
        return listener?.onFailed(message);
    }
  });
  // Whoever waits for it hears of it by its exit code.
  child.on("error", () => {});
  if (guard !== null) tell({ type: "guard", guard });
  const [stdout, stderr] = pipes.map(({ reading }) => reading);
  return {
    run: ({ program, args, env: own, outlives, state }, given) => {
      listener = given;
      const defined = Object.entries(own).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, value]],
      );
      tell({ type: "run", program, args: [...args], env: Object.fromEntries(defined), outlives, state });
      return {
        child,
        endOutlived: async (take) => {
          if (stdout === undefined || stderr === undefined) return false;
          if (running !== undefined) {
            await endOutlived({ ...running, stdout, stderr }, take);
            return true;
          }
          for (const { reading } of pipes) closeSync(reading);
          return false;
        },
      };
    },
    isThere: () => listener === undefined && child.connected && child.exitCode === null && child.signalCode === null,
    end: () => {
      if (listener !== undefined) return;
      if (child.connected) child.disconnect();
      for (const { reading } of pipes) closeSync(reading);
    },
  };
}
