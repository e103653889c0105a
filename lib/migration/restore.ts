import { z } from "zod";
import type { ConnectionRecord, Inventory } from "../inventory/schema";
import { kindOf, ResourceKind, type VcsResource } from "../kinds";
import { VcsRepo } from "../kinds/vcs-repo";
import { jsonText } from "../util/json-text";
import { changedKeys, linkDifferences } from "./differences";

export const RESTORE_VERSION = 2;

/** One resource to link again, exactly as it was recorded. */
export const RestoreTarget = z.strictObject({
  kind: ResourceKind,
  id: z.string(),
  name: z.string(),
  vcsRepo: VcsRepo,
  /** Where it is read and patched, below `/api/v2/`. */
  path: z.string(),
});
export type RestoreTarget = z.infer<typeof RestoreTarget>;

/**
 * What restoring a connection needs to know once something is to be linked again, in `.repoint/ORG/restore.json`: after its token is
 * revoked, which unlinks everything, this is the only record of it.
 */
export const Restoration = z.strictObject({
  version: z.literal(RESTORE_VERSION),
  connectionId: z.string(),
  /** Tokens to revoke; none when what has lost its link is linked again through the token that the connection has. */
  tokenIds: z.array(z.string()),
  hadSshKey: z.boolean(),
  targets: z.array(RestoreTarget),
});
export type Restoration = z.infer<typeof Restoration>;

/** What a restoration takes up besides what the inventory says. */
export interface RestorationOptions {
  /**
   * A restoration that was begun and has not revoked all of its tokens: what it has unlinked already stays a target, and a token that
   * it does not know is the new one.
   */
  readonly begun?: Restoration | undefined;
  /** What the user says was linked, for workspaces of whose link nothing is recorded. */
  readonly links?: readonly RestoreTarget[];
}

/** What revoking a connection's tokens and linking all again would do, from a fresh inventory. Pure. */
export function planRestoration(
  inventory: Inventory,
  connection: ConnectionRecord,
  { begun, links = [] }: RestorationOptions = {},
): Restoration {
  const old = begun === undefined || begun.tokenIds.length === 0 ? undefined : begun.tokenIds;
  const tokenIds = old ?? connection.tokens.map(({ id }) => id);
  const targets = inventory.resources.flatMap((record) => {
    const vcsRepo = linkOn(inventory, connection, tokenIds, record);
    const { kind, id, name } = record;
    const path = kindOf(kind).path(inventory.organization, record);
    return vcsRepo === undefined ? [] : [{ kind, id, name, path, vcsRepo }];
  });
  const all = new Map<string, RestoreTarget>();
  // A link of the user's is for what has none now: it may correct one that was refused. What is seen precedes what was recorded.
  for (const target of [...links, ...targets, ...(begun?.targets ?? [])]) {
    if (!all.has(target.id)) all.set(target.id, target);
  }
  return {
    version: RESTORE_VERSION,
    connectionId: connection.id,
    tokenIds: [...tokenIds],
    hadSshKey: begun?.hadSshKey === true || connection.tokens.some(({ hasSshKey }) => hasSshKey),
    targets: [...all.values()],
  };
}

/** Those targets that have no link now: what is linked again without anything being revoked. Pure. */
export function lostTargets({ targets }: Restoration, inventory: Inventory): readonly RestoreTarget[] {
  const linked = new Set(inventory.resources.flatMap(({ id, vcsRepo, gone }) => (gone || isLink(vcsRepo) ? [id] : [])));
  return targets.filter(({ id }) => !linked.has(id));
}

/** Whether a repository is reached through something: a connection's token, or a GitHub App. */
function isLink(vcsRepo: VcsRepo | null): boolean {
  return vcsRepo !== null && (vcsRepo.oauthTokenId !== null || (vcsRepo.githubAppInstallationId ?? null) !== null);
}

/** The link that a resource has, or has lost, through the connection. */
function linkOn(
  inventory: Inventory,
  connection: ConnectionRecord,
  tokenIds: readonly string[],
  record: VcsResource,
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
  const record = inventory.resources.find(same);
  if (record === undefined || record.gone) return { type: "gone" };
  if (record.vcsRepo === null || !isLink(record.vcsRepo)) return { type: "unlinked" };
  const { oauthTokenId: token } = record.vcsRepo;
  if (token === null || !tokenIds.has(token)) return { type: "elsewhere" };
  const earlier = before?.resources.find(same);
  const differences = [
    ...linkDifferences(target.vcsRepo, record.vcsRepo),
    ...(earlier === undefined ? [] : changedKeys(earlier.settings, record.settings, SETTINGS_OF_A_LINK)),
  ];
  return differences.length === 0 ? { type: "restored" } : { type: "otherwise", differences };
}

/** Whether two restorations link the same things again in the same way. */
export function sameTargets(a: Restoration, b: Restoration): boolean {
  const text = ({ targets }: Restoration) => targets.map((target) => jsonText(target)).sort();
  return text(a).join() === text(b).join();
}
