import { type Command, CommanderError } from "commander";
import { ExternalError, problemLines, UsageError } from "../errors";
import { fileTrouble } from "../util/file-trouble";
import { masked } from "../util/secret";
import type { Io } from "./io";
import { print, printLines } from "./print";
import { secretsOf } from "./secrets";

/** A command whose output goes to `io`, and which throws rather than ends the process. */
export function configure(command: Command, io: Io): Command {
  return command
    .exitOverride()
    .showHelpAfterError("(--help lists what this command takes)")
    .configureOutput({
      writeOut: (text) => printLines(io.stdout, text),
      writeErr: (text) => printLines(io.stderr, text),
      outputError: (text) => print(io.stderr, ...wordsOf(text)),
    });
}

/** Commander's error, with the words that were given in it, is one line; what they may have meant comes in one behind it. */
function wordsOf(error: string): readonly string[] {
  const [, message = error, meant] = /^(.*?)(?:\n(\(Did you mean [^\n]*\)))?\n?$/s.exec(error) ?? [];
  return [message, ...(meant === undefined ? [] : [meant])];
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
  const write = (...lines: readonly string[]) => print(io.stderr, ...lines.map((line) => masked(line, secretsOf(io))));
  if (error instanceof UsageError) {
    const count = error.problems.length;
    const [first = "", ...more] = error.problems.flatMap(problemLines);
    if (count === 1) write(`error: ${first}`, ...more);
    else write(`error: ${count} problems`, first, ...more);
    return 2;
  }
  if (error instanceof ExternalError) {
    write(`error: ${error.message}`, ...error.details.map((detail) => `  ${detail}`));
    if (error.fix !== undefined) write(`    fix: ${error.fix}`);
    return 3;
  }
  const trouble = fileTrouble(error);
  if (trouble !== undefined) {
    write(`error: ${trouble.message}`, `    fix: ${trouble.fix}`);
    return trouble.wrongName ? 2 : 3;
  }
  write("error: this is a bug in repoint; please report it", ...stackOf(error));
  return 3;
}

/** What was thrown, on one line, and where. */
function stackOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const { name, message, stack = "" } = error;
  const frames = stack.slice(stack.indexOf(message) + message.length).split("\n");
  return [`${name}: ${message}`, ...frames.filter((frame) => frame.startsWith("    at "))];
}
