import { count } from "../../cli/table";
import { type JournalEntry, readJournal } from "../../files/journal";
import { readInventory } from "../../inventory/inventory-file";
import type { Inventory } from "../../inventory/schema";
import { finishedBy } from "../../migration/finished-by";
import { keptInventory } from "./applied-inventory";
import type { Context } from "./context";
import { wavesOf } from "./continue-command";

const ENDS: readonly string[] = ["apply.finished", "apply.failed", "apply.interrupted"];

/**
 * An apply that was begun and not ended: the run was killed, and a part of its plan is done. Undefined once a later run has
 * looked at what it had done.
 */
export function interruptedApply(context: Context): JournalEntry | undefined {
  const { entries } = readJournal(context.paths.journal);
  const last = entries.filter(({ event }) => event === "apply.started" || ENDS.includes(event)).at(-1);
  return last?.event === "apply.started" ? last : undefined;
}

/** The waves of a rollback whose apply was killed, or failed, and which nothing has gone on with; undefined for none. */
export function unfinishedRollback(context: Context): readonly string[] | undefined {
  const { entries } = readJournal(context.paths.journal);
  const last = entries.filter(({ event }) => event === "plan.made" || event.startsWith("apply.")).at(-1);
  if (last === undefined || last.event === "plan.made" || last.event === "apply.finished") return undefined;
  const begun = entries.filter(({ event }) => event === "apply.started").at(-1);
  return begun === undefined ? undefined : (wavesOf(begun) ?? undefined);
}

/** What an apply that was killed had done before. */
export interface FinishedBefore {
  /** When that apply began, RFC 3339. */
  readonly startedAt: string;
  readonly ids: ReadonlySet<string>;
}

/** Says what an apply that was killed had already re-pointed, as the inventory that was just read shows, and records it. */
export function reportInterrupted(context: Context, inventory: Inventory): void {
  const entry = interruptedApply(context);
  if (entry === undefined) return;
  const planned =
    typeof entry.planSha256 === "string" ? readInventory(keptInventory(context, entry.planSha256)) : undefined;
  const wanted = new Set(entry.ids);
  const done = planned === undefined ? [] : finishedBy(context.organization, planned, inventory, wanted);
  const names = done.slice(0, NAMES).map(({ name, id }) => `${name} (${id})`);
  const more = done.length > NAMES ? ` and ${done.length - NAMES} more` : "";
  context.say(
    done.length === 0
      ? `The apply that started at ${entry.at} was interrupted before it re-pointed anything.`
      : `The apply that started at ${entry.at} was interrupted after it had re-pointed ${done.length} of ${count(wanted.size, "resource")}: ${names.join(", ")}${more}.`,
  );
  context.journal("apply.interrupted", {
    planSha256: entry.planSha256,
    startedAt: entry.at,
    ids: done.map(({ id }) => id),
  });
}

/** At most this many names are shown. */
const NAMES = 10;

/** What the last apply that was killed had done, until a later one has ended. */
export function finishedBefore(context: Context): FinishedBefore | undefined {
  const { entries } = readJournal(context.paths.journal);
  const last = entries.filter(({ event }) => ENDS.includes(event) || event === "plan.agreed").at(-1);
  if (last?.event !== "apply.interrupted" || typeof last.startedAt !== "string") return undefined;
  return { startedAt: last.startedAt, ids: new Set(Array.isArray(last.ids) ? last.ids.map(String) : []) };
}
