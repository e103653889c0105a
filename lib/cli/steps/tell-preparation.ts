import { describeConnection } from "../../migration/describe-connection";
import { attachmentKinds, type ConnectionRecord, type Inventory } from "../../migration/inventory-schema";
import type { Restoration } from "../../migration/restore";
import { count, table } from "../table";
import type { Context } from "./context";

/** Shows who is affected by a restoration, and what it will do, before it does anything. */
export function tellPreparation(
  { say }: Context,
  restoration: Restoration,
  inventory: Inventory,
  connection: ConnectionRecord,
): void {
  const { targets } = restoration;
  say(
    `${describeConnection(connection)} holds ${count(targets.length, "attachment")}${targets.length > 0 ? ":" : "."}`,
  );
  const of = (kind: string) => targets.filter((target) => target.kind === kind).length;
  const rows = attachmentKinds.flatMap((kind) => (of(kind) > 0 ? [[kind, of(kind)]] : []));
  if (rows.length > 0) say(table(["kind", "number"], rows));
  if (targets.length === 0) {
    say(
      "NOTE     nothing uses it, as far as TFE and the inventory tell. What lost its link before the first inventory was",
    );
    say("         taken is known to nobody, and must be linked by hand.");
  }
  const linked = new Set(inventory.attachments.flatMap(({ id, vcsRepo }) => (vcsRepo === null ? [] : [id])));
  const lost = targets.filter(({ id }) => !linked.has(id));
  if (lost.length > 0)
    say(`NOTE     ${lost.length} of them have lost their link already, and will be linked as they were last seen.`);
  const modules = of("registry-module");
  if (modules > 0 && inventory.registryModulePatch === false) {
    say(
      `NOTE     this server does not re-point registry modules in place: Repoint cannot link the ${count(modules, "module")} again.`,
    );
    say("         docs/registry-modules.md says what is left to do by hand, and what it costs.");
  }
  if (connection.key === null)
    say(
      "NOTE     it has no application key: it may be one with a personal access token, which no browser can authorize.",
    );
  if (restoration.hadSshKey)
    say("NOTE     its token has an SSH key, which a new token starts without: have the private key at hand.");
  say(
    connection.tokens.length > 0
      ? "Its token will be revoked, which unlinks all of them; you authorize it anew in a browser; then all are linked again as recorded."
      : "Its token is gone already; you authorize it anew in a browser; then all are linked again as recorded.",
  );
}
