import { z } from "zod";
import {
  AttachmentKind,
  type AttachmentRecord,
  type ConnectionRecord,
  type Inventory,
  VcsRepo,
} from "./inventory-schema";

export const RESTORE_VERSION = 1;

/** One attachment to link again, exactly as it was recorded. */
export const RestoreTarget = z.strictObject({
  kind: AttachmentKind,
  id: z.string(),
  name: z.string(),
  vcsRepo: VcsRepo,
  /** Registry modules are addressed by these. */
  module: z.strictObject({ registryName: z.string(), namespace: z.string(), provider: z.string() }).nullable(),
});
export type RestoreTarget = z.infer<typeof RestoreTarget>;

/**
 * What restoring a connection needs to know once its token is revoked, in `.repoint/ORG/restore.json`: revoking unlinks everything,
 * and this is then the only record of it.
 */
export const Restoration = z.strictObject({
  version: z.literal(RESTORE_VERSION),
  connectionId: z.string(),
  /** Tokens to revoke. */
  tokenIds: z.array(z.string()),
  hadSshKey: z.boolean(),
  targets: z.array(RestoreTarget),
});
export type Restoration = z.infer<typeof Restoration>;

/** What restoring a connection would do, from a fresh inventory. Pure. */
export function planRestoration(inventory: Inventory, connection: ConnectionRecord): Restoration {
  const tokenIds = connection.tokens.map(({ id }) => id);
  const held = (record: AttachmentRecord): VcsRepo | undefined => {
    if (record.gone) return undefined;
    const link = record.vcsRepo ?? record.lastVcsRepo;
    if (link?.oauthTokenId == null) return undefined;
    if (record.vcsRepo !== null) return tokenIds.includes(link.oauthTokenId) ? link : undefined;
    // It has lost its link already: it belongs here when that link was this connection's and is not another's now.
    return record.baseline?.connectionId === connection.id ? link : undefined;
  };
  return {
    version: RESTORE_VERSION,
    connectionId: connection.id,
    tokenIds,
    hadSshKey: connection.tokens.some(({ hasSshKey }) => hasSshKey),
    targets: inventory.attachments.flatMap((record) => {
      const vcsRepo = held(record);
      if (vcsRepo === undefined) return [];
      const { kind, id, name } = record;
      const module =
        record.kind === "registry-module"
          ? {
              registryName: record.settings.registryName,
              namespace: record.settings.namespace,
              provider: record.settings.provider,
            }
          : null;
      return [{ kind, id, name, vcsRepo, module }];
    }),
  };
}

/** How one target stands, by a later inventory. */
export type RestoreStanding = "restored" | "unlinked" | "elsewhere" | "gone";

/** Compares a target with the inventory after the connection was authorized anew. Pure. */
export function standingOf(
  target: RestoreTarget,
  inventory: Inventory,
  tokenIds: ReadonlySet<string>,
): RestoreStanding {
  const record = inventory.attachments.find(({ id }) => id === target.id);
  if (record === undefined || record.gone) return "gone";
  if (record.vcsRepo === null) return "unlinked";
  return record.vcsRepo.oauthTokenId !== null && tokenIds.has(record.vcsRepo.oauthTokenId) ? "restored" : "elsewhere";
}
