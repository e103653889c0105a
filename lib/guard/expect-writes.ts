import type { ConnectionRecord, Inventory } from "../inventory/schema";
import { kindOf, type VcsResource } from "../kinds";
import type { DesiredResource, MigrationPlan } from "../migration/migration-plan";
import { projectLinkAddress } from "../migration/own-connection";
import { connectionOf } from "../migration/roles";
import type { ReviewedChange } from "../review/model";
import { EXPECTATION_VERSION, type ExpectedConnection, type ExpectedLink, type GuardExpectation } from "./expectation";

/** What of a reviewed change says which write it makes. */
type Change = Pick<ReviewedChange, "address" | "id" | "action" | "attributes">;

/** What a plan, or anything else that only reads, may write: nothing. */
export function expectNothing({
  hostname,
  organization,
}: Pick<MigrationPlan, "hostname" | "organization">): GuardExpectation {
  return {
    version: EXPECTATION_VERSION,
    basis: "reviewed-plan",
    hostname,
    organization,
    links: [],
    connection: null,
    projectLinks: [],
  };
}

/**
 * Which writes Terraform may make for a plan of ours: those that change something, and no other. Registry modules that go over the
 * API are not among them: Terraform does not touch them. Pure.
 *
 * @param inventory the one that the plan was made from
 * @param changes what the review found that the plan file does: then those are all. Without, as for a command that makes its own
 * plan behind the guard, everything is expected that the stack says, whether or not the inventory has it yet: what Terraform's state
 * lacks is imported or attached again. The provider then updates what is there already, since an import leaves empty what no API has
 * (`configurationOnly` and `unread` of `lib/kinds/provider-facts.ts`). The guard answers that without sending anything.
 */
export function expectWrites(plan: MigrationPlan, inventory: Inventory, changes?: readonly Change[]): GuardExpectation {
  const found = connectionOf(plan.connection, inventory);
  const newToken = found?.tokens.length === 1 ? (found.tokens[0]?.id ?? null) : null;
  const records = new Map(inventory.resources.map((record) => [record.id, record]));
  const updated =
    changes && new Set(changes.flatMap(({ id, action }) => (action === "update" && id !== null ? [id] : [])));
  const links = plan.managed.flatMap((desired) => {
    const record = records.get(desired.id);
    const to = desired.token.type === "id" ? desired.token.id : newToken;
    if (record === undefined || updated?.has(desired.id) === false) return [];
    return [expectedLink(plan.organization, desired, record, to)];
  });
  return {
    ...expectNothing(plan),
    basis: changes === undefined ? "organization-file" : "reviewed-plan",
    links,
    connection: expectedConnection(plan, found, changes),
    projectLinks: expectedProjects(plan, found, changes),
  };
}

function expectedLink(
  organization: string,
  desired: DesiredResource,
  reviewed: VcsResource,
  to: string | null,
): ExpectedLink {
  const { kind, id, name, vcsRepo, reconnect } = desired;
  return { kind, id, name, path: kindOf(kind).path(organization, desired), vcsRepo, to, reconnect, reviewed };
}

function expectedConnection(
  { connection }: MigrationPlan,
  found: ConnectionRecord | undefined,
  changes: readonly Change[] | undefined,
): ExpectedConnection | null {
  if (connection.type === "existing") return null;
  const { name, serviceProvider, httpUrl, apiUrl, organizationScoped, agentPoolId = null } = connection;
  const as = (id: string | null, changesScope: boolean) => ({
    id,
    name,
    serviceProvider,
    httpUrl,
    apiUrl,
    organizationScoped,
    changesScope,
    agentPoolId,
  });
  if (changes === undefined) return as(found?.id ?? null, true);
  const own = `tfe_oauth_client.${connection.address}`;
  const change = changes.find(({ address, action }) => address === own && (action === "create" || action === "update"));
  if (change === undefined) return null;
  if (change.action === "create") return as(null, true);
  const id = change.id ?? found?.id;
  return id === undefined
    ? null
    : as(
        id,
        change.attributes.some(({ path }) => path === "organization_scoped"),
      );
}

function expectedProjects(
  { connection }: MigrationPlan,
  found: ConnectionRecord | undefined,
  changes: readonly Change[] | undefined,
): GuardExpectation["projectLinks"] {
  const projectIds =
    connection.type === "existing" ? connection.links : connection.organizationScoped ? [] : connection.projectIds;
  const created = changes?.flatMap(({ action, address }) => (action === "create" ? [address] : []));
  const own = `tfe_oauth_client.${connection.address}`;
  const isMade = changes?.some(({ address, action }) => address === own && action === "create") === true;
  const connectionId = isMade ? null : (found?.id ?? null);
  return projectIds.flatMap((projectId) => {
    const address = `tfe_project_oauth_client.${projectLinkAddress(connection.address, projectId)}`;
    return created?.includes(address) === false ? [] : [{ connectionId, projectId }];
  });
}
