import type { Organization } from "../organization/organization";
import { checkOldConnections } from "./check-connections";
import { namedProjects } from "./connection";
import { decideAll } from "./decide";
import type { Inventory } from "./inventory-schema";
import { recordConnection } from "./own-connection";

/** What adoption did to an inventory. */
export interface Adoption {
  readonly inventory: Inventory;
  /** How many attachments were adopted that were not before. */
  readonly added: number;
}

/**
 * Marks every attachment that the wish covers as adopted: from then on it is in the synthesized text, and leaves it only
 * through a `removed` block (docs/decisions/0001). Never takes a mark away, so none is given while the wish names an old
 * connection that is not there or not GitLab's: it means other attachments.
 */
export function adopt(organization: Organization, found: Inventory, now: Date): Adoption {
  const inventory = adoptConnection(organization, found, now);
  if (checkOldConnections(organization, inventory).length > 0) return { inventory, added: 0 };
  const decisions = decideAll(organization, inventory);
  const added = decisions.filter(({ decision }) => decision.type === "adopt-first").length;
  if (added === 0) return { inventory, added };
  return {
    inventory: {
      ...inventory,
      changedAt: now.toISOString(),
      attachments: decisions.map(({ record, decision }) =>
        decision.type === "adopt-first" ? { ...record, adopted: true } : record,
      ),
    },
    added,
  };
}

/** Records what the organization's file asks of the connection and its links to projects, and adopts nothing else. */
export function adoptConnection(organization: Organization, inventory: Inventory, now: Date): Inventory {
  const recorded = recordConnection(organization, inventory, namedProjects(organization, inventory).ids);
  return recorded === inventory ? inventory : { ...recorded, changedAt: now.toISOString() };
}
