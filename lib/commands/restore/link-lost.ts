import { count } from "../../cli/table";
import { type RestoreTarget, standingOf } from "../../migration/restore";
import type { Context } from "../shared/context";
import { finish } from "./finish";
import type { RestoreOptions } from "./options";
import { dropRecord, writeRecord } from "./record";
import type { Survey } from "./survey";

/** Links what has no link through the token that the connection has, nothing being revoked; drops the record when all have one. */
export async function linkLost(context: Context, now: Survey, options: RestoreOptions): Promise<void> {
  const { restoration, lost } = now;
  if (lost.length === 0) {
    dropRecord(context.paths);
    context.say("Nothing is left to link.");
    return;
  }
  const record = { ...restoration, tokenIds: [], targets: [...lost] };
  writeRecord(context.paths, record);
  context.journal("restore.started", { connectionId: record.connectionId, targets: lost.length, revokes: false });
  await finish(context, record, options);
}

/** Says whether the links are as they were before the connection was touched. @returns false when one is linked, but otherwise */
export function reportKept({ say }: Context, before: Survey, after: Survey): boolean {
  const had = before.restoration.targets.filter((target) => !before.lost.includes(target));
  if (had.length === 0) return true;
  const tokens = new Set(after.connection.tokens.map(({ id }) => id));
  const changed = had.flatMap((target) => {
    const standing = standingOf(target, after.inventory, tokens, before.inventory);
    return standing.type === "restored" ? [] : [{ target, standing }];
  });
  if (changed.length === 0) {
    say(`No link has changed: ${count(had.length, "VCS-connected resource")} as before.`);
    return true;
  }
  say(`${changed.length} of ${count(had.length, "link")} changed meanwhile:`);
  for (const { target, standing } of changed) say(`  ${called(target)}: ${inWords(standing)}`);
  return changed.every(({ standing }) => standing.type !== "otherwise");
}

const called = ({ kind, name, id }: RestoreTarget) => `${kind} ${name} (${id})`;

function inWords(standing: ReturnType<typeof standingOf>): string {
  switch (standing.type) {
    case "unlinked":
      return "has lost its link; it is linked again";
    case "elsewhere":
      return "is linked elsewhere, and left there";
    case "gone":
      return "is gone";
    case "otherwise":
      return standing.differences.join("; ");
    case "restored":
      return "as before";
  }
}
