import { printable } from "./util/plain-text";

/**
 * The errors that reach the user on purpose. Each class maps to one exit code, in `cli/exit-codes.ts` alone.
 * Whatever is not one of them is a defect of Repoint itself.
 */

/** One thing that is wrong with what the user gave: what, where, what was expected, how to mend it. */
export interface Problem {
  /** The rule's stable id, for example `organization/unknown-key`. */
  readonly rule: string;
  /** The file it is in, as the user named it; absent where there is no file. */
  readonly file?: string;
  /** Where in the file, for example `waves[1].names`. */
  readonly path?: string;
  /** What is wrong, with the value that was found. */
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** One problem on one or two lines: `file: path: message` and, indented, the fix. */
export function problemLines(problem: Problem): readonly string[] {
  const where = [problem.file, problem.path].filter((part) => part !== undefined && part !== "").join(": ");
  const head = where === "" ? problem.message : `${where}: ${problem.message}`;
  return [`${head} [${problem.rule}]`, ...(problem.fix === undefined ? [] : [`    fix: ${problem.fix}`])];
}

/** The command line, a file or the environment is not as it must be (exit code 2). Holds every problem found. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly problems: readonly Problem[];

  constructor(problems: Problem | readonly Problem[]) {
    const all = "message" in problems ? [problems] : problems;
    super(all.flatMap(problemLines).map(printable).join("\n"));
    this.problems = all;
  }
}

/** A server or a tool that Repoint depends on failed (exit code 3). */
export class ExternalError extends Error {
  override readonly name = "ExternalError";
  /** What the user can do about it. */
  readonly fix: string | undefined;
  /** What there is to say in lines of their own, such as another program's last words. */
  readonly details: readonly string[];

  constructor(message: string, options: { fix?: string; cause?: unknown; details?: readonly string[] } = {}) {
    super(message, { cause: options.cause });
    this.fix = options.fix;
    this.details = options.details ?? [];
  }
}
