import { z } from "zod";
import { changedKeys, linkDifferences } from "./differences";
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

/**
 * What restoring a connection would do, from a fresh inventory. Pure.
 *
 * @param begun a restoration that was begun and has not revoked all of its tokens: what it has unlinked already stays a target,
 * and a token that it does not know is the new one.
 */
export function planRestoration(inventory: Inventory, connection: ConnectionRecord, begun?: Restoration): Restoration {
  const tokenIds = begun?.tokenIds ?? connection.tokens.map(({ id }) => id);
  const targets = inventory.attachments.flatMap((record) => {
    const vcsRepo = linkOn(inventory, connection, tokenIds, record);
    return vcsRepo === undefined ? [] : [targetOf(record, vcsRepo)];
  });
  const found = new Set(targets.map(({ id }) => id));
  return {
    version: RESTORE_VERSION,
    connectionId: connection.id,
    tokenIds: [...tokenIds],
    hadSshKey: begun?.hadSshKey === true || connection.tokens.some(({ hasSshKey }) => hasSshKey),
    targets: [...targets, ...(begun?.targets ?? []).filter(({ id }) => !found.has(id))],
  };
}

/** The link that an attachment has, or has lost, through the connection. */
function linkOn(
  inventory: Inventory,
  connection: ConnectionRecord,
  tokenIds: readonly string[],
  record: AttachmentRecord,
): VcsRepo | undefined {
  if (record.gone) return undefined;
  if (record.vcsRepo !== null) {
    return tokenIds.includes(record.vcsRepo.oauthTokenId ?? "") ? record.vcsRepo : undefined;
  }
  const last = record.lastVcsRepo;
  if (last === undefined || last.oauthTokenId === null) return undefined;
  // It has lost its link already. Whose its token was is known while the connection still has it; else the first sight decides.
  const owner = inventory.connections.find(({ tokens }) => tokens.some(({ id }) => id === last.oauthTokenId));
  return (owner?.id ?? record.baseline?.connectionId) === connection.id ? last : undefined;
}

function targetOf(record: AttachmentRecord, vcsRepo: VcsRepo): RestoreTarget {
  const { kind, id, name } = record;
  if (record.kind !== "registry-module") return { kind, id, name, vcsRepo, module: null };
  const { registryName, namespace, provider } = record.settings;
  return { kind, id, name, vcsRepo, module: { registryName, namespace, provider } };
}

/** How one target stands, by a later inventory. */
export type RestoreStanding =
  | { readonly type: "restored" | "unlinked" | "elsewhere" | "gone" }
  /** On the connection, but not as it was recorded. One line a difference. */
  | { readonly type: "otherwise"; readonly differences: readonly string[] };

/** What a server might take away together with a link. */
const SETTINGS_OF_A_LINK = [
  "fileTriggersEnabled",
  "triggerPatterns",
  "triggerPrefixes",
  "speculativeEnabled",
  "workingDirectory",
  "publishingMechanism",
  "policiesPath",
  "policyUpdatePatterns",
] as const;

/**
 * Compares a target with the inventory after the connection was authorized anew. Pure.
 *
 * @param before the inventory from before the token was revoked, as far as it is still known
 */
export function standingOf(
  target: RestoreTarget,
  inventory: Inventory,
  tokenIds: ReadonlySet<string>,
  before?: Inventory,
): RestoreStanding {
  const same = ({ id }: { readonly id: string }) => id === target.id;
  const record = inventory.attachments.find(same);
  if (record === undefined || record.gone) return { type: "gone" };
  const { oauthTokenId: token = null, githubAppInstallationId: installation = null } = record.vcsRepo ?? {};
  if (record.vcsRepo === null || (token === null && installation === null)) return { type: "unlinked" };
  if (token === null || !tokenIds.has(token)) return { type: "elsewhere" };
  const earlier = before?.attachments.find(same);
  const differences = [
    ...linkDifferences(target.vcsRepo, record.vcsRepo),
    ...(earlier === undefined ? [] : changedKeys(earlier.settings, record.settings, SETTINGS_OF_A_LINK)),
  ];
  return differences.length === 0 ? { type: "restored" } : { type: "otherwise", differences };
}

/** Whether two restorations link the same things again in the same way. */
export function sameTargets(a: Restoration, b: Restoration): boolean {
  const text = ({ targets }: Restoration) => targets.map((target) => JSON.stringify(target)).sort();
  return text(a).join() === text(b).join();
}
