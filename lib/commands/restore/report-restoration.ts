import { count } from "../../cli/table";
import type { Inventory } from "../../inventory/schema";
import { kindOf } from "../../kinds";
import { type Restoration, type RestoreTarget, standingOf } from "../../migration/restore";
import type { Context } from "../shared/context";
import { called, targetTable } from "./words";

/** What is known besides the inventory that was read at the end. */
export interface Ended {
  readonly inventory: Inventory;
  /** The inventory before that. */
  readonly before: Inventory | undefined;
  /** Why the server refused to link, by id. */
  readonly refused: ReadonlyMap<string, string>;
}

export interface Told {
  /** Whether all that is there is linked, and as it was recorded. */
  readonly well: boolean;
  /** What is not linked: another run may link it. */
  readonly unlinked: readonly RestoreTarget[];
}

/** Says how each target stands. */
export function reportRestoration(context: Context, restoration: Restoration, ended: Ended): Told {
  const { say, paths } = context;
  const { inventory, before, refused } = ended;
  const connection = inventory.connections.find(({ id }) => id === restoration.connectionId);
  const tokens = new Set(connection?.tokens.map(({ id }) => id));
  const standings = restoration.targets.map((target) => ({
    target,
    standing: standingOf(target, inventory, tokens, before),
  }));
  const of = (type: string) => standings.flatMap(({ target, standing }) => (standing.type === type ? [target] : []));
  say(`${of("restored").length} of ${count(standings.length, "VCS-connected resource")} linked as recorded.`);
  for (const target of of("elsewhere")) say(`${called(target)} was linked elsewhere meanwhile, and left there.`);
  for (const target of of("gone")) say(`${called(target)} is gone.`);
  for (const { target, standing } of standings) {
    if (standing.type === "otherwise")
      say(`${called(target)} is linked, but NOT as recorded: ${standing.differences.join("; ")}`);
  }
  const unlinked = of("unlinked");
  if (unlinked.length > 0) {
    say("");
    say("NOT linked:");
    say(...targetTable(unlinked, refused));
    if (unlinked.some(({ kind }) => kindOf(kind).overApi))
      say("About registry modules: docs/how-to/registry-modules.md");
    say("");
    say("What to do: fix the causes above, or link them manually in TFE. They stay in the record:");
    say(`  repoint restore ${paths.key}              tries them again; nothing is revoked again`);
    say(`  repoint restore ${paths.key} --abandon    abandons them, so that plan and apply run again`);
  }
  if (restoration.hadSshKey && !connection?.tokens.some(({ hasSshKey }) => hasSshKey)) {
    say("The SSH key is missing on the new token: set it in TFE, Settings, VCS Providers, or submodules fail.");
  }
  say("");
  // One with a personal access token is never refreshed.
  if (connection?.key !== null) {
    say(
      "This repairs the links, but does not remove the cause: the next burst of webhooks can race again. The lasting fix is a connection with a",
    );
    say(`personal access token: repoint inventory ${paths.key}, then repoint plan ${paths.key}`);
  }
  return { well: unlinked.length === 0 && of("otherwise").length === 0, unlinked };
}
