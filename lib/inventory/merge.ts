import { UsageError } from "../errors";
import { type ResourceReading, resourceKinds, type VcsResource } from "../kinds";
import type { Baseline } from "../kinds/record";
import { newResourceAddress } from "../migration/address";
import { identified } from "../migration/own-connection";
import { jsonText } from "../util/json-text";
import { type ConnectionRecord, INVENTORY_VERSION, type Inventory, type InventoryReading } from "./schema";

/**
 * Merges a reading into what was known. Baselines are set at first sight of a VCS link and then kept for good, adoption is
 * never taken back, and what a reading no longer finds is kept and marked as gone. Pure: equal readings give equal bytes.
 *
 * @throws UsageError when what was known is another organization's: all of it would count as gone.
 */
export function mergeInventory(previous: Inventory | undefined, reading: InventoryReading, now: Date): Inventory {
  if (previous !== undefined) requireSameOrganization(previous, reading);
  const known = new Map(previous?.resources.map((record) => [record.id, record]));
  const connectionOf = new Map(
    reading.connections.flatMap(({ id, tokens }) => tokens.map((token) => [token.id, id] as const)),
  );
  for (const connection of previous?.connections ?? []) {
    for (const token of connection.tokens) {
      if (!connectionOf.has(token.id)) connectionOf.set(token.id, connection.id);
    }
  }
  const resources = reading.resources.map((read) => mergeResource(known.get(read.id), read, connectionOf));
  const found = new Set(reading.resources.map(({ id }) => id));
  for (const record of previous?.resources ?? []) {
    if (found.has(record.id)) continue;
    const unseen = reading.unavailableKinds.includes(record.kind);
    // Without a VCS link it never mattered: nothing of it is needed again.
    if (unseen) resources.push(record);
    else if (record.baseline !== undefined) resources.push({ ...record, gone: true });
  }
  const merged: Omit<Inventory, "changedAt"> = identified({
    version: INVENTORY_VERSION,
    hostname: reading.hostname,
    organization: reading.organization,
    unavailableKinds: resourceKinds.filter((kind) => reading.unavailableKinds.includes(kind)),
    modulesInPlace: previous?.modulesInPlace?.server === reading.server ? previous.modulesInPlace : null,
    pat: previous?.pat ?? null,
    projects: [...reading.projects].sort(byId),
    connections: mergeConnections(previous, reading),
    ownConnections: previous?.ownConnections ?? [],
    resources: resources.sort((a, b) => rank(a) - rank(b) || byId(a, b)),
    stackComponents: [...reading.stackComponents].sort(byId),
  });
  const { changedAt, ...before } = previous ?? { changedAt: now.toISOString() };
  // A time ahead of now is a wrong clock's: it would make every plan seem older than the inventory until then.
  const ahead = changedAt > now.toISOString();
  const same = previous !== undefined && canonical(before) === canonical(merged) && !ahead;
  return {
    version: merged.version,
    hostname: merged.hostname,
    organization: merged.organization,
    changedAt: same ? changedAt : now.toISOString(),
    unavailableKinds: merged.unavailableKinds,
    modulesInPlace: merged.modulesInPlace,
    pat: merged.pat,
    projects: merged.projects,
    connections: merged.connections,
    ownConnections: merged.ownConnections,
    resources: merged.resources,
    stackComponents: merged.stackComponents,
  };
}

function requireSameOrganization(previous: Inventory, reading: InventoryReading): void {
  const of = ({ hostname, organization }: Pick<Inventory, "hostname" | "organization">) =>
    `${organization} on ${hostname.toLowerCase()}`;
  if (of(previous) === of(reading)) return;
  throw new UsageError({
    rule: "inventory/another-organization",
    message: `the inventory belongs to ${of(previous)}, but the organization file is for ${of(reading)}; nothing was written`,
    fix: "rename the organization file, so that it gets its own inventory; if the server or the organization was only renamed, change hostname and organization in the inventory",
  });
}

function mergeResource(
  known: VcsResource | undefined,
  read: ResourceReading,
  connectionOf: ReadonlyMap<string, string>,
): VcsResource {
  const baseline = known?.baseline ?? firstSight(read, connectionOf);
  const last = read.vcsRepo === null ? (known?.vcsRepo ?? known?.lastVcsRepo) : undefined;
  const webhooks = mergeWebhooks(known?.webhooks, read.webhooks);
  return {
    ...read,
    ...(webhooks === undefined ? {} : { webhooks }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(last === undefined || last === null ? {} : { lastVcsRepo: last }),
    adopted: known?.adopted ?? false,
    gone: false,
  };
}

type Webhooks = VcsResource["webhooks"];

/** Every one that was ever seen is kept: it may still be in GitLab. */
function mergeWebhooks(known: Webhooks, read: Webhooks): Webhooks {
  const all = [...(known ?? []), ...(read ?? [])];
  const same = (a: (typeof all)[number], b: (typeof all)[number]) =>
    a.sha256 === b.sha256 && a.oauthTokenId === b.oauthTokenId;
  const kept = all.filter((one, index) => all.findIndex((other) => same(one, other)) === index);
  return kept.length === 0 ? undefined : kept;
}

function firstSight(read: ResourceReading, connectionOf: ReadonlyMap<string, string>): Baseline | undefined {
  if (read.vcsRepo === null) return undefined;
  const token = read.vcsRepo.oauthTokenId;
  return {
    address: newResourceAddress(read.kind, read.name, read.id),
    name: read.name,
    connectionId: token === null ? null : (connectionOf.get(token) ?? null),
    vcsRepo: read.vcsRepo,
  };
}

function mergeConnections(previous: Inventory | undefined, reading: InventoryReading): ConnectionRecord[] {
  const found = new Set(reading.connections.map(({ id }) => id));
  const lost = (previous?.connections ?? []).filter(({ id }) => !found.has(id));
  return [
    ...reading.connections.map((connection) => ({ ...connection, gone: false })),
    ...lost.map((connection) => ({ ...connection, gone: true })),
  ].sort(byId);
}

const rank = ({ kind }: { kind: VcsResource["kind"] }): number => resourceKinds.indexOf(kind);
const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** Text that is equal for equal content, whatever the order of keys. */
function canonical(value: unknown): string {
  return jsonText(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([key, inner]) => [key, sorted(inner)]));
}
