import { count, table } from "../../cli/table";
import { resourceKinds } from "../../kinds";
import { describeConnection } from "../../migration/describe-connection";
import type { Context } from "../shared/context";
import type { Survey } from "./survey";
import { targetTable } from "./words";

/** Shows what uses a connection, and what of it has lost its link, before anything is done. */
export function reportPreparation({ say }: Context, { restoration, lost, connection }: Survey): void {
  const { targets } = restoration;
  const resources = count(targets.length, "VCS-connected resource");
  say(`${describeConnection(connection)} holds ${resources}${targets.length > 0 ? ":" : "."}`);
  const of = (kind: string) => targets.filter((target) => target.kind === kind).length;
  const rows = resourceKinds.flatMap((kind) => (of(kind) > 0 ? [[kind, of(kind)]] : []));
  if (rows.length > 0) say(...table(["kind", "number"], rows));
  if (lost.length > 0) {
    say("");
    say(
      lost.length === targets.length
        ? "None of them is linked now. They are linked again as last seen, or as your file says:"
        : `${count(lost.length, "of them has", "of them have")} already lost the link. They are linked again as last seen, or as your file says:`,
    );
    say(...targetTable(lost));
  }
  say("");
}

/** What nothing is known to use needs nothing linked, and nobody waited for. */
export function reportNothingToRestore({ say, paths }: Context, { connection }: Survey): void {
  say(`Nothing uses ${connection.id}, as far as TFE and the inventory show, so there is nothing to link again.`);
  say("If it is broken, reauthorize it in TFE, Settings, VCS Providers: no link depends on it.");
  say("Workspaces that lost their link before the first inventory are in no record. To find and link them:");
  say(`  repoint inventory ${paths.key} --find-lost links.yaml    lists what shows signs of an earlier link`);
  say(`  repoint restore ${paths.key} --links links.yaml          links what the file says, once you have checked it`);
}
