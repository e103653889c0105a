import type { Inventory } from "../inventory/schema";
import type { Organization } from "../organization/organization";
import type { Decisions } from "./decide";
import { rolesOf } from "./roles";
import { assignWaves, waveOrder, wavesGoingBack } from "./waves";

/** How far one wave is. */
export interface WaveStatus {
  readonly name: string;
  readonly total: number;
  /** On the new connection. */
  readonly moved: number;
  readonly reached: boolean;
  /** By `direction: back`: it is done when nothing of it is on the new connection. */
  readonly goesBack: boolean;
}

/** One of the organization file's old connections. */
export interface OldConnectionStatus {
  readonly id: string;
  readonly name: string | null;
  /** Whether a reading ever saw it: one that none saw is no connection of the organization. */
  readonly known: boolean;
  readonly gone: boolean;
}

/** Where a migration stands, as of the inventory. */
export interface MigrationStatus {
  readonly waves: readonly WaveStatus[];
  readonly newConnection: { readonly id: string; readonly name: string | null } | undefined;
  readonly oldConnections: readonly OldConnectionStatus[];
  /** Resources of old connections that no plan of ours moves, by reason. */
  readonly left: ReadonlyMap<string, number>;
  /** Covered, but in no plan yet. */
  readonly unadopted: number;
  /** Still on an old connection, and movable by hand alone. */
  readonly byHand: number;
  /** Names of what was put on an old connection after it was first seen: no plan moves it. */
  readonly cameToOld: readonly string[];
}

/** Counts a migration's waves by the inventory. Pure. */
export function migrationStatus({ organization, inventory, roles, decided }: Decisions): MigrationStatus {
  const left = new Map<string, number>();
  const inWaves: Inventory["resources"] = [];
  const reached = new Set<string>();
  let unadopted = 0;
  let byHand = 0;
  const old = roles.oldTokenIds;
  const cameToOld: string[] = [];
  for (const { record, decision } of decided) {
    const isStranger = decision.type === "unconcerned" || ("why" in decision && decision.why === "foreign");
    if (isStranger && !record.gone && old.has(record.vcsRepo?.oauthTokenId ?? "")) cameToOld.push(record.name);
    if (decision.type === "unconcerned") continue;
    const movable =
      decision.type === "manage" ||
      decision.type === "over-api" ||
      decision.type === "adopt-first" ||
      ((decision.type === "leave" || decision.type === "forget") &&
        (decision.why === "later-wave" || decision.why === "done" || decision.why === "never-moved"));
    if (movable) inWaves.push(record);
    else if ("reason" in decision && !("why" in decision && decision.why === "foreign")) {
      left.set(decision.reason, (left.get(decision.reason) ?? 0) + 1);
    }
    if (decision.type === "adopt-first") unadopted += 1;
    const handsOnly = "why" in decision && decision.why === "immovable";
    if (handsOnly && old.has(record.vcsRepo?.oauthTokenId ?? "")) byHand += 1;
    if (decision.type === "manage" || decision.type === "over-api" || decision.type === "adopt-first")
      reached.add(decision.wave);
  }
  byHand += inventory.stackComponents.filter(({ vcsRepo }) => old.has(vcsRepo.oauthTokenId ?? "")).length;
  const waves = assignWaves(organization, inWaves, inventory.projects);
  const counts = new Map<string, { total: number; moved: number }>();
  for (const record of inWaves) {
    const wave = waves.get(record.id);
    if (wave === undefined) continue;
    const count = counts.get(wave) ?? { total: 0, moved: 0 };
    const token = record.vcsRepo?.oauthTokenId;
    counts.set(wave, {
      total: count.total + 1,
      moved: count.moved + (token != null && roles.newTokenIds.has(token) ? 1 : 0),
    });
  }
  const back = wavesGoingBack(organization);
  const named = new Set(organization.waves.map(({ name }) => name));
  return {
    waves: waveOrder(organization).flatMap((name) => {
      const count = counts.get(name);
      if (count !== undefined)
        return [{ name, ...count, reached: reached.has(name) || count.moved > 0, goesBack: back.has(name) }];
      // A wave that the organization file names and nothing fits may be a slip of the pen.
      return named.has(name) ? [{ name, total: 0, moved: 0, reached: false, goesBack: back.has(name) }] : [];
    }),
    newConnection: roles.newConnections.map(({ id, name }) => ({ id, name }))[0],
    oldConnections: organization.from.map((id) => {
      const connection = inventory.connections.find((candidate) => candidate.id === id);
      return {
        id,
        name: connection?.name ?? null,
        known: connection !== undefined,
        gone: connection === undefined || connection.gone,
      };
    }),
    left,
    unadopted,
    byHand,
    cameToOld,
  };
}

/** What a reader should know about the waves before anything is re-pointed. Pure. */
export function waveWarnings({ through, direction }: Organization, status: MigrationStatus): readonly string[] {
  const { oldConnections, waves } = status;
  // Nothing is known to be on a connection that is not there: its id is what is wrong.
  if (oldConnections.some(({ known }) => !known)) return [];
  const warnings: string[] = [];
  const quoted = (some: typeof waves) => some.map(({ name }) => `"${name}"`).join(", ");
  const empty = waves.filter(({ total }) => total === 0);
  if (empty.length > 0)
    warnings.push(
      `no resource to move matches the ${empty.length === 1 ? "wave" : "waves"} ${quoted(empty)}: check for a typo (matching is case-sensitive), or an earlier wave matches first`,
    );
  const open = waves.filter(({ total, moved }) => moved < total);
  if (through === undefined && direction === "forward" && open.length > 1)
    warnings.push(
      `through: is not set, so all waves move at once: ${quoted(open)}. To start with one, set through: ${open[0]?.name}`,
    );
  return warnings;
}

/** The names of workspaces that a plan deferred and that have not gone its way since. Pure. */
export function stillDeferred(
  organization: Organization,
  inventory: Inventory,
  ids: ReadonlySet<string>,
  direction: "forward" | "back",
): readonly string[] {
  const fresh = rolesOf(organization, inventory).newTokenIds;
  return inventory.resources.flatMap(({ id, name, gone, vcsRepo }) => {
    const onNew = fresh.has(vcsRepo?.oauthTokenId ?? "");
    return ids.has(id) && !gone && onNew === (direction === "back") ? [name] : [];
  });
}
