import { constants, openSync, statSync } from "node:fs";
import { Socket } from "node:net";
import { resolve } from "node:path";
import { UsageError } from "../errors";
import { mebibytes, readBytes } from "../files/read-file";
import { errorCode } from "../util/error-code";
import type { Io } from "./io";

/** A file, or standard input, as it was read. */
export interface Input {
  readonly bytes: Buffer;
  /** What to call it in errors. */
  readonly name: string;
  readonly isFile: boolean;
}

export interface InputLimits {
  /** The largest input, in bytes. @default 512 MiB, which is what a text of Node's can hold */
  readonly limit?: number;
  /** How long a pipe may stay silent at first, in milliseconds. @default 60,000 */
  readonly silence?: number;
}

const RULE = "input/unreadable";
const FIX = "give a readable file, or - for standard input";

/**
 * Reads a file that the user named, or a pipe, such as bash makes of `<(COMMAND)`; `-` is standard input.
 *
 * @throws UsageError when it cannot be read, or is too large
 */
export async function readInput(io: Io, file: string, limits: InputLimits = {}): Promise<Input> {
  const { limit = 512 * 2 ** 20, silence = 60_000 } = limits;
  if (file === "-")
    return { bytes: await whole(io.stdin, "standard input", limit), name: "standard input", isFile: false };
  const path = resolve(io.cwd, file);
  const pipe = openPipe(path);
  if (pipe !== undefined) {
    const timer = setTimeout(() => pipe.destroy(nothingCame(file, silence)), silence);
    pipe.once("data", () => clearTimeout(timer));
    try {
      return { bytes: await whole(pipe, file, limit), name: file, isFile: false };
    } finally {
      clearTimeout(timer);
      pipe.destroy();
    }
  }
  const bytes = readBytes(path, { rule: RULE, fix: FIX, shown: file, limit });
  if (bytes !== undefined) return { bytes, name: file, isFile: true };
  throw new UsageError({ rule: RULE, file, message: "there is no such file", fix: FIX });
}

/** A pipe to read from; undefined where there is none of that name. Opened like a file, it would wait for a writer for ever. */
function openPipe(path: string): Socket | undefined {
  if (!isPipe(path)) return undefined;
  return new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
}

function isPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO();
  } catch (error) {
    // What is wrong with it is said when it is read as a file.
    if (errorCode(error) === undefined) throw error;
    return false;
  }
}

async function whole(stream: AsyncIterable<Buffer | string>, name: string, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) {
      const message = `it is larger than ${mebibytes(limit)}, the limit`;
      throw new UsageError({ rule: RULE, file: name, message, fix: FIX });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function nothingCame(file: string, silence: number): UsageError {
  return new UsageError({
    rule: RULE,
    file,
    message: `it is a pipe, but nothing was written to it for ${silence / 1000} s`,
    fix: "write to a file first, and give that file",
  });
}
