import { count } from "../../cli/table";
import { UsageError } from "../../errors";
import { readHiddenKinds } from "../../inventory/read-hidden-kinds";
import type { ConnectionRecord, Inventory } from "../../inventory/schema";
import { checkOldConnections } from "../../migration/check-connections";
import { describeConnection } from "../../migration/describe-connection";
import { type LinkEntry, resolveLinks } from "../../migration/links";
import { lostTargets, planRestoration, type Restoration, type RestoreTarget } from "../../migration/restore";
import { rolesOf } from "../../migration/roles";
import type { Context } from "../shared/context";
import { refreshInventory, withTfe } from "../shared/refresh-inventory";

/** What there is to restore, from a fresh inventory. */
export interface Survey {
  readonly inventory: Inventory;
  readonly connection: ConnectionRecord;
  /** Everything that uses the connection or did, and its tokens. */
  readonly restoration: Restoration;
  /** What of it is not linked now. */
  readonly lost: readonly RestoreTarget[];
  /** What TFE's count of affected workspaces was compared with; undefined where the server does not count. */
  readonly affected: number | undefined;
}

export interface SurveyOptions {
  readonly connection: string | undefined;
  readonly links: readonly LinkEntry[];
  readonly begun: Restoration | undefined;
}

/** Reads the organization and plans. @throws UsageError when the organization file, the choice or the links are wrong, with all that is */
export async function survey(context: Context, options: SurveyOptions): Promise<Survey> {
  const { organization } = context;
  const { inventory, crossChecks } = await refreshInventory(context);
  const wrong = checkOldConnections(organization, inventory);
  if (wrong.length > 0) throw new UsageError(wrong);
  const connection = chosen(context, inventory, options.connection);
  const { targets, problems } = resolveLinks(options.links, inventory, connection);
  if (problems.length > 0) throw new UsageError(problems);
  const check = crossChecks.find(({ connectionId }) => connectionId === connection.id);
  requireWhole(check);
  const restoration = planRestoration(inventory, connection, { begun: options.begun, links: targets });
  return {
    inventory,
    connection,
    restoration,
    lost: lostTargets(restoration, inventory),
    affected: check?.found,
  };
}

function requireWhole(check: { readonly found: number; readonly counted: number } | undefined): void {
  if (check === undefined || check.found === check.counted) return;
  throw new UsageError({
    rule: "restore/incomplete",
    message: `TFE counts ${count(check.counted, "affected workspace")}, but ${check.found} were found: what is not in the inventory could not be linked again`,
    fix: "use a token that sees every workspace (an owner's), then run it again",
  });
}

/** Before anything is unlinked. @throws UsageError when the token may not see what may use the connection */
export async function requireNothingHidden(context: Context, { inventory, connection }: Survey): Promise<void> {
  const hidden = await withTfe(context, (client) =>
    readHiddenKinds(client, context.organization.organization, inventory.unavailableKinds),
  );
  if (hidden.length === 0) return;
  throw new UsageError({
    rule: "restore/incomplete",
    message: `the token cannot see ${hidden.map((kind) => `${kind}s`).join(", ")}, and some may use ${connection.id}: what is not in the inventory could not be linked again`,
    fix: "use an owner's token, which sees everything, then run it again",
  });
}

function chosen({ organization, paths }: Context, inventory: Inventory, wanted: string | undefined): ConnectionRecord {
  const old = inventory.connections.filter(({ id, gone }) => organization.from.includes(id) && !gone);
  const found =
    wanted === undefined
      ? old
      : [...old, ...rolesOf(organization, inventory).newConnections].filter(({ id }) => id === wanted);
  const [connection] = found;
  if (connection !== undefined && found.length === 1) return connection;
  const known = old.map(describeConnection).join(", ");
  const message =
    connection !== undefined
      ? `the organization file names ${found.length} old connections: ${known}`
      : old.length === 0
        ? "no old connection of the organization file exists"
        : `${wanted} is neither an old connection of the organization file nor the new one; the old connections are ${known}`;
  throw new UsageError({
    rule: "restore/which-connection",
    message,
    fix:
      connection !== undefined
        ? "choose one with --connection"
        : old.length > 0
          ? "give one of these, or add the connection to from: in the organization file"
          : `a deleted connection cannot be restored: repoint plan ${paths.key} links its resources to the new one`,
  });
}
