import type { ConnectionRecord, Inventory } from "../inventory/schema";
import { kindOf, type VcsResource } from "../kinds";
import type { Baseline } from "../kinds/record";
import type { VcsRepo } from "../kinds/vcs-repo";
import type { Organization } from "../organization/organization";
import { autoDestroyLoss } from "./auto-destroy";
import { finishedWaves, isForgotten } from "./forget";
import type { TokenTarget } from "./migration-plan";
import { registryModulesInPlace } from "./provider-version";
import { type Roles, rolesOf } from "./roles";
import { isManagedElsewhere, isSelected, onOldConnection } from "./select";
import { assignWaves, coveredWaves, wavesGoingBack } from "./waves";

/** What happens to one resource of the inventory. */
export type Decision =
  | {
      readonly type: "manage";
      readonly baseline: Baseline;
      readonly vcsRepo: VcsRepo;
      readonly wave: string;
      readonly token: TokenTarget;
      readonly reconnect: boolean;
    }
  /** A registry module that is re-pointed over the API: `token` is what it shall have. Terraform leaves it alone. */
  | {
      readonly type: "over-api";
      readonly baseline: Baseline;
      readonly vcsRepo: VcsRepo;
      readonly wave: string;
      readonly token: TokenTarget;
    }
  /** As `manage`, but the inventory has not recorded yet that it is: `repoint inventory` does. */
  | {
      readonly type: "adopt-first";
      readonly baseline: Baseline;
      readonly vcsRepo: VcsRepo;
      readonly wave: string;
      readonly token: TokenTarget;
      readonly reconnect: boolean;
    }
  | { readonly type: "forget"; readonly baseline: Baseline; readonly why: Why; readonly reason: string }
  | { readonly type: "leave"; readonly why: Why; readonly reason: string }
  /** Going back needs a token that no longer exists. */
  | { readonly type: "impossible"; readonly reason: string; readonly fix: string }
  /** It never was on an old connection and no state of ours can hold it. */
  | { readonly type: "unconcerned" };

/** Why a resource is not managed. `reason` says it in words. */
export type Why =
  | "foreign"
  | "gone"
  | "managedElsewhere"
  | "not-selected"
  | "later-wave"
  | "never-moved"
  | "done"
  | "by-hand"
  | "deferred"
  /** It lost a link that Terraform could restore only by replacing it. */
  | "needs-hands"
  /** A registry module of a server that was tried and does not move one in place. */
  | "immovable"
  /** Without the guard, the provider's update would take its auto-destroy setting away, and the organization file does not allow it. */
  | "auto-destroy";

/** What one run asks for beside the organization file. `back`: which waves go back to their baseline (`repoint rollback`). */
export interface DecisionOptions {
  readonly back?: ReadonlySet<string>;
  /** Ids of resources that wait for a later plan, because something is at work on them. */
  readonly defer?: ReadonlySet<string>;
  /**
   * Whether the provider's requests reach the server as they are: without the guard, an update takes a workspace's auto-destroy
   * setting away. @default false
   */
  readonly unguarded?: boolean;
}

/** A resource of the inventory, and what happens to it. */
export interface Decided {
  readonly record: VcsResource;
  readonly decision: Decision;
}

/** An organization file applied to an inventory: who is old, who is new, and what happens to every resource. */
export interface Decisions {
  readonly organization: Organization;
  readonly inventory: Inventory;
  readonly options: DecisionOptions;
  readonly roles: Roles;
  /** In the inventory's order. */
  readonly decided: readonly Decided[];
}

/** Decides every resource of an inventory by one organization file. Pure; one pass, so that 10,000 resources take milliseconds. */
export function decideAll(organization: Organization, inventory: Inventory, options: DecisionOptions = {}): Decisions {
  const roles = rolesOf(organization, inventory);
  const decide = decider(organization, inventory, options, roles);
  const decided = inventory.resources.map((record) => ({ record, decision: decide(record) }));
  return { organization, inventory, options, roles, decided };
}

/** Whether a decision gives a resource another token than the one it has. */
export function isMoving({ record, decision }: Decided, { newTokenIds }: Roles): boolean {
  const current = record.vcsRepo?.oauthTokenId ?? "";
  if (decision.type !== "manage") return decision.type === "adopt-first";
  return decision.token.type === "new" ? !newTokenIds.has(current) : current !== decision.token.id;
}

/** The decisions as they are once the inventory has recorded what the organization file covers. */
export function withAdopted(decisions: Decisions, inventory: Inventory): Decisions {
  const decided = decisions.decided.map(({ record, decision }, index) => ({
    record: inventory.resources[index] ?? record,
    decision: decision.type === "adopt-first" ? { ...decision, type: "manage" as const } : decision,
  }));
  return { ...decisions, inventory, decided };
}

/** The decisions with what is moving among these ids put off to a later plan. */
export function withDeferred(decisions: Decisions, ids: ReadonlySet<string>): Decisions {
  const { options, roles } = decisions;
  const moving = decisions.decided.filter((one) => ids.has(one.record.id) && isMoving(one, roles));
  if (moving.length === 0) return decisions;
  const put = new Set(moving.map(({ record }) => record.id));
  const decided = decisions.decided.map(({ record, decision }) =>
    put.has(record.id) && record.baseline !== undefined
      ? { record, decision: notManaged(record, record.baseline, "deferred", DEFERRED) }
      : { record, decision },
  );
  return { ...decisions, options: { ...options, defer: new Set([...(options.defer ?? []), ...put]) }, decided };
}

const DEFERRED = "it is busy: deferred to a later plan";

/** What a state may hold is forgotten; anything else is left as it is. */
function notManaged(record: VcsResource, baseline: Baseline, why: Why, reason: string): Decision {
  return record.adopted ? { type: "forget", baseline, why, reason } : { type: "leave", why, reason };
}

function decider(
  organization: Organization,
  inventory: Inventory,
  options: DecisionOptions,
  roles: Roles,
): (record: VcsResource) => Decision {
  const onOld = inventory.resources.filter((record) => onOldConnection(organization, inventory, record));
  const concerned = new Set(onOld.map(({ id }) => id));
  const selected = onOld.filter(
    (record) =>
      isSelected(organization, record, inventory.projects) &&
      !isManagedElsewhere(organization, record, inventory.projects),
  );
  const waves = assignWaves(organization, selected, inventory.projects);
  const covered = coveredWaves(organization);
  const wavesBack = options.back ?? wavesGoingBack(organization);
  const goesBack = (wave: string): boolean => wavesBack.has(wave);
  const fresh = roles.newTokenIds;
  const newConnectionIds = new Set(roles.newConnections.map(({ id }) => id));
  const connectionOfToken = new Map(
    inventory.connections.flatMap((connection) => connection.tokens.map((token) => [token.id, connection] as const)),
  );
  const losesAutoDestroy = (record: VcsResource) =>
    options.unguarded === true &&
    !organization.allowAutoDestroyReset &&
    autoDestroyLoss(record, inventory.projects) !== undefined;
  const movable = selected.filter(
    (record) =>
      !record.gone &&
      byHand(record, connectionOfToken, organization, fresh) === undefined &&
      (!kindOf(record.kind).overApi || moduleObstacle(inventory) === undefined) &&
      (fresh.has(record.vcsRepo?.oauthTokenId ?? "") || !losesAutoDestroy(record)),
  );
  const doneWaves = finishedWaves(movable, waves, fresh);

  return (record) => {
    const { baseline } = record;
    if (baseline === undefined) return { type: "unconcerned" };
    if (!concerned.has(record.id)) {
      if (record.adopted)
        return {
          type: "forget",
          baseline,
          why: "foreign",
          reason: "its baseline is not on an old connection of the organization file",
        };
      if (baseline.connectionId !== null && newConnectionIds.has(baseline.connectionId)) {
        return {
          type: "forget",
          baseline,
          why: "foreign",
          reason: "first seen on the new connection: an earlier state may contain it",
        };
      }
      return { type: "unconcerned" };
    }
    const away = (why: Why, reason: string): Decision => notManaged(record, baseline, why, reason);

    if (record.gone) return away("gone", "it no longer exists");
    if (isManagedElsewhere(organization, record, inventory.projects))
      return away("managedElsewhere", "another configuration manages it (managedElsewhere)");
    const wave = waves.get(record.id);
    if (wave === undefined) return away("not-selected", "the organization file does not select it");
    const back = goesBack(wave);
    const onNew = fresh.has(record.vcsRepo?.oauthTokenId ?? "");
    const { overApi: isModule, provider } = kindOf(record.kind);
    if (isModule) {
      const obstacle = moduleObstacle(inventory);
      if (obstacle !== undefined) {
        const moved = !back && onNew;
        const stayed = back && record.vcsRepo?.oauthTokenId === baseline.vcsRepo.oauthTokenId;
        if (stayed) return away("never-moved", "it never left its old connection");
        return moved ? away("done", "it is already on the new connection") : away("immovable", obstacle);
      }
    }

    const current = record.vcsRepo;
    const overApi = isModule && goesOverApi(organization, record, back && onNew);
    const hand = byHand(record, connectionOfToken, organization, fresh);
    if (!back && options.back !== undefined) {
      // A rollback takes back what it was asked for, moves nothing forward, and leaves in the state what is there.
      const asItIs = record.adopted && onNew;
      if (!asItIs) return away("later-wave", `its wave "${wave}" is not being taken back`);
    } else if (hand === undefined && losesAutoDestroy(record)) {
      const token = current?.oauthTokenId ?? "";
      // Where it is to be already, nothing is sent.
      const there = back ? !record.adopted || token === baseline.vcsRepo.oauthTokenId : fresh.has(token);
      if (!there)
        return away("auto-destroy", "without the guard, Terraform's provider would remove its auto-destroy setting");
    }
    if (options.back === undefined && !back && !covered.has(wave))
      return away("later-wave", `its wave "${wave}" comes after "${organization.through}"`);
    if (back && overApi && current !== null && !onNew) return away("never-moved", "it is on its old connection");
    if (back && !overApi && !record.adopted)
      return { type: "leave", why: "never-moved", reason: "it was never re-pointed by this configuration" };

    if (!back && isForgotten(organization, wave, doneWaves)) {
      if (onNew) return away("done", `its wave "${wave}" is done and forgotten`);
    }

    if (options.defer?.has(record.id) === true) return away("deferred", DEFERRED);

    if (hand !== undefined) return away("by-hand", hand);
    const vcsRepo = current ?? record.lastVcsRepo ?? baseline.vcsRepo;
    const reconnect = current === null;
    if (reconnect && provider.replacesToLink === true) {
      return away(
        "needs-hands",
        "it has lost its VCS link, and Terraform could restore that only by replacing the resource",
      );
    }
    if (back) {
      const token = tokenBefore(baseline, inventory.connections);
      if (token === undefined) {
        return {
          type: "impossible",
          reason: `its old connection ${baseline.connectionId ?? "(unknown)"} is gone, so it cannot go back`,
          fix: "leave it on the new connection (direction: forward): a new connection would not be the same one",
        };
      }
      if (overApi) return { type: "over-api", baseline, vcsRepo, wave, token: { type: "id", id: token } };
      return { type: "manage", baseline, vcsRepo, wave, token: { type: "id", id: token }, reconnect };
    }
    if (overApi) return { type: "over-api", baseline, vcsRepo, wave, token: { type: "new" } };
    const type = record.adopted ? "manage" : "adopt-first";
    return { type, baseline, vcsRepo, wave, token: { type: "new" }, reconnect };
  };
}

/** Why no module of this server is re-pointed; undefined where it does, and where that was not tried. */
function moduleObstacle({ modulesInPlace }: Inventory): string | undefined {
  if (modulesInPlace?.inPlace !== false) return undefined;
  const { server, module, answer } = modulesInPlace;
  return `this server (${server}) cannot re-point registry modules in place: tried with ${module}, ${answer}`;
}

/**
 * Whether a module goes over the API: where an older provider would replace it to change its token, where Terraform cannot give a
 * link back, and on the way back where no state holds it.
 */
function goesOverApi({ terraform }: Organization, record: VcsResource, returning: boolean): boolean {
  return !registryModulesInPlace(terraform.provider) || record.vcsRepo === null || (returning && !record.adopted);
}

/** Why somebody else has decided about this resource since it was first seen; undefined when nobody has. */
function byHand(
  record: VcsResource,
  connectionOfToken: ReadonlyMap<string, ConnectionRecord>,
  organization: Organization,
  fresh: ReadonlySet<string>,
): string | undefined {
  const link = record.vcsRepo;
  if (link === null) {
    const last = record.lastVcsRepo?.oauthTokenId ?? record.baseline?.vcsRepo.oauthTokenId;
    const connection = last == null ? undefined : connectionOfToken.get(last);
    // A deleted connection or token unlinks what used it: that is no decision, and it is linked again. Any other loss may be one.
    const unlinkedByLoss = connection === undefined || connection.gone;
    return unlinkedByLoss
      ? undefined
      : `it no longer has a VCS link, although ${connection.id} still exists: somebody may have removed it on purpose`;
  }
  if (link.oauthTokenId === null) return "it is now linked through a GitHub App";
  if (fresh.has(link.oauthTokenId)) return undefined;
  const connection = connectionOfToken.get(link.oauthTokenId);
  if (connection === undefined) return undefined;
  if (organization.from.includes(connection.id)) return undefined;
  return `somebody moved it to ${connection.name ?? "the connection"} (${connection.id})`;
}

function tokenBefore(baseline: Baseline, connections: readonly ConnectionRecord[]): string | undefined {
  const connection = connections.find(({ id, gone }) => id === baseline.connectionId && !gone);
  const recorded = baseline.vcsRepo.oauthTokenId;
  if (connection === undefined) return undefined;
  if (recorded !== null && connection.tokens.some(({ id }) => id === recorded)) return recorded;
  return connection.tokens[0]?.id;
}
