import { createReadStream } from "node:fs";
import { readRange } from "./read-range";
import { type ReadPart, readStream } from "./read-stream";

/** A piece of work that one thread does. */
export interface Task {
  /** Tasks of one file have the same. */
  readonly input: number;
  readonly file: string;
  /** The file as it is shown. */
  readonly name: string;
  /** Which bytes of a plain file to read; absent where the file has to be read as a stream, from its beginning. */
  readonly range?: { readonly from: number; readonly to: number; readonly size: number };
}

const CHUNK = 256 * 1024;

/** Does a task. Failures to read become the part's damage. */
export async function runTask(task: Task, onBytes: (count: number) => void): Promise<readonly ReadPart[]> {
  const { file, name, range } = task;
  if (range !== undefined) {
    return [{ name, container: "plain", part: readRange(file, name, range.from, range.to, onBytes, range.size) }];
  }
  const stream = createReadStream(file, { highWaterMark: CHUNK });
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of stream) {
      onBytes(chunk.length);
      yield chunk;
    }
  };
  const parts: ReadPart[] = [];
  for await (const part of readStream(name, counted())) parts.push(part);
  return parts;
}
