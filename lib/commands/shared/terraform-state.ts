import { existsSync, readFileSync, renameSync, rmSync, statfsSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { ExternalError, UsageError } from "../../errors";
import { writeFileAtomic } from "../../files/atomic";
import { readJournal } from "../../files/journal";
import type { PlanMeta } from "../../files/plan-meta";
import { localStatePath } from "../../organization/state-place";
import { readStateFile, type StateFile } from "../../terraform/state-file";
import { stateHolder } from "../../terraform/state-holder";
import type { Terraform } from "../../terraform/terraform";
import type { Context } from "./context";

/*
 * Terraform's local backend writes its state in place: a disk that is full, or a kill, leaves half a file, and every later run
 * fails on it. A served state is replaced whole. Where Terraform cannot save a state at all, it writes `errored.tfstate` where it runs
 * (Terraform's "Manual State Pull/Push" and its local and remote backends' `backupStateForError`).
 */

/** The state's file; undefined where a backend keeps it elsewhere, and where the user chose a workspace of Terraform's. */
export function localState(context: Context): string | undefined {
  const { organization, io } = context;
  if (organization.backend.type !== "local" || (io.env.TF_WORKSPACE ?? "") !== "") return undefined;
  return stateFile(context);
}

/** The file of a local backend's state in Terraform's default workspace. */
export function stateFile({ organization, paths }: Context): string {
  return resolve(paths.root, localStatePath(organization));
}

/** The copy of the last good state, which an apply makes before it begins. It holds the PAT, as the state does. */
const copyOf = (state: string): string => `${state}.before-apply`;
/** Where Terraform runs: with a served state in a folder of its own. */
const erroredIn = ({ paths }: Context): readonly string[] =>
  [paths.stack, paths.run].map((folder) => join(folder, "errored.tfstate"));

/** What an apply's journal line says of the state it began with; null when there was none. */
export type StateBefore = { readonly lineage: string; readonly serial: number } | null;

/**
 * Keeps a copy of the state beside it, readable by its owner alone, and makes sure that there is room for what the apply writes.
 *
 * @param imports how many resources the apply adds to the state
 * @returns what it began with; undefined where the state is kept elsewhere.
 * @throws ExternalError when the disk has too little room; nothing was changed then.
 */
export function keepState(context: Context, imports: number): StateBefore | undefined {
  const file = localState(context);
  if (file === undefined) return undefined;
  const state = readStateFile(file);
  if (stateTrouble(context) !== undefined) throw broken(context);
  const bytes = state.type === "whole" ? state.bytes : 0;
  requireRoom(context, file, bytes, imports);
  if (state.type !== "whole") {
    rmSync(copyOf(file), { force: true });
    return null;
  }
  writeFileAtomic(copyOf(file), readFileSync(file), { mode: 0o600 });
  return { lineage: state.lineage, serial: state.serial };
}

/**
 * A plan that was made with a served state is applied with one, and Terraform's own lock is not asked: who says that they hold the
 * state is believed.
 *
 * @throws ExternalError when there is one; nothing was changed then.
 */
export function refuseHeldState(context: Context, meta: PlanMeta): void {
  const holder = meta.state === "served" ? stateHolder(stateFile(context)) : undefined;
  if (holder === undefined) return;
  throw new ExternalError(
    `according to ${shown(context, holder.file)}, another Terraform process has locked the state (${holder.text}); nothing was applied`,
    {
      fix: `wait for it, then repoint apply ${context.paths.key}: the saved plan is valid while the state is unchanged. If it was killed, repoint plan ${context.paths.key}: Terraform's own lock then shows whether the state is still locked`,
    },
  );
}

/** What one resource takes in a state, generously: a workspace with long texts is below 4 KiB. */
const BYTES_PER_RESOURCE = 4096;
/** For the lock, the journal and the inventory's copy. */
const MARGIN = 64 * 1024;

function requireRoom(context: Context, file: string, stateBytes: number, imports: number): void {
  // The state, Terraform's own `.backup` of it, and the copy.
  const needed = imports * BYTES_PER_RESOURCE + 2 * stateBytes + MARGIN;
  const { bavail, bsize } = statfsSync(dirname(file));
  const free = bavail * bsize;
  if (free >= needed) return;
  const kib = (number: number) => `${Math.ceil(number / 1024)} KiB`;
  throw new ExternalError(
    `the disk of ${shown(context, file)} has ${kib(free)} left, but the apply may need ${kib(needed)} for the Terraform state; nothing was applied`,
    { fix: `free space on that disk, then repoint apply ${context.paths.key}: the saved plan is still valid` },
  );
}

/** What is wrong with the state, and how it is brought back. */
interface StateTrouble {
  /** Such as `terraform.acme.tfstate is cut off`. */
  readonly what: string;
  /** The file to bring back; null to go on without a state, because there was none; undefined when nobody can tell. */
  readonly from: string | null | undefined;
  /** The commands that bring it back by hand. */
  readonly commands: readonly string[];
}

/** Whether the local state was left broken, and what can be brought back. Reads files alone. */
export function stateTrouble(context: Context): StateTrouble | undefined {
  const file = localState(context);
  if (file === undefined) return undefined;
  const state = readStateFile(file);
  const copy = readStateFile(copyOf(file));
  const isLost = state.type === "empty" && copy.type === "whole";
  if (state.type !== "broken" && !isLost) return undefined;
  const what = `${shown(context, file)} is ${isLost ? "empty" : `cut off after ${sizeOf(state)}`}`;
  const from = chooseState(context, file, copy);
  const aside = `mv ${shown(context, file)} ${shown(context, file)}.broken`;
  if (from === undefined) return { what, from, commands: [aside, `cp YOUR-LAST-GOOD-STATE ${shown(context, file)}`] };
  return {
    what,
    from,
    commands: [aside, ...(from === null ? [] : [`cp ${shown(context, from)} ${shown(context, file)}`])],
  };
}

/** What Terraform could save elsewhere is newest; then the copy; then nothing, where an apply began with no state. */
function chooseState(context: Context, file: string, copy: StateFile): string | null | undefined {
  const begun = lastBegun(context);
  const known = copy.type === "whole" ? copy : begun === null ? undefined : begun;
  const [newest] = wholeOnes(erroredIn(context)).filter(
    ({ state }) => known === undefined || isSuccessor(state, known),
  );
  if (newest !== undefined) return newest.file;
  if (copy.type === "whole") return copyOf(file);
  return begun === null ? null : undefined;
}

/** The newest first. */
function wholeOnes(files: readonly string[]) {
  return files
    .flatMap((file) => {
      const state = readStateFile(file);
      return state.type === "whole" ? [{ file, state }] : [];
    })
    .sort((one, other) => other.state.serial - one.state.serial);
}

const isSuccessor = (
  later: { lineage: string; serial: number },
  earlier: { lineage: string; serial: number },
): boolean => later.lineage === earlier.lineage && later.serial >= earlier.serial;

/** The state that the last apply began with, by the journal; undefined before the first. */
function lastBegun({ paths }: Context): StateBefore | undefined {
  const entry = readJournal(paths.journal)
    .entries.filter(({ event }) => event === "apply.started")
    .at(-1);
  if (entry === undefined || entry.state === undefined) return undefined;
  const { state } = entry;
  if (state === null || typeof state !== "object") return null;
  const { lineage, serial }: { lineage?: unknown; serial?: unknown } = state;
  return typeof lineage === "string" && typeof serial === "number" ? { lineage, serial } : undefined;
}

/**
 * Brings a local state back that an apply left broken: from what Terraform could save elsewhere, else from the copy that was made
 * before that apply. An older state loses nothing: the next plan reads what is on the server, and imports what is missing. The
 * broken file is kept beside it.
 *
 * @throws UsageError when nothing is there to bring back.
 */
export function bringBackState(context: Context): void {
  const file = localState(context);
  const trouble = stateTrouble(context);
  if (file === undefined || trouble === undefined) return;
  const { from, what } = trouble;
  if (from === undefined) throw broken(context);
  const aside = unused(`${file}.broken`);
  const good = from === null ? undefined : readFileSync(from);
  renameSync(file, aside);
  try {
    if (good !== undefined) writeFileAtomic(file, good, { mode: 0o600 });
  } catch (error) {
    renameSync(aside, file);
    throw error;
  }
  const source = from === null ? "no state, as before that apply" : shown(context, from);
  context.say(`The Terraform state was left broken by a run that ended early: ${what}. Brought back: ${source}.`);
  context.say(`The broken file is ${shown(context, aside)}: it contains the PAT, so delete it.`);
  context.journal("state.brought-back", { from: from === null ? null : shown(context, from) });
  if (from !== null && erroredIn(context).includes(from)) rmSync(from, { force: true });
}

function broken(context: Context): UsageError {
  const { what = "the state is broken", from, commands = [] } = stateTrouble(context) ?? {};
  return new UsageError({
    rule: "run/state-broken",
    message: `the Terraform state was not written completely: ${what}`,
    fix:
      from === undefined
        ? `no copy of it is known here. Restore the last good one: ${commands.join(" && ")}; then repoint plan ${context.paths.key}`
        : `repoint plan ${context.paths.key} brings it back. Manually: ${commands.join(" && ")}`,
  });
}

/**
 * Gives the state that Terraform could not save, and left in `errored.tfstate`, back to its backend. Terraform itself refuses one
 * of another lineage, or an older one. To be called after `init`.
 *
 * @throws ExternalError when Terraform refuses it; nothing is planned then, since what it holds would be missing.
 */
export async function pushErroredState(context: Context, terraform: Terraform): Promise<void> {
  const newestFirst = wholeOnes(erroredIn(context)).map(({ file }) => file);
  const others = erroredIn(context).filter((file) => !newestFirst.includes(file));
  for (const file of [...newestFirst, ...others]) await pushErrored(context, terraform, file);
}

async function pushErrored(context: Context, terraform: Terraform, file: string): Promise<void> {
  const errored = readStateFile(file);
  if (errored.type === "absent") return;
  const name = shown(context, file);
  if (errored.type !== "whole") {
    context.say(`NOTE     ${name} is cut off and useless: delete it.`);
    return;
  }
  const present = await terraform.pullState();
  if (present !== undefined && present.lineage === errored.lineage && present.serial >= errored.serial) {
    context.say(
      `NOTE     ${name} is older than the state (serial ${errored.serial}, now ${present.serial}). It contains the PAT: delete it.`,
    );
    return;
  }
  try {
    await terraform.pushState(file);
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    throw new ExternalError(
      `an earlier run could not save its state and left it in ${name}; Terraform does not accept it`,
      {
        cause: error,
        fix: `Terraform's message above says why. Compare it with the state (terraform -chdir=${shown(context, context.paths.stack)} state pull), then push it (… state push ${relative(context.paths.stack, file)}) or delete it; then repoint plan ${context.paths.key}`,
      },
    );
  }
  rmSync(file, { force: true });
  context.say(
    `An earlier run could not save its state and left it in ${name}. Brought back: terraform state push errored.tfstate.`,
  );
  context.journal("state.brought-back", { from: name });
}

/** What to say and to do about the state after an apply failed. */
export function afterFailure(context: Context): string {
  const trouble = stateTrouble(context);
  if (trouble !== undefined) {
    return trouble.from === undefined
      ? `the Terraform state was not written completely (${trouble.what}), and no copy is known: restore the last good one (${trouble.commands.join(" && ")})`
      : `the Terraform state was not written completely (${trouble.what}); nothing is lost: the next plan brings it back from ${trouble.from === null ? "before this apply" : shown(context, trouble.from)}. If the disk is full, free space first`;
  }
  const unsaved = unsavedState(context);
  return unsaved === undefined ? "nothing is lost" : `${unsaved}; nothing is lost`;
}

/** What Terraform could not save and left beside the configuration; undefined when there is none. */
export function unsavedState(context: Context): string | undefined {
  const left = erroredIn(context).filter((file) => existsSync(file));
  if (left.length === 0) return undefined;
  const names = left.map((file) => shown(context, file)).join(", ");
  return `Terraform could not save its state and left it in ${names}: the next plan brings it back (terraform state push errored.tfstate)`;
}

function sizeOf(state: StateFile): string {
  return "bytes" in state ? `${state.bytes} bytes` : "0 bytes";
}

function unused(file: string): string {
  let name = file;
  for (let number = 2; existsSync(name); number += 1) name = `${file}.${number}`;
  return name;
}

function shown({ io }: Context, file: string): string {
  const path = relative(io.cwd, file);
  return path.startsWith("..") ? file : path;
}
