import type { Inventory } from "../inventory/schema";
import type { VcsResource } from "../kinds";
import type { Organization } from "../organization/organization";
import { rolesOf } from "./roles";

/**
 * What an apply that was killed had re-pointed already: resources that its plan was to change, and whose token changed between
 * the inventory that it was made from and now, to one of the connections that it moves between. Pure.
 *
 * @param ids what its plan was to change
 */
export function finishedBy(
  organization: Organization,
  planned: Inventory,
  now: Inventory,
  ids: ReadonlySet<string>,
): readonly VcsResource[] {
  const before = new Map(planned.resources.map((record) => [record.id, record]));
  const { newTokenIds, oldTokenIds } = rolesOf(organization, now);
  const ours = new Set([...newTokenIds, ...oldTokenIds]);
  return now.resources.filter((record) => {
    const token = record.vcsRepo?.oauthTokenId;
    const was = before.get(record.id)?.vcsRepo?.oauthTokenId;
    return ids.has(record.id) && token != null && token !== was && ours.has(token);
  });
}
