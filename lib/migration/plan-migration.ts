import type { Problem } from "../errors";
import type { Inventory } from "../inventory/schema";
import { kindOf, resourceKinds, type VcsResource } from "../kinds";
import type { Baseline } from "../kinds/record";
import { organizationKey } from "../organization/key";
import type { Organization } from "../organization/organization";
import { plural } from "../util/plural";
import { autoDestroyLoss } from "./auto-destroy";
import type { ConnectionFindings } from "./compare-connections";
import { type Decided, type Decision, type Decisions, isMoving } from "./decide";
import { stepsByHand } from "./manual-steps";
import type { DesiredResource, ForgottenResource, LeftResource, MigrationPlan } from "./migration-plan";
import type { ModuleMove } from "./module-move";
import { desiredConnection } from "./new-connection";
import type { Situation } from "./roles";

/** What the stack says where there is no inventory yet: the new connection alone. */
export function planWithoutInventory(organization: Organization): MigrationPlan {
  return {
    ...head(organization),
    ...desiredConnection(organization, undefined),
    managed: [],
    forgotten: [],
    left: [],
    moves: [],
  };
}

function head({ hostname, organization, terraform }: Organization) {
  return { hostname, organization, providerVersion: terraform.provider };
}

/**
 * What the organization's stack says: the organization file applied to the inventory. Pure: the same input gives the same plan, and a
 * later wave adds to the text of earlier ones without changing it.
 */
export function planOf(decisions: Decisions, connections: ConnectionFindings): MigrationPlan {
  const { organization, inventory, roles, decided } = decisions;
  const { connection, forgottenConnections } = desiredConnection(organization, inventory);
  const common = { ...head(organization), connection, forgottenConnections };

  const managed: DesiredResource[] = [];
  const forgotten: ForgottenResource[] = [];
  const left: LeftResource[] = [];
  const moves: ModuleMove[] = [];
  const known = roles.newToken;
  const unadopted: VcsResource[] = [];
  const impossible = new Map<string, Impossible[]>();
  const describe = origins(inventory);
  const keptByGuard = (one: Decided): string | undefined =>
    !isMoving(one, roles) || organization.allowAutoDestroyReset
      ? undefined
      : autoDestroyLoss(one.record, inventory.projects);
  for (const one of decided) {
    const { record, decision } = one;
    const { kind, id, name } = record;
    switch (decision.type) {
      case "manage":
        managed.push(desired(record, decision, describe, keptByGuard(one)));
        break;
      case "forget":
        forgotten.push(forgottenFrom(record, decision.baseline, decision.reason));
        if (decision.why !== "foreign" && decision.why !== "gone")
          left.push({
            kind,
            id,
            name,
            reason: decision.reason,
            todo: todoOf(record, decision, decisions),
          });
        break;
      case "over-api": {
        // A state of ours may hold it, from when a newer provider was asked for.
        if (record.adopted) forgotten.push(forgottenFrom(record, decision.baseline, "it is re-pointed over the API"));
        const to = decision.token.type === "id" ? decision.token.id : known.type === "one" ? known.id : null;
        const from = record.vcsRepo?.oauthTokenId ?? null;
        if (to !== null && from === to) break;
        const { oauthTokenId: _, ...vcsRepo } = decision.vcsRepo;
        const path = kindOf(kind).path(organization.organization, record);
        moves.push({ id, name, wave: decision.wave, path, vcsRepo, from, to });
        break;
      }
      case "leave":
        left.push({ kind, id, name, reason: decision.reason, todo: todoOf(record, decision, decisions) });
        break;
      case "impossible":
        impossible.set(decision.reason, [...(impossible.get(decision.reason) ?? []), { record, fix: decision.fix }]);
        break;
      case "adopt-first":
        unadopted.push(record);
        break;
      case "unconcerned":
        break;
    }
  }
  return {
    ...common,
    managed: managed.sort(byKindThenAddress),
    forgotten: forgotten.sort(byKindThenAddress),
    moves: moves.sort((a, b) => compareText(a.path, b.path)),
    left: left.sort((a, b) => rank(a) - rank(b) || compareText(a.name, b.name) || compareText(a.id, b.id)),
    problems: [
      ...anotherOrganization(organization, inventory),
      ...connections.errors,
      ...noWayBack(organization, impossible),
      ...checkAdopted(organization, unadopted),
    ],
  };
}

/** Ids of one organization mean nothing in another, and its state would be emptied of what is not found there. */
function anotherOrganization(organization: Organization, inventory: Inventory): readonly Problem[] {
  const of = (one: Pick<Inventory, "hostname" | "organization">) =>
    `${one.organization} on ${one.hostname.toLowerCase()}`;
  if (of(organization) === of(inventory)) return [];
  return [
    {
      rule: "plan/another-organization",
      file: organization.file,
      message: `this file is for ${of(organization)}, but its inventory belongs to ${of(inventory)}`,
      fix: "use a separate file for another organization; if the server or the organization was only renamed, change hostname and organization in the inventory too",
    },
  ];
}

function forgottenFrom({ kind, id }: VcsResource, baseline: Baseline, reason: string): ForgottenResource {
  return { kind, id, name: baseline.name, address: baseline.address, reason };
}

interface Impossible {
  readonly record: VcsResource;
  readonly fix: string;
}

/** One problem for each reason: a deleted connection takes the way back from everything that it held. */
function noWayBack(organization: Organization, impossible: ReadonlyMap<string, readonly Impossible[]>): Problem[] {
  return [...impossible].flatMap(([reason, [first, ...more]]) => {
    if (first === undefined) return [];
    const { kind, name, id } = first.record;
    const others = more.length === 0 ? "" : ` and ${more.length} more`;
    return [
      {
        rule: "plan/no-way-back",
        file: organization.file,
        message: `${kind} ${name} (${id})${others}: ${reason}`,
        fix: first.fix,
      },
    ];
  });
}

/** Only what no plan can move is a person's to do. */
function todoOf(
  record: VcsResource,
  { why }: Extract<Decision, { type: "leave" | "forget" }>,
  situation: Situation,
): string | undefined {
  return why === "immovable" || why === "needs-hands" || why === "auto-destroy"
    ? stepsByHand(record, situation).whole
    : undefined;
}

type Manage = Extract<Decision, { type: "manage" }>;

function desired(
  record: VcsResource,
  decision: Manage,
  describe: ReturnType<typeof origins>,
  keptByGuard: string | undefined,
): DesiredResource {
  const { oauthTokenId: _, ...vcsRepo } = decision.vcsRepo;
  const { baseline, vcsRepo: link, lastVcsRepo, webhooks, adopted, gone, ...own } = record;
  return {
    ...own,
    address: decision.baseline.address,
    origin: describe(record, decision),
    vcsRepo,
    token: decision.token,
    reconnect: decision.reconnect,
    currentTokenId: link?.oauthTokenId ?? null,
    ...(keptByGuard === undefined ? {} : { keptByGuard }),
  };
}

/** Where a resource comes from, in words that stay the same from one wave to the next. */
function origins(inventory: Inventory) {
  const projects = new Map(inventory.projects.map(({ id, name }) => [id, name]));
  const connections = new Map(
    inventory.connections.map(({ id, name }) => [id, name === null ? id : `${name} (${id})`]),
  );
  return (record: VcsResource, { baseline, wave }: Manage) => ({
    projectName: record.projectId === null ? null : (projects.get(record.projectId) ?? record.projectId),
    wave,
    connection:
      baseline.connectionId === null ? null : (connections.get(baseline.connectionId) ?? baseline.connectionId),
  });
}

function checkAdopted(organization: Organization, unadopted: readonly VcsResource[]): readonly Problem[] {
  const [first] = unadopted;
  if (first === undefined) return [];
  const key = organizationKey(organization);
  return [
    {
      rule: "plan/not-adopted",
      file: organization.file,
      message: `the organization file covers ${plural(unadopted.length, "resource")} that the inventory has not adopted, such as ${first.kind} ${first.name} (${first.id})`,
      fix: `repoint inventory ${key}, or repoint plan ${key}, which also does that`,
    },
  ];
}

function byKindThenAddress(a: { kind: VcsResource["kind"]; address: string }, b: typeof a): number {
  return rank(a) - rank(b) || compareText(a.address, b.address);
}

const rank = ({ kind }: { kind: VcsResource["kind"] }): number => resourceKinds.indexOf(kind);

/** By UTF-16 code unit: the same order on every machine, whatever its locale. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
