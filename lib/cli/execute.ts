import { type Command, CommanderError } from "commander";
import { ExternalError, UsageError } from "../errors";
import { fileTrouble } from "../util/file-trouble";
import { masked } from "../util/secret";
import type { Io } from "./io";
import { secretsOf } from "./secrets";

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
  // A server's words and a defect's stack may hold anything.
  const write = (text: string) => void io.stderr.write(`${masked(text, secretsOf(io))}\n`);
  if (error instanceof UsageError) {
    const count = error.problems.length;
    write(count === 1 ? `error: ${error.message}` : `error: ${count} problems\n${error.message}`);
    return 2;
  }
  if (error instanceof ExternalError) {
    write(`error: ${error.message}`);
    if (error.fix !== undefined) write(`    fix: ${error.fix}`);
    return 3;
  }
  const trouble = fileTrouble(error);
  if (trouble !== undefined) {
    write(`error: ${trouble.message}\n    fix: ${trouble.fix}`);
    return trouble.wrongName ? 2 : 3;
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  write(`error: this is a defect of repoint, please report it\n${detail}`);
  return 3;
}
