import type { Inventory } from "../../lib/inventory/schema";
import type { DecisionOptions } from "../../lib/migration/decide";
import { Migration } from "../../lib/migration/migration";
import { type VerifyOptions, verify } from "../../lib/migration/verify";
import type { Organization } from "../../lib/organization/organization";

/** What follows from an organization file and an inventory, part by part. */
export const statusOf = (organization: Organization, inventory: Inventory) =>
  Migration.decide(organization, inventory).status;

export const connectionsOf = (organization: Organization, inventory: Inventory) =>
  Migration.decide(organization, inventory).connections;

/** Of the waves alone. */
export function warningsOf(organization: Organization, inventory: Inventory): readonly string[] {
  const { warnings, connections } = Migration.decide(organization, inventory);
  return warnings.slice(connections.warnings.length);
}

export function verified(
  organization: Organization,
  inventory: Inventory,
  { back, defer, ...options }: VerifyOptions & Pick<DecisionOptions, "back" | "defer">,
) {
  const asked = { ...(back === undefined ? {} : { back }), ...(defer === undefined ? {} : { defer }) };
  return verify(Migration.decide(organization, inventory, asked), options);
}
