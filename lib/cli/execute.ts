import { type Command, CommanderError } from "commander";
import { ExternalError, UsageError } from "../errors";
import type { Io } from "./io";

/** A command whose output goes to `io`, and which throws rather than ends the process. */
export function configure(command: Command, io: Io): Command {
  return command
    .exitOverride()
    .showHelpAfterError("(--help lists what this command takes)")
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    });
}

/** Parses and runs, and returns the exit code. */
export async function execute(program: Command, argv: readonly string[], io: Io): Promise<number> {
  try {
    await program.parseAsync(argv, { from: "user" });
    return io.exitCode;
  } catch (error) {
    return reportError(error, io);
  }
}

/** The exit code for what a command threw, and what the user reads about it. The only place that maps errors to codes. */
export function reportError(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof UsageError) {
    const count = error.problems.length;
    io.stderr.write(count === 1 ? `error: ${error.message}\n` : `error: ${count} problems\n${error.message}\n`);
    return 2;
  }
  if (error instanceof ExternalError) {
    io.stderr.write(`error: ${error.message}\n`);
    if (error.fix !== undefined) io.stderr.write(`    fix: ${error.fix}\n`);
    return 3;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`error: this is a defect of repoint, please report it\n${detail}\n`);
  return 3;
}
