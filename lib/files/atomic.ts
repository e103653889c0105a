import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { errorCode, isMissing } from "../util/error-code";
import { namingFile } from "../util/file-trouble";
import { makeFolder } from "./make-folder";

/** Options of {@link writeFileAtomic}. */
export interface AtomicOptions {
  /** Permission bits. @default those of the file that is replaced, else 0o644 */
  readonly mode?: number;
}

/**
 * Writes a whole file or nothing: to a temporary file in the same folder, flushed to disk, then renamed over the old one.
 * A reader, or a run that is killed at any moment, sees the old bytes or the new ones. Missing folders are made. A symbolic link
 * stays one: the file that it leads to is replaced. What is no file, such as `/dev/null` or a pipe, is written to as it is.
 *
 * @returns whether the file changed; equal content is left alone, its modification time too.
 */
export function writeFileAtomic(file: string, content: string | Buffer, options: AtomicOptions = {}): boolean {
  return namingFile(file, () =>
    write(whereLinksLead(file), typeof content === "string" ? Buffer.from(content, "utf8") : content, options),
  );
}

function write(file: string, bytes: Buffer, options: AtomicOptions): boolean {
  const before = statSync(file, { throwIfNoEntry: false });
  if (before !== undefined && !before.isFile() && !before.isDirectory()) {
    writeThrough(file, bytes, before.isFIFO());
    return true;
  }
  const mode = options.mode ?? (before === undefined ? undefined : before.mode & 0o7777);
  if (readIfPresent(file)?.equals(bytes) === true) {
    if (mode !== undefined && before !== undefined && (before.mode & 0o7777) !== mode) chmodSync(file, mode);
    return false;
  }
  makeFolder(dirname(file));
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const handle = openSync(temporary, "wx", mode ?? 0o644);
    try {
      // The process's umask has taken bits away from a mode that is to be kept.
      if (mode !== undefined) fchmodSync(handle, mode);
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

/** How long a pipe's reader may take to come, in milliseconds. */
const READER_MS = 5000;

/** To a pipe or a device. A pipe that nobody reads from is an error (ENXIO), where opening it for writing alone would wait for ever. */
function writeThrough(file: string, bytes: Buffer, isPipe: boolean): void {
  const probe = isPipe ? openForReader(file, Date.now() + READER_MS) : undefined;
  try {
    writeFileSync(file, bytes);
  } finally {
    if (probe !== undefined) closeSync(probe);
  }
}

function openForReader(pipe: string, until: number): number {
  for (;;) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (errorCode(error) !== "ENXIO" || Date.now() > until) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

/** At most this many links are followed, as Linux does (path_resolution(7)). */
const MOST_LINKS = 40;

/** The file at the end of a chain of symbolic links, whether it is there yet or not. */
function whereLinksLead(file: string, followed = 0): string {
  const isLink = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  // A circle is left to the system, which has an error of its own for it.
  if (!isLink || followed === MOST_LINKS) return file;
  return whereLinksLead(resolve(realpathSync(dirname(file)), readlinkSync(file)), followed + 1);
}

/**
 * Removes what runs that were killed while they wrote a file left beside it.
 *
 * Only for a file that nobody else may be writing, such as one under a lock.
 */
export function removeLeftovers(path: string): void {
  const file = whereLinksLead(path);
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
