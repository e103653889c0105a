import type { JournalEntry } from "../../files/journal";
import { waveOrder } from "../../migration/waves";
import type { Context } from "./context";

/**
 * The command that goes on with what a plan began. A rollback goes on backwards: `repoint plan` would move forward again what it
 * took back. A rotation goes on with the token that it was given.
 *
 * @param waves those of a rollback; null for what the organization's file says
 */
export function continueCommand(
  { organization, paths }: Context,
  waves: readonly string[] | null,
  rotation: unknown = false,
): string {
  if (rotation === true) return `repoint rotate ${paths.key}`;
  if (waves === null) return `repoint plan ${paths.key}`;
  const all = waveOrder(organization).every((wave) => waves.includes(wave));
  return [`repoint rollback ${paths.key}`, ...(all ? [] : waves.map((wave) => `--wave ${wave}`))].join(" ");
}

/** The waves of a rollback that a line of the journal is about; null where it is none. */
export function wavesOf({ waves }: JournalEntry): readonly string[] | null {
  return waves ?? null;
}
