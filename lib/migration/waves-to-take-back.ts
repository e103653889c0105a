import type { Inventory } from "../inventory/schema";
import type { VcsResource } from "../kinds";
import type { Organization } from "../organization/organization";
import { newTokenIds } from "./new-connection";
import { onOldConnection } from "./select";
import { assignWaves } from "./waves";

/**
 * The waves of which something is on the new connection, or has lost its link, so that there is something to take back. A wave
 * that never moved is none: taking it back would only import it. Pure.
 */
export function wavesToTakeBack(organization: Organization, inventory: Inventory): ReadonlySet<string> {
  const fresh = newTokenIds(organization, inventory);
  const isAway = ({ gone, adopted, vcsRepo }: VcsResource) =>
    !gone && (vcsRepo === null ? adopted : fresh.has(vcsRepo.oauthTokenId ?? ""));
  const away = inventory.resources.filter(
    (record) => isAway(record) && onOldConnection(organization, inventory, record),
  );
  return new Set(assignWaves(organization, away, inventory.projects).values());
}
