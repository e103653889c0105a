import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Io, Out } from "../../cli/io";
import { print } from "../../cli/print";
import { holdsToken } from "../../cli/secrets";
import { UsageError } from "../../errors";
import { appendJournal } from "../../files/journal";
import { acquireLock, type HeldLock } from "../../files/lock";
import { underAnotherName } from "../../inventory/under-another-name";
import { loadOrganization } from "../../organization/load";
import type { Organization } from "../../organization/organization";
import type { Text } from "../../util/plain-text";
import { type Paths, pathsOf } from "./paths";

/** Prints each text on a line of its own, for the user. */
export type Say = (...lines: readonly Text[]) => void;

/** One command at work on one organization. */
export interface Context {
  readonly io: Io;
  readonly organization: Organization;
  readonly paths: Paths;
  readonly say: Say;
  /** Records what was done, on disk before it returns. */
  readonly journal: (event: string, details?: Record<string, unknown>) => void;
  /** Where {@link withLock} keeps the lock, for who starts a process that could outlive this one. */
  readonly holding: { lock?: HeldLock };
}

/** The options that every command on an organization takes. */
export interface ProjectOptions {
  readonly root?: string;
}

export const ROOT_OPTION = ["--root <folder>", "the project's folder (default: the current one)"] as const;

/** A `say` for a stream. */
export const sayOn =
  (out: Out): Say =>
  (...lines) =>
    print(out, ...lines);

/** Loads the organization file and names the organization's files. Takes no lock. */
export function openContext(io: Io, name: string, options: ProjectOptions): Context {
  const root = resolve(io.cwd, options.root ?? ".");
  const organization = loadOrganization(root, name);
  const renamed = underAnotherName(root, organization);
  if (renamed !== undefined) throw new UsageError(renamed);
  return contextOf(io, root, organization);
}

/** Names an organization's files, wherever its organization file was read. */
export function contextOf(io: Io, root: string, organization: Organization): Context {
  holdsToken(io, organization.connection.tokenVariable);
  const paths = pathsOf(root, organization);
  return {
    io,
    organization,
    paths,
    say: sayOn(io.stdout),
    journal: (event, details = {}) => void appendJournal(paths.journal, event, details, new Date()),
    holding: {},
  };
}

/** The last word after an apply. An older inventory than the state's knows less of what the state holds. */
export function sayToCommit({ organization, paths, say }: Context): void {
  say(`Commit inventory/${paths.key}.json and ${organization.file} now: they must be as new as Terraform's state.`);
}

/** Whether a restoration was begun and is not done. */
export function restorationPending({ paths }: Context): boolean {
  return existsSync(paths.restoration);
}

/**
 * A restoration that was begun has unlinked what it will link again: until it is done, nothing else may decide about that.
 *
 * @throws UsageError when there is one.
 */
export function refuseDuringRestoration(context: Context): void {
  if (!restorationPending(context)) return;
  const { paths } = context;
  throw new UsageError({
    rule: "run/restoration-pending",
    file: paths.restoration,
    message:
      "a restoration of the old connection was started and is not finished: what it unlinked is not linked again yet",
    fix: `repoint restore ${paths.key}: it continues where it stopped (repoint restore ${paths.key} --abandon abandons it)`,
  });
}

/**
 * Runs `work` while holding the organization's lock, so that two runs never mix. The lock of a run that died is taken over.
 *
 * @throws UsageError when another run holds it.
 */
export async function withLock<T>(context: Context, command: string, work: () => Promise<T>): Promise<T> {
  const lock = acquireLock(context.paths.lock, command, new Date());
  if (lock.tookOverFrom !== undefined) {
    context.say(`An earlier run was interrupted: ${lock.tookOverFrom}. This run continues from there.`);
    context.journal("lock.taken-over", { from: lock.tookOverFrom });
  }
  context.holding.lock = lock;
  try {
    return await work();
  } finally {
    delete context.holding.lock;
    lock.release();
  }
}
