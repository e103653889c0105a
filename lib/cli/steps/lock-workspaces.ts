import { readJournal } from "../../files/journal";
import { Attributes } from "../../inventory/attributes";
import type { TfeClient } from "../../tfe/client";
import { readIfThere } from "../../tfe/json-api";
import { count } from "../table";
import type { Context } from "./context";

/** What a lock says, so that nobody wonders, and so that a later run knows its own. */
const REASON = "Repoint: moving to another VCS connection";

/** How locking a set of workspaces went. */
export interface Locking {
  readonly locked: readonly string[];
  /** Workspaces that could not be locked, with the reason. */
  readonly refused: ReadonlyMap<string, string>;
}

/**
 * Locks workspaces, so that re-pointing can start no run in them. The journal knows before each lock which workspaces may be
 * locked, so that a run that follows a killed one unlocks them.
 */
export async function lockWorkspaces(context: Context, client: TfeClient, ids: readonly string[]): Promise<Locking> {
  context.journal("workspaces.locking", { ids });
  const locked: string[] = [];
  const refused = new Map<string, string>();
  await Promise.all(
    ids.map(async (id) => {
      const path = `workspaces/${id}/actions/lock`;
      const answer = await client.send("POST", path, { body: { reason: REASON }, idempotent: true });
      if (answer.status < 400) locked.push(id);
      else if (answer.status === 409 && (await isOurs(client, id))) locked.push(id);
      else refused.set(id, client.failure("POST", path, answer).message);
    }),
  );
  return { locked, refused };
}

/** Unlocks what {@link lockWorkspaces} locked. What is unlocked already counts as done. */
export async function unlockWorkspaces(context: Context, client: TfeClient, ids: readonly string[]): Promise<void> {
  await Promise.all(
    ids.map(async (id) => {
      if (!(await isOurs(client, id))) return;
      const path = `workspaces/${id}/actions/unlock`;
      const answer = await client.send("POST", path, { body: {}, idempotent: true });
      if (answer.status >= 400 && answer.status !== 409 && answer.status !== 404)
        throw client.failure("POST", path, answer);
    }),
  );
  context.journal("workspaces.unlocked", { ids });
}

/** The workspaces that a run which was killed may have left locked, by the journal. */
export function leftoverLocks(context: Context): ReadonlySet<string> {
  const open = new Set<string>();
  for (const entry of readJournal(context.paths.journal).entries) {
    const ids = Array.isArray(entry.ids) ? entry.ids.map(String) : [];
    if (entry.event === "workspaces.locking") for (const id of ids) open.add(id);
    if (entry.event === "workspaces.unlocked") for (const id of ids) open.delete(id);
  }
  return open;
}

/** Unlocks what a run that was killed left locked, and says so. */
export async function unlockLeftovers(context: Context, client: TfeClient): Promise<void> {
  const open = leftoverLocks(context);
  if (open.size === 0) return;
  await unlockWorkspaces(context, client, [...open]);
  context.say(`Unlocked ${count(open.size, "workspace")} that a run which ended early had locked.`);
}

/** A workspace that is gone is nobody's. */
async function isOurs(client: TfeClient, id: string): Promise<boolean> {
  const data = await readIfThere(client, `workspaces/${id}`);
  if (data === undefined) return false;
  const attributes = new Attributes(data);
  return attributes.flag("locked") && attributes.optional("locked-reason") === REASON;
}
