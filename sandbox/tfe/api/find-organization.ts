import type { Entitlements, Organization } from "../state/records";
import { notFound } from "./errors";
import type { Call } from "./route";

/** The organization that the path names, if the caller may see it. @throws ApiError 404 */
export function findOrganization(call: Call): Organization {
  const found = call.state.organizations.get(call.params.organization ?? "");
  if (found === undefined || call.user.rights === "none") throw notFound();
  return found;
}

/** The record that the path's `:id` names, if the caller may see it. @throws ApiError 404 */
export function findRecord<T>(call: Call, records: ReadonlyMap<string, T>): T {
  const found = records.get(call.params.id ?? "");
  if (found === undefined || call.user.rights === "none") throw notFound();
  return found;
}

/** A kind of record that the organization is not entitled to is "not found", the same as one that is forbidden. */
export function requireEntitlement(call: Call, kind: keyof Entitlements): void {
  if (!call.state.entitlements[kind]) throw notFound();
}

/** Those of a map's records that belong to an organization. */
export function ownedBy<T extends { readonly organization: string }>(
  records: ReadonlyMap<string, T>,
  organization: string,
): T[] {
  return [...records.values()].filter((record) => record.organization === organization);
}
