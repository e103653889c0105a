import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";
import { UsageError } from "../errors";
import { errorCode, isMissing } from "../util/error-code";
import { troubleWords } from "../util/file-trouble";
import { parseJson } from "../util/json";
import { textOf } from "../util/text-of";

/** What a file is read for: what its errors say. */
export interface Purpose {
  readonly rule: string;
  /** What to do when it is of no use. */
  readonly fix: string;
  /** What to call it. @default its path */
  readonly shown?: string;
  /** The largest that it may be, in bytes. @default 256 MiB */
  readonly limit?: number;
}

const LIMIT = 256 * 2 ** 20;

/**
 * A file's bytes; undefined when it is not there. Only what is a file is read: a pipe or a device may never end.
 *
 * @throws UsageError for everything else, and for what is too large
 */
export function readBytes(file: string, purpose: Purpose): Buffer | undefined {
  const { limit = LIMIT } = purpose;
  let handle: number;
  try {
    // Without it, opening a pipe waits until somebody writes to it.
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusable(error, file, purpose);
  }
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw refusal(`it is ${kindOf(stat)}, not a file`, file, purpose);
    if (stat.size > limit)
      throw refusal(`it is ${mebibytes(stat.size)}; the limit is ${mebibytes(limit)}`, file, purpose);
    return readFileSync(handle);
  } catch (error) {
    throw unusable(error, file, purpose);
  } finally {
    closeSync(handle);
  }
}

/** As {@link readBytes}, of UTF-8 without its byte order mark. @throws UsageError also for other encodings */
export function readText(file: string, purpose: Purpose): string | undefined {
  const bytes = readBytes(file, purpose);
  if (bytes === undefined) return undefined;
  const text = textOf(bytes);
  if (text.type === "text") return text.text;
  throw refusal(`it ${text.reason}`, file, purpose);
}

/** As {@link readText}, of JSON; undefined when the file is not there. @throws UsageError also for what is not JSON */
export function readJson(file: string, purpose: Purpose): { readonly value: unknown } | undefined {
  const text = readText(file, purpose);
  if (text === undefined) return undefined;
  const json = parseJson(text);
  if (json.type === "value") return json;
  throw refusal(`it ${json.reason}`, file, purpose);
}

function refusal(message: string, file: string, { rule, fix, shown = file }: Purpose): UsageError {
  return new UsageError({ rule, file: shown, message, fix });
}

function unusable(error: unknown, file: string, purpose: Purpose): unknown {
  const code = errorCode(error);
  if (code === undefined) return error;
  const words = troubleWords(code);
  return refusal(`it cannot be read${words === undefined ? "" : `: ${words}`} (${code})`, file, purpose);
}

/** What stands where a file belongs. */
export function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return "a folder";
  if (stat.isFIFO()) return "a pipe";
  if (stat.isSocket()) return "a socket";
  return stat.isFile() ? "a file" : "a device";
}

export const mebibytes = (bytes: number): string => `${Math.ceil((bytes / 2 ** 20) * 10) / 10} MiB`;
