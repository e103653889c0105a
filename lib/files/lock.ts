import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { z } from "zod";
import { UsageError } from "../errors";
import { errorCode } from "../util/error-code";
import { namingFile } from "../util/file-trouble";
import { readIfPresent } from "./atomic";

const Holder = z.object({
  pid: z.number().int(),
  host: z.string(),
  /** The process's start in clock ticks since boot where the system tells it, so that a reused pid is not taken for the holder. */
  startTicks: z.string().nullable(),
  command: z.string(),
  since: z.string(),
});
type Holder = z.infer<typeof Holder>;

/** A lock that is held until `release` is called. */
export interface HeldLock {
  /** Whose lock was taken over, when its holder had died. */
  readonly tookOverFrom: string | undefined;
  release(): void;
}

/** How long a process may take to write its lock file, or to take one over; an older one was left by a process that died. */
const MOMENT_MS = 10_000;

/**
 * Takes the lock file, or takes over one whose holder has died on this machine.
 *
 * @throws UsageError when a living process holds it, or one on another machine, which cannot be checked from here.
 */
export function acquireLock(file: string, command: string, now: Date): HeldLock {
  namingFile(file, () => mkdirSync(dirname(file), { recursive: true }));
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    startTicks: startTicks(process.pid),
    command,
    since: now.toISOString(),
  };
  const content = `${JSON.stringify(mine)}\n`;
  if (createExclusively(file, content)) return held(file, content, undefined);

  const guard = `${file}.takeover`;
  dropDeadGuard(guard);
  if (!createExclusively(guard, content)) throw inUse(file, "another run is just taking it over");
  try {
    const holder = readHolder(file);
    if (holder !== undefined && mayBeAlive(holder)) throw inUse(file, describe(holder));
    if (holder === undefined && isFresh(file)) throw inUse(file, "another run is just writing the file");
    rmSync(file, { force: true });
    if (!createExclusively(file, content)) throw inUse(file, "another run was faster");
    return held(file, content, holder === undefined ? "an unreadable lock file" : describe(holder));
  } finally {
    rmSync(guard, { force: true });
  }
}

function held(file: string, content: string, tookOverFrom: string | undefined): HeldLock {
  return {
    tookOverFrom,
    release: () => {
      if (readIfPresent(file)?.toString("utf8") === content) rmSync(file, { force: true });
    },
  };
}

function createExclusively(file: string, content: string): boolean {
  try {
    const handle = openSync(file, "wx", 0o644);
    try {
      namingFile(file, () => writeSync(handle, content));
    } catch (error) {
      rmSync(file, { force: true });
      throw error;
    } finally {
      closeSync(handle);
    }
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** Removes the guard of a process that died while it took the lock over. */
function dropDeadGuard(guard: string): void {
  const holder = readHolder(guard);
  if (!isFresh(guard) || (holder !== undefined && !mayBeAlive(holder))) rmSync(guard, { force: true });
}

function isFresh(file: string): boolean {
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return written !== undefined && Date.now() - written < MOMENT_MS;
}

function readHolder(file: string): Holder | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

function mayBeAlive(holder: Holder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
  }
  const ticks = startTicks(holder.pid);
  return holder.startTicks === null || ticks === null || ticks === holder.startTicks;
}

/** Field 22 of `/proc/PID/stat` (proc(5)); the command name before it may hold spaces and brackets. */
function startTicks(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function describe(holder: Holder): string {
  return `\`${holder.command}\`, process ${holder.pid} on ${holder.host}, since ${holder.since}`;
}

function inUse(file: string, who: string): UsageError {
  return new UsageError({
    rule: "run/locked",
    file,
    message: `another run holds this organization: ${who}`,
    fix: "wait until it has ended; if it runs on another machine that is gone for good, delete this file",
  });
}
