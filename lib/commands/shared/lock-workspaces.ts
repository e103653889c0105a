import { count } from "../../cli/table";
import { ExternalError } from "../../errors";
import { readJournal } from "../../files/journal";
import { lockWorkspace, readWorkspace, unlockWorkspace } from "../../tfe/api";
import { Attributes } from "../../tfe/attributes";
import type { TfeClient } from "../../tfe/client";
import { fileTrouble } from "../../util/file-trouble";
import type { Context } from "./context";

/** What a lock says, so that nobody wonders, and so that a later run knows its own. */
const REASON = "Repoint: moving to another VCS connection";

/** Workspaces that could not be locked, or unlocked, with the reason; by id. */
export type Reasons = ReadonlyMap<string, string>;

/** How {@link whileLocked} ended. */
export interface WhileLocked<T> {
  /** What the work gave. */
  readonly result: T;
  /** What is locked still, and why. It was named already. */
  readonly stillLocked: Reasons;
}

/** What the work that {@link whileLocked} runs is told. */
export interface Locking {
  readonly locked: readonly string[];
  /** Workspaces that TFE did not let be locked. */
  readonly refused: Reasons;
  /** Throws when the user or the system has asked this process to end: nothing more may be begun then. */
  readonly stopIfAsked: () => void;
}

/**
 * Locks workspaces, so that re-pointing can start no run in them, does the work, and unlocks them. The journal knows before
 * each lock which workspaces may be locked, so that a run that follows a killed one unlocks them.
 *
 * Every workspace that this locks is unlocked, or named, whatever fails and whoever interrupts. The first error is the one
 * that is thrown; a workspace that cannot be unlocked is no error.
 */
export async function whileLocked<T>(
  context: Context,
  client: TfeClient,
  ids: readonly string[],
  work: (locking: Locking) => Promise<T>,
): Promise<WhileLocked<T>> {
  const asked = listenForEnd();
  context.journal("workspaces.locking", { ids });
  let result: T;
  try {
    const { locked, refused, errors } = await lockAll(client, ids);
    if (errors.length > 0) throw errors[0];
    asked.stop();
    result = await work({ locked, refused, stopIfAsked: asked.stop });
  } catch (error) {
    await release(context, client, ids);
    throw error;
  } finally {
    asked.end();
  }
  return { result, stillLocked: await release(context, client, ids) };
}

/** Tries every workspace, whatever happens to the others. After an error a workspace may be locked or not. */
async function lockAll(client: TfeClient, ids: readonly string[]) {
  const locked: string[] = [];
  const refused = new Map<string, string>();
  const errors: unknown[] = [];
  const lock = async (id: string): Promise<void> => {
    const { status, refusal } = await lockWorkspace(client, id, REASON);
    if (refusal === undefined || (status === 409 && (await isOurs(client, id)))) locked.push(id);
    else refused.set(id, refusal.message);
  };
  await Promise.all(ids.map((id) => lock(id).catch((error: unknown) => void errors.push(error))));
  return { locked, refused, errors };
}

/** Unlocks what is ours of these, says so, and names what stays locked. */
async function release(context: Context, client: TfeClient, ids: readonly string[]): Promise<Reasons> {
  const { unlocked, failed } = await unlockWorkspaces(context, client, ids);
  if (unlocked > 0) context.say(`Unlocked ${count(unlocked, "workspace")}.`);
  nameLocked(context, failed);
  return failed;
}

function nameLocked({ say, paths }: Context, failed: Reasons): void {
  if (failed.size === 0) return;
  for (const [id, reason] of failed) say(`STILL LOCKED  ${id}: ${reason}`);
  say(`              What to do: repoint plan ${paths.key} unlocks them; or unlock them in TFE.`);
}

/** Unlocks what {@link whileLocked} locked. What is unlocked already, or locked by somebody else, counts as done. */
async function unlockWorkspaces(context: Context, client: TfeClient, ids: readonly string[]) {
  const failed = new Map<string, string>();
  let unlocked = 0;
  const unlock = async (id: string): Promise<void> => {
    if (!(await isOurs(client, id))) return;
    const { status, refusal } = await unlockWorkspace(client, id);
    if (refusal === undefined) unlocked += 1;
    else if (status !== 409 && status !== 404) failed.set(id, refusal.message);
  };
  const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
  await Promise.all(ids.map((id) => unlock(id).catch((error: unknown) => void failed.set(id, reasonOf(error)))));
  try {
    context.journal("workspaces.unlocked", { ids: ids.filter((id) => !failed.has(id)) });
  } catch (error) {
    // The next run looks at them once more: that is all that a missing line does.
    if (fileTrouble(error) === undefined) throw error;
  }
  return { unlocked, failed };
}

/** The workspaces that a run which was killed may have left locked, by the journal. */
export function leftoverLocks(context: Context): ReadonlySet<string> {
  const open = new Set<string>();
  for (const entry of readJournal(context.paths.journal).entries) {
    const { ids = [] } = entry;
    if (entry.event === "workspaces.locking") for (const id of ids) open.add(id);
    if (entry.event === "workspaces.unlocked") for (const id of ids) open.delete(id);
  }
  return open;
}

/** Unlocks what an earlier run left locked, says so, and names what it cannot unlock. @returns what stays locked */
export async function unlockLeftovers(context: Context, client: TfeClient): Promise<Reasons> {
  const open = leftoverLocks(context);
  if (open.size === 0) return new Map();
  const { unlocked, failed } = await unlockWorkspaces(context, client, [...open]);
  if (unlocked > 0) context.say(`Unlocked ${count(unlocked, "workspace")} that an earlier run had left locked.`);
  nameLocked(context, failed);
  return failed;
}

/** A workspace that is gone is nobody's. */
async function isOurs(client: TfeClient, id: string): Promise<boolean> {
  const data = await readWorkspace(client, id);
  if (data === undefined) return false;
  const attributes = new Attributes(data);
  return attributes.flag("locked") && attributes.optional("locked-reason") === REASON;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Lets what holds locks end in good order when the process is asked to end. */
function listenForEnd(): { readonly stop: () => void; readonly end: () => void } {
  let received: string | undefined;
  const note = (signal: string): void => {
    received = signal;
  };
  for (const signal of SIGNALS) process.on(signal, note);
  return {
    stop: () => {
      if (received === undefined) return;
      throw new ExternalError(`ended by ${received} before anything was applied`, {
        fix: "run the command again: the saved plan is still valid",
      });
    },
    end: () => {
      for (const signal of SIGNALS) process.off(signal, note);
    },
  };
}
