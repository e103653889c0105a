/*
 * A process of its own that runs Terraform behind a guard. It goes on when the process that started it is killed: Terraform then ends
 * what it has begun, still guarded, and is not cut off from its output. (Go ends a program at its first write to a standard output that
 * nobody reads any more: os/signal, "SIGPIPE". Terraform, killed that way in the middle of an apply, loses from its state what it has
 * just done.) A terminal that is closed shall not end it either: Go takes an ignored SIGHUP over, which the shell sets. If this process
 * is killed, the one that started it ends Terraform in good order (outlived.ts).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { ExternalError, UsageError } from "../errors";
import { type FromRun, OUTPUT, type RunMessage, ToRun } from "./run-message";
import { interrupt, type SettledGuard, startSettled } from "./start-settled";
import { startStateServer } from "./state-server";

let settling: Promise<SettledGuard> | undefined;
process.on("message", (message) => {
  const told = ToRun.parse(message);
  if (told.type === "guard") {
    settling = startSettled(told.guard, process.env, (event) => tell({ type: "event", event }));
    // Told when the program is to run.
    settling.catch(() => {});
    return;
  }
  process.off("disconnect", endUnused);
  run(told).catch((error: unknown) => {
    tell(failureOf(error));
    process.exitCode = 3;
    if (process.connected) process.disconnect();
  });
});
process.on("disconnect", endUnused);

/** The process that asked has ended, or wants no program any more. */
function endUnused(): void {
  process.exit();
}

async function run(message: RunMessage): Promise<void> {
  const { program, args, env } = message;
  const settled = await settling;
  const guard = settled?.guard;
  const state =
    message.state === null
      ? undefined
      : await startStateServer({
          file: message.state,
          onTrouble: (text) => tell({ type: "event", event: { type: "note", text } }),
        });
  const end = async () => {
    await Promise.all([guard?.close(), state?.close()]);
    settled?.keep();
    tell({ type: "ended" });
    if (process.connected) process.disconnect();
  };
  const child = start(program, args, { ...(settled?.environment(env) ?? env), ...state?.env });
  settled?.onRefusal(() => interrupt(child));
  const passing = passSignals(child, () => guard?.stop("the run was interrupted"));
  const output = outputOf(child);
  const passed = Promise.all([pass(output.stdout, process.stdout), pass(output.stderr, process.stderr)]);
  process.on("disconnect", () => {
    if (!message.outlives) child.kill("SIGTERM");
  });
  child.on("error", (cause) => {
    tell({ type: "failed", message: `\`${program}\` could not be started: ${cause.message}`, fix: null });
    process.exitCode = 3;
    void end();
  });
  const guardPort = guard === undefined ? null : Number(new URL(guard.proxyUrl).port);
  if (child.pid !== undefined) tell({ type: "started", pid: child.pid, guardPort });
  child.on("close", (code, signal) => {
    void Promise.all([end(), passed]).then(() => {
      passing.end();
      if (signal === null) process.exitCode = code ?? 1;
      else process.kill(process.pid, signal);
    });
  });
}

function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  if (OUTPUT === undefined) return spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const { stdout, stderr } = OUTPUT;
  return spawn("/bin/sh", ["-c", 'trap "" HUP; exec "$@"', "terraform", program, ...args], {
    env,
    stdio: ["ignore", stdout.writing, stderr.writing],
  });
}

function outputOf(child: ChildProcess): Record<"stdout" | "stderr", Readable | null> {
  if (OUTPUT === undefined) return { stdout: child.stdout, stderr: child.stderr };
  const { stdout, stderr } = OUTPUT;
  // The program alone holds the writing ends then: with its end, its output ends.
  for (const { writing } of [stdout, stderr]) closeSync(writing);
  return { stdout: new Socket({ fd: stdout.reading }), stderr: new Socket({ fd: stderr.reading }) };
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

/** Reads on when nobody takes it any more. @returns when it has ended */
function pass(from: Readable | null, to: NodeJS.WritableStream): Promise<void> {
  let read = true;
  to.on("error", () => {
    read = false;
  });
  return new Promise((resolve) => {
    if (from === null) return resolve();
    from.on("data", (chunk: Buffer) => {
      if (read) to.write(chunk);
    });
    from.on("close", resolve).on("error", () => {});
  });
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
