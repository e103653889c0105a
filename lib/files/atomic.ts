import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { isMissing } from "../util/error-code";
import { namingFile } from "../util/file-trouble";

/** Options of {@link writeFileAtomic}. */
export interface AtomicOptions {
  /** Permission bits of a new file. @default 0o644 */
  readonly mode?: number;
}

/**
 * Writes a whole file or nothing: to a temporary file in the same folder, flushed to disk, then renamed over the old one.
 * A reader, or a run that is killed at any moment, sees the old bytes or the new ones. Missing folders are made.
 *
 * @returns whether the file changed; equal content is left alone, its modification time too.
 */
export function writeFileAtomic(file: string, content: string | Buffer, options: AtomicOptions = {}): boolean {
  return namingFile(file, () =>
    write(file, typeof content === "string" ? Buffer.from(content, "utf8") : content, options),
  );
}

function write(file: string, bytes: Buffer, options: AtomicOptions): boolean {
  if (readIfPresent(file)?.equals(bytes) === true) return false;
  mkdirSync(dirname(file), { recursive: true });
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const handle = openSync(temporary, "wx", options.mode ?? 0o644);
    try {
      writeFileSync(handle, bytes);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    flushFolder(dirname(file));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  return true;
}

/**
 * Removes what runs that were killed while they wrote a file left beside it.
 *
 * Only for a file that nobody else may be writing, such as one under a lock.
 */
export function removeLeftovers(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) return;
  const prefix = `.${basename(file)}.`;
  for (const name of readdirSync(folder)) {
    const isLeftover = name.startsWith(prefix) && /^[0-9a-f]{12}\.tmp$/.test(name.slice(prefix.length));
    if (isLeftover) rmSync(join(folder, name), { force: true });
  }
}

/** The name is on the disk too when this returns, where the system lets a folder be flushed. */
function flushFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Not every system or file system does; the file itself is whole all the same.
  }
}

/** A file's bytes, or undefined when there is no such file. Any other failure to read is thrown. */
export function readIfPresent(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
