import { relative } from "node:path";
import { count } from "../../cli/table";
import { ExternalError, UsageError } from "../../errors";
import { type Restoration, standingOf } from "../../migration/restore";
import { confirm } from "../shared/confirm";
import type { Context } from "../shared/context";
import { refreshInventory } from "../shared/refresh-inventory";
import { putAsideRecord } from "./record";
import { targetTable } from "./words";

/** Gives up a restoration that was begun: says what it leaves unlinked, and keeps its record under another name. */
export async function abandon(context: Context, begun: Restoration | undefined, yes: boolean): Promise<void> {
  const { io, say, paths } = context;
  if (begun === undefined) {
    throw new UsageError({
      rule: "restore/nothing-begun",
      message: "no restoration is in progress, so there is none to abandon",
      fix: `repoint status ${paths.key} shows the current state`,
    });
  }
  await reportLeft(context, begun);
  say("Abandoning it changes nothing in TFE. What is not linked stays unlinked until somebody links it:");
  say(`  repoint restore ${paths.key}   links again what the inventory knows, through ${begun.connectionId}`);
  say(`  repoint plan ${paths.key}      links it to the new connection instead`);
  if (!(await confirm(io, "Abandon it?", "abandon", yes))) {
    say("Not abandoned: nothing was changed.");
    io.exitCode = 1;
    return;
  }
  const aside = relative(paths.root, putAsideRecord(paths, new Date()));
  context.journal("restore.abandoned", { connectionId: begun.connectionId, record: aside });
  say(`Abandoned. Its record is kept: ${aside}`);
}

/** How things stand, as far as the server can be asked: giving up needs no server. */
async function reportLeft(context: Context, begun: Restoration): Promise<void> {
  const { say } = context;
  say(`A restoration of ${begun.connectionId} was started: ${count(begun.targets.length, "VCS-connected resource")}.`);
  try {
    const { inventory } = await refreshInventory(context);
    const tokens = new Set(inventory.connections.flatMap(({ tokens: all }) => all.map(({ id }) => id)));
    const left = begun.targets.filter((target) => standingOf(target, inventory, tokens).type === "unlinked");
    if (left.length === 0) say("All of them are linked now, or gone.");
    else {
      say(`${count(left.length, "of them is", "of them are")} not linked now:`);
      say(...targetTable(left));
    }
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    say(`Their current state could not be read: ${error.message}`);
    say(...targetTable(begun.targets));
  }
}
