import type { JournalEntry } from "../../files/journal";
import type { Inventory } from "../../inventory/schema";
import { stayBack } from "../../migration/rollback";
import { waveOrder } from "../../migration/waves";
import type { Context } from "./context";
import { wavesOf } from "./continue-command";

/**
 * The waves that rollbacks took back, with when the last one of each was done (RFC 3339), where no other apply was begun since:
 * from then on the organization's file says where they are to be. A rollback that was killed after its apply was done counts.
 */
export function takenBack(entries: readonly JournalEntry[]): ReadonlyMap<string, string> {
  const back = new Map<string, string>();
  let applying: readonly string[] | null = null;
  for (const entry of entries) {
    if (entry.event === "apply.started") {
      applying = wavesOf(entry);
      if (applying === null) back.clear();
    }
    const done =
      entry.event === "rollback.finished" ? wavesOf(entry) : entry.event === "apply.finished" ? applying : null;
    for (const wave of done ?? []) back.set(wave, entry.at);
  }
  return back;
}

/** After a rollback: the next step, where the next plan would undo it. Undefined where it would not. */
export function keptBack(
  { organization, paths }: Context,
  inventory: Inventory,
  entries: readonly JournalEntry[],
): string | undefined {
  const back = takenBack(entries);
  const stay = stayBack(organization, inventory, new Set(back.keys()));
  if (stay.type === "stays") return undefined;
  const waves = waveOrder(organization).filter((wave) => back.has(wave));
  const times = [...new Set(back.values())].sort();
  const when = times.length === 1 ? times[0] : `the last at ${times.at(-1)}`;
  return `to keep ${waves.join(", ")} on the old connection (rolled back, ${when}), edit ${organization.file}: ${stay.edit}; to move forward again, run repoint plan ${paths.key}`;
}
