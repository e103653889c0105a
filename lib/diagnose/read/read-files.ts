import { closeSync, openSync, readSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Chunks } from "./byte-source";
import { type InputFacts, joinParts } from "./input-facts";
import { emptyPart, type PartResult } from "./part-result";
import { runTasks } from "./pool";
import { packing, type ReadPart, readStream } from "./read-stream";
import { reasonOf } from "./reason";
import type { Task } from "./task";
import { thinOut } from "./thin-out";

/** A file to read. */
export interface Source {
  readonly file: string;
  /** The file as the user named it. */
  readonly name: string;
  /** Why it cannot be read, where that is known already. */
  readonly problem?: string;
}

export interface ReadOptions {
  /** How many threads read. @default the machine's, when there is much to read */
  readonly threads?: number;
  /** Is told how many bytes of how many were read. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A large plain file is shared among threads in ranges of this size, in bytes. */
const RANGE = 32 * 1024 * 1024;
/** Less than this is read before other threads have started, in bytes to be searched. */
const WORTH_THREADS = 64 * 1024 * 1024;
/** Each thread takes some 15 MiB of memory. */
const MOST_THREADS = 4;
/** What a compressed byte is reckoned to become. */
const UNPACKED = 6;
/** How many refreshes are kept over all inputs. */
const MOST_REFRESHES = 20_000;

interface Planned {
  readonly tasks: readonly Task[];
  readonly size: number;
  readonly work: number;
}

function plan({ file, name }: Source, input: number): Planned {
  const stat = statSync(file);
  const streamed: Task = { input, file, name };
  if (!stat.isFile()) return { tasks: [streamed], size: 0, work: 0 };
  const head = Buffer.alloc(512);
  const descriptor = openSync(file, "r");
  const length = readSync(descriptor, head, 0, head.length, 0);
  closeSync(descriptor);
  if (packing(head.subarray(0, length)).type !== "plain") {
    return { tasks: [streamed], size: stat.size, work: stat.size * UNPACKED };
  }
  const ranges = Array.from({ length: Math.max(1, Math.ceil(stat.size / RANGE)) }, (_, index) => ({
    from: index * RANGE,
    to: Math.min((index + 1) * RANGE, Math.max(stat.size, 1)),
    size: Math.min((index + 1) * RANGE, stat.size),
  }));
  return { tasks: ranges.map((range) => ({ ...streamed, range })), size: stat.size, work: stat.size };
}

/** Keeps the refreshes of all parts within bounds, and notes in each part how many were let go. */
function bound(parts: readonly PartResult[]): void {
  const count = parts.reduce((sum, part) => sum + part.refreshes.length, 0);
  if (count < MOST_REFRESHES * 1.5) return;
  const all = parts.flatMap((part) => part.refreshes);
  const kept = new Set(thinOut(all, MOST_REFRESHES));
  for (const part of parts) {
    const mine = part.refreshes.filter((one) => kept.has(one));
    if (mine.length === part.refreshes.length) continue;
    part.notKept.refreshes = (part.notKept.refreshes ?? 0) + part.refreshes.length - mine.length;
    part.refreshes.splice(0, part.refreshes.length, ...mine);
  }
}

/** Reads files, with as many threads as pay. A file that cannot be read comes back as an input that says so. */
export async function readFiles(sources: readonly Source[], options: ReadOptions = {}): Promise<readonly InputFacts[]> {
  const results = sources.map(() => [] as ReadPart[]);
  const failures = new Map<number, string>();
  const plans = sources.map((source, index): Planned => {
    try {
      if (source.problem === undefined) return plan(source, index);
      failures.set(index, source.problem);
    } catch (error) {
      failures.set(index, reasonOf(error));
    }
    return { tasks: [], size: 0, work: 0 };
  });
  const total = plans.reduce((sum, { size }) => sum + size, 0);
  const work = plans.reduce((sum, one) => sum + one.work, 0);
  const tasks = plans.flatMap((one) => one.tasks);
  const threads = options.threads ?? (work >= WORTH_THREADS ? Math.min(MOST_THREADS, availableParallelism()) : 1);
  let done = 0;
  await runTasks(tasks, tasks.length > 1 ? threads : 1, {
    onBytes: (count) => {
      done += count;
      options.onProgress?.(Math.min(done, total), total);
    },
    onDone: (task, parts) => {
      results[task.input]?.push(...parts);
      bound(results.flatMap((of) => of.map(({ part }) => part)));
    },
    onFailed: (task, message) => failures.set(task.input, message),
  });
  return sources.flatMap(({ name }, index) => {
    const failure = failures.get(index);
    if (failure !== undefined) return [joinParts(name, "unreadable", [{ ...emptyPart(0), damage: failure }])];
    return join(name, plans[index]?.tasks[0]?.range !== undefined, results[index] ?? []);
  });
}

function join(name: string, ranged: boolean, parts: readonly ReadPart[]): readonly InputFacts[] {
  if (ranged)
    return [
      joinParts(
        name,
        "plain",
        parts.map(({ part }) => part),
      ),
    ];
  return parts.map((one) => joinParts(one.name, one.container, [one.part]));
}

/** Reads one stream, such as standard input. */
export async function readChunks(name: string, chunks: Chunks): Promise<readonly InputFacts[]> {
  const parts: ReadPart[] = [];
  for await (const part of readStream(name, chunks)) {
    parts.push(part);
    bound(parts.map((one) => one.part));
  }
  return join(name, false, parts);
}
