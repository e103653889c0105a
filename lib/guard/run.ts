/*
 * A process of its own that runs Terraform behind a guard. It goes on when the process that started it is killed: Terraform then ends
 * what it has begun, still guarded, and is not cut off from its output. (Go ends a program at its first write to a standard output that
 * nobody reads any more: os/signal, "SIGPIPE". Terraform, killed that way in the middle of an apply, loses from its state what it has
 * just done.) A terminal that is closed shall not end it either: Go takes an ignored SIGHUP over, which the shell sets.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { ExternalError, UsageError } from "../errors";
import { guardedEnvironment } from "./child-environment";
import type { GuardEvent } from "./event";
import { recordEvent } from "./record-event";
import { type FromRun, RunMessage } from "./run-message";
import { startGuard } from "./server";
import { startStateServer } from "./state-server";

process.once("message", (message) => {
  run(RunMessage.parse(message)).catch((error: unknown) => {
    tell(failureOf(error));
    process.exitCode = 3;
    if (process.connected) process.disconnect();
  });
});

async function run(message: RunMessage): Promise<void> {
  const { guard: given, program, args } = message;
  const guard =
    given === null
      ? undefined
      : await startGuard({
          upstream: given.host,
          env: process.env,
          expectation: given.expectation,
          pat: process.env[given.patVariable],
          readAhead: given.readAhead,
          workspaces: given.workspaces,
          pauseFile: given.pauseFile,
          onEvent: (event) => note(given.journal, event),
        });
  const state =
    message.state === null
      ? undefined
      : await startStateServer({
          file: message.state,
          onTrouble: (text) => note(given?.journal ?? null, { type: "note", text }),
        });
  const guarded =
    given === null || guard === undefined
      ? process.env
      : guardedEnvironment(process.env, {
          configurationFile: given.configurationFile,
          serviceUrl: guard.serviceUrl,
          proxyUrl: guard.proxyUrl,
          token: given.host.token,
          tokens: new Map(Object.entries(given.tokens)),
        });
  const end = async () => {
    await Promise.all([guard?.close(), state?.close()]);
    if (process.connected) process.disconnect();
  };
  const child = start(program, args, { ...guarded, ...state?.env });
  const passing = passSignals(child, () => guard?.stop("the run was interrupted"));
  pass(child.stdout, process.stdout);
  pass(child.stderr, process.stderr);
  process.on("disconnect", () => {
    if (!message.outlives) child.kill("SIGTERM");
  });
  child.on("error", (cause) => {
    tell({ type: "failed", message: `\`${program}\` could not be started: ${cause.message}`, fix: null });
    process.exitCode = 3;
    void end();
  });
  if (child.pid !== undefined) tell({ type: "started", pid: child.pid });
  child.on("close", (code, signal) => {
    void end().then(() => {
      passing.end();
      if (signal === null) process.exitCode = code ?? 1;
      else process.kill(process.pid, signal);
    });
  });
}

function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const stdio = ["ignore", "pipe", "pipe"] as const;
  if (process.platform === "win32") return spawn(program, args, { env, stdio: [...stdio] });
  return spawn("/bin/sh", ["-c", 'trap "" HUP; exec "$@"', "terraform", program, ...args], { env, stdio: [...stdio] });
}

/** Ctrl-C reaches the program too, which then ends in good order; this process waits for it. What was not sent is not sent then. */
function passSignals(child: ChildProcess, onInterrupt: () => void): { readonly end: () => void } {
  const terminate = () => {
    onInterrupt();
    child.kill("SIGTERM");
  };
  const listeners = { SIGINT: onInterrupt, SIGHUP: () => {}, SIGTERM: terminate };
  for (const [signal, listener] of Object.entries(listeners)) process.on(signal, listener);
  return {
    end: () => {
      for (const [signal, listener] of Object.entries(listeners)) process.off(signal, listener);
    },
  };
}

/** Reads on when nobody takes it any more. */
function pass(from: NodeJS.ReadableStream | null, to: NodeJS.WritableStream): void {
  let read = true;
  to.on("error", () => {
    read = false;
  });
  from?.on("data", (chunk: Buffer) => {
    if (read) to.write(chunk);
  });
}

function note(journal: string | null, event: GuardEvent): void {
  const trouble = recordEvent(journal, event);
  if (trouble !== undefined) tell({ type: "event", event: trouble });
  tell({ type: "event", event });
}

function tell(message: FromRun): void {
  if (process.connected) process.send?.(message, () => {});
}

function failureOf(error: unknown): Extract<FromRun, { type: "failed" }> {
  if (error instanceof UsageError) {
    const [problem] = error.problems;
    return { type: "failed", message: problem?.message ?? error.message, fix: problem?.fix ?? null };
  }
  if (error instanceof ExternalError) return { type: "failed", message: error.message, fix: error.fix ?? null };
  return { type: "failed", message: error instanceof Error ? error.message : String(error), fix: null };
}
