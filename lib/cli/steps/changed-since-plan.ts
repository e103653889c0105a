import { readOrganization } from "../../inventory/read-organization";
import { type ChangedAttachment, changedSince } from "../../migration/changed-since";
import { mergeInventory } from "../../migration/merge";
import type { Context } from "./context";
import { withTfe } from "./refresh";
import { inventoryOf } from "./review-given";

/**
 * Reads the organization anew and compares what a plan changes with the inventory that it was made from. Writes nothing: the
 * inventory stays the plan's.
 */
export function changedSincePlan(context: Context, ids: ReadonlySet<string>): Promise<readonly ChangedAttachment[]> {
  const { hostname, organization } = context.organization;
  const planned = inventoryOf(context);
  return withTfe(context, async (client, progress) => {
    const { reading } = await readOrganization(client, hostname, organization, progress.step);
    return changedSince(planned, mergeInventory(planned, reading, new Date()), ids);
  });
}
