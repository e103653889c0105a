import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { z } from "zod";
import { UsageError } from "../errors";
import { errorCode } from "../util/error-code";
import { namingFile } from "../util/file-trouble";
import { parseJson } from "../util/json";
import { jsonText } from "../util/json-text";
import { writeFileAtomic } from "./atomic";
import { makeFolder } from "./make-folder";
import { readBytes } from "./read-file";

/** A process that the holder started, which may outlive it. */
const Child = z.object({
  pid: z.number().int(),
  /** As the holder's. */
  startTicks: z.string().nullable(),
  /** Such as `terraform apply`. */
  command: z.string(),
  since: z.string(),
});

const Holder = z.object({
  pid: z.number().int(),
  host: z.string(),
  /** The process's start in clock ticks since boot where the system tells it, so that a reused pid is not taken for the holder. */
  startTicks: z.string().nullable(),
  command: z.string(),
  since: z.string(),
  /** What it has running; null for nothing. */
  child: Child.nullable().default(null),
});
type Holder = z.infer<typeof Holder>;

/** A lock that is held until `release` is called. */
export interface HeldLock {
  /** Whose lock was taken over, when its holder had died. */
  readonly tookOverFrom: string | undefined;
  /**
   * Records the process that the holder has running, or that it has none any more, so that a later run can tell whether it
   * outlived its holder.
   */
  noteChild(child: { readonly pid: number; readonly command: string } | undefined): void;
  release(): void;
}

/** How long a process may take to write its lock file, or to take one over; an older one was left by a process that died. */
const MOMENT_MS = 10_000;

/**
 * Takes the lock file, or takes over one whose holder has died on this machine.
 *
 * @throws UsageError when a living process holds it, or one on another machine, which cannot be checked from here; and when
 * what a dead holder had started is still at work.
 */
export function acquireLock(file: string, command: string, now: Date): HeldLock {
  namingFile(file, () => makeFolder(dirname(file)));
  const mine: Holder = {
    pid: process.pid,
    host: hostname(),
    startTicks: startTicks(process.pid),
    command,
    since: now.toISOString(),
    child: null,
  };
  const content = `${jsonText(mine)}\n`;
  if (createExclusively(file, content)) return held(file, mine, undefined);

  const guard = `${file}.takeover`;
  dropDeadGuard(guard);
  if (!createExclusively(guard, content)) throw inUse(file, "another run is taking over the lock");
  try {
    const holder = readHolder(file);
    if (holder !== undefined && mayBeAlive(holder)) throw inUse(file, describe(holder));
    if (holder === undefined && isFresh(file)) throw inUse(file, "another run is writing the lock file");
    if (holder !== undefined) refuseOrphan(file, holder);
    rmSync(file, { force: true });
    if (!createExclusively(file, content)) throw inUse(file, "another run took the lock first");
    return held(file, mine, holder === undefined ? "an unreadable lock file" : describe(holder));
  } finally {
    rmSync(guard, { force: true });
  }
}

function held(file: string, mine: Holder, tookOverFrom: string | undefined): HeldLock {
  const isMine = () => {
    const holder = readHolder(file);
    return holder?.pid === mine.pid && holder.startTicks === mine.startTicks && holder.since === mine.since;
  };
  return {
    tookOverFrom,
    noteChild: (child) => {
      if (!isMine()) return;
      const noted = child && { ...child, startTicks: startTicks(child.pid), since: new Date().toISOString() };
      writeFileAtomic(file, `${jsonText({ ...mine, child: noted ?? null })}\n`);
    },
    release: () => {
      if (isMine()) rmSync(file, { force: true });
    },
  };
}

/** A process that a dead holder left at work, by the lock file; undefined when there is none. */
export function orphanOf(file: string): Orphan | undefined {
  const holder = readHolder(file);
  return holder === undefined || mayBeAlive(holder) ? undefined : orphan(holder);
}

/** Who holds the lock and has not ended, as far as can be told; undefined where nobody does. */
export function workerOf(file: string): Worker | undefined {
  const holder = readHolder(file);
  if (holder === undefined || !mayBeAlive(holder)) return undefined;
  const { command, pid, since, host } = holder;
  return { command, pid, since, elsewhere: host === hostname() ? undefined : host };
}

/** A run that holds an organization. */
export interface Worker {
  /** Such as `repoint apply acme`. */
  readonly command: string;
  readonly pid: number;
  /** RFC 3339 in UTC. */
  readonly since: string;
  /** The other machine that it runs on: whether it has ended cannot be checked from here. Undefined on this one. */
  readonly elsewhere: string | undefined;
}

/** What a run that ended early had started and what is still at work. */
export interface Orphan {
  readonly pid: number;
  /** Such as `process 4711 (terraform apply, since 2026-01-02T03:04:05.000Z)`. */
  readonly text: string;
}

function orphan({ child, host }: Holder): Orphan | undefined {
  if (child === null || !mayBeAlive({ ...child, host })) return undefined;
  return { pid: child.pid, text: `process ${child.pid} (${child.command}, since ${child.since})` };
}

function refuseOrphan(file: string, holder: Holder): void {
  const found = orphan(holder);
  if (found === undefined) return;
  throw new UsageError({
    rule: "run/still-at-work",
    file,
    message: `${describe(holder)}, has ended, but a process that it started is still running: ${found.text}. Nothing was changed`,
    fix: `wait for process ${found.pid}, or end it with kill ${found.pid} (${orphanEnds(holder, found.pid)}); then run this again`,
  });
}

/** `repoint guard` is the guard of what it runs: the provider of that now asks a port that nobody listens on (go-tfe, `retryHTTPBackoff`). */
function orphanEnds({ command }: Holder, pid: number): string {
  if (!command.startsWith("repoint guard ")) return "Terraform then stops gracefully and saves its state";
  return `its guard has ended, so it can send nothing, but it may keep retrying for up to six minutes; a second kill ${pid} stops Terraform at once`;
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
  // Either way: after a clock was set back, a file may seem to be written in the future.
  return written !== undefined && Math.abs(Date.now() - written) < MOMENT_MS;
}

/** Who holds a lock; undefined where the file is not there, or is of no use. @throws UsageError when it is no file */
function readHolder(file: string): Holder | undefined {
  const fix = "check what it is, and move it away: only Repoint writes this file";
  const bytes = readBytes(file, { rule: "run/lock-unreadable", fix });
  const json = bytes === undefined ? undefined : parseJson(bytes.toString("utf8"));
  return json?.type === "value" ? Holder.safeParse(json.value).data : undefined;
}

function mayBeAlive(holder: Pick<Holder, "pid" | "host" | "startTicks">): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
  }
  const stat = processStat(holder.pid);
  if (stat === undefined) return true;
  return !hasEnded(stat.state) && (holder.startTicks === null || stat.startTicks === holder.startTicks);
}

/** A killed process stays in the table until its parent has asked for it; the first process of a container often never asks. */
function hasEnded(state: string): boolean {
  return state === "Z" || state === "X";
}

function startTicks(pid: number): string | null {
  return processStat(pid)?.startTicks ?? null;
}

/** Fields 3 and 22 of `/proc/PID/stat` (proc(5)); undefined where there is none. The command name before them may hold spaces and brackets. */
function processStat(pid: number): { readonly state: string; readonly startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, started] = [fields[0], fields[19]];
    return state === undefined || started === undefined ? undefined : { state, startTicks: started };
  } catch {
    return undefined;
  }
}

function describe(holder: Holder): string {
  return `\`${holder.command}\`, process ${holder.pid} on ${holder.host}, since ${holder.since}`;
}

function inUse(file: string, who: string): UsageError {
  return new UsageError({
    rule: "run/locked",
    file,
    message: `another run has locked this organization: ${who}`,
    fix: "wait until it ends; if it ran on a machine that no longer exists, delete this file",
  });
}
