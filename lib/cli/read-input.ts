import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../errors";
import { errorCode } from "../util/error-code";
import type { Io } from "./io";

/** A file, or standard input, as it was read. */
export interface Input {
  readonly bytes: Buffer;
  /** What to call it in errors. */
  readonly name: string;
  readonly isFile: boolean;
}

/** Reads a file that the user named; `-` is standard input. @throws UsageError when it cannot be read. */
export async function readInput(io: Io, file: string): Promise<Input> {
  if (file === "-") {
    const chunks: Buffer[] = [];
    for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk));
    return { bytes: Buffer.concat(chunks), name: "standard input", isFile: false };
  }
  try {
    return { bytes: readFileSync(resolve(io.cwd, file)), name: file, isFile: true };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: "there is no such file",
      EISDIR: "it is a folder",
      EACCES: "it may not be read",
    };
    throw new UsageError({
      rule: "input/unreadable",
      file,
      message: reasons[code] ?? `it cannot be read (${code})`,
      fix: "name a file that can be read, or - for standard input",
    });
  }
}
