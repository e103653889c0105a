import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { basename } from "node:path";
import { Command } from "commander";
import type { Io } from "../cli/io";
import { count } from "../cli/table";
import { ExternalError, UsageError } from "../errors";
import { expectWrites } from "../guard/expect-writes";
import { interrupt, type SettledGuard, startSettled } from "../guard/start-settled";
import { errorCode } from "../util/error-code";
import { quoted } from "../util/json-text";
import { readForPlan } from "./plan/run-plan";
import {
  type Context,
  openContext,
  type ProjectOptions,
  ROOT_OPTION,
  refuseDuringRestoration,
  withLock,
} from "./shared/context";
import { READ_AHEAD_OPTION, settleGuardOf } from "./shared/guard-settings";
import { type WriteWatch, watchWrites } from "./shared/watch-writes";

interface Options extends ProjectOptions {
  readonly readAhead: boolean;
}

/** `repoint guard ORG -- COMMAND`: runs any command so that its provider's requests go through the guard. */
export function guardCommand(io: Io): Command {
  return new Command("guard")
    .description("run a command, such as npx cdktf deploy, with every write to TFE checked and narrowed")
    .argument("<org>", "the organization, by its file in organizations/")
    .argument("<command...>", "the command and its arguments, after --")
    .option(...ROOT_OPTION)
    .option(...READ_AHEAD_OPTION)
    .addHelpText("after", "\nFor example: repoint guard acme -- npx cdktf deploy acme")
    .action(async (name: string, command: readonly string[], options: Options) => {
      const context = openContext(io, name, options);
      refuseDuringRestoration(context);
      await withLock(context, `repoint guard ${name}`, () => runGuarded(context, command, options));
    });
}

async function runGuarded(context: Context, command: readonly string[], options: Options): Promise<void> {
  const { io, say, journal } = context;
  // As it is now: what somebody changed since the last reading is no change of the command's.
  const { inventory, migration } = await readForPlan(context, "all");
  const { plan } = migration;
  if (plan.problems.length > 0) throw new UsageError(plan.problems);
  // What the organization's file and the inventory say, whatever the command plans: nothing reviewed its plan here.
  const guard = await settleGuardOf(context, plan, expectWrites(plan, inventory), options);
  const watch = watchWrites(context, guard.expectation);
  say(
    `The guard lets ${count(watch.total, "re-pointing")} pass, according to ${context.organization.file} and the inventory, and no other write except those of the connection.`,
  );
  journal("guard.started", { program: command[0], links: watch.total });
  const settled = await startSettled(guard, io.env, watch.onEvent);
  const { guard: server } = settled;
  try {
    io.exitCode = await run(context, command, settled);
  } finally {
    await server.close();
    watch.end();
    journal("guard.ended", { written: watch.written, left: watch.left.length, refused: watch.refused.length });
  }
  const { requests, remembered } = server.summary();
  tell(context, watch, requests + remembered);
}

/** @returns the command's exit code */
function run(
  { io, holding }: Context,
  [program = "", ...args]: readonly string[],
  { guard: server, environment, onRefusal }: SettledGuard,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = started(program, args, { cwd: io.cwd, env: environment(io.env), stdio: "inherit" });
    // What runs Terraform in its turn may take it for another order.
    if (/^(terraform|tofu)(\.exe)?$/.test(basename(program))) onRefusal(() => interrupt(child));
    // Ctrl-C reaches the command too; it ends in good order, and this process after it.
    const stop = () => server.stop("the run was interrupted");
    const wait = () => {};
    const pass = () => {
      stop();
      child.kill("SIGTERM");
    };
    process.on("SIGINT", stop).on("SIGHUP", wait).on("SIGTERM", pass);
    const ended = () => void process.off("SIGINT", stop).off("SIGHUP", wait).off("SIGTERM", pass);
    if (child.pid !== undefined) holding.lock?.noteChild({ pid: child.pid, command: program });
    child.on("error", (cause) => {
      ended();
      reject(notStarted(program, cause));
    });
    child.on("close", (code, signal) => {
      ended();
      if (signal === null) resolve(code ?? 1);
      else
        reject(
          new ExternalError(`\`${program}\` was ended by ${signal}`, {
            fix: "run it again: it continues where it stopped",
          }),
        );
    });
  });
}

/** Some names are refused before a process is made. */
function started(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  try {
    return spawn(program, args, options);
  } catch (cause) {
    throw notStarted(program, cause);
  }
}

function notStarted(program: string, cause: unknown): UsageError {
  return new UsageError({
    rule: "guard/not-started",
    message: `${quoted(program)} could not be started (${errorCode(cause) ?? "its name or arguments cannot be used"})`,
    fix: "name a program that is on the PATH, after --",
  });
}

/** @param asked how often anything was asked for through the guard */
function tell({ io, say, paths }: Context, { written, alreadyThere, left, refused }: WriteWatch, asked: number): void {
  if (asked === 0 && refused.length === 0) {
    // What failed before it asked says so itself.
    if (io.exitCode === 0)
      say(
        "",
        "No request of the command went through the guard. If it changed something in TFE, that was not guarded:",
        "a program in a container, or with an environment of its own, does not use the guard (docs/explanation/guard.md).",
      );
    return;
  }
  say(
    "",
    `Behind the guard: ${count(written, "write")} passed, ${left.length} left for the next plan, ${refused.length} refused.`,
  );
  if (alreadyThere > 0)
    say(
      `${count(alreadyThere, "resource")} already as planned: nothing was sent, only Terraform's state was filled in.`,
    );
  for (const { kind, name, id, reason } of left) say(`LEFT     ${kind} ${name} (${id ?? "no id"}): ${reason}`);
  if (refused.length > 0)
    say("The refused requests are listed above and in the journal. None of them reached the server.");
  if ((left.length > 0 || refused.length > 0) && io.exitCode === 0) io.exitCode = 1;
  if (written + alreadyThere + left.length + refused.length > 0) say(`Next: repoint verify ${paths.key}`);
}
