import type { Inventory } from "../inventory/schema";
import { kindOf, resourceAddress, type VcsResource } from "../kinds";
import type { Organization } from "../organization/organization";
import { checkOldConnections } from "./check-connections";
import { type Decisions, decideAll, withAdopted } from "./decide";
import { namedProjects } from "./new-connection";
import { recordConnection, recordHeldConnections } from "./own-connection";
import { registryModulesInPlace } from "./provider-version";
import { rolesOf } from "./roles";

/** What adoption did to an inventory. */
export interface Adoption {
  readonly inventory: Inventory;
  /** How many resources were adopted that were not before. */
  readonly added: number;
  /** What happens to every resource by the file and this inventory. */
  readonly decisions: Decisions;
}

/**
 * Marks every resource that the organization file covers as adopted: from then on it is in the synthesized configuration, and leaves it only
 * through a `removed` block (docs/decisions/0001). Never takes a mark away, so none is given while the organization file names an old
 * connection that is not there or not GitLab's: it means other resources.
 */
export function adopt(organization: Organization, found: Inventory, now: Date): Adoption {
  const inventory = adoptConnection(organization, found, now);
  const decisions = decideAll(organization, inventory);
  if (checkOldConnections(organization, inventory).length > 0) return { inventory, added: 0, decisions };
  const covered = decisions.decided.flatMap(({ record, decision }) =>
    decision.type === "adopt-first" ? [record] : [],
  );
  const adopted = markAdopted(inventory, new Set(covered), now);
  return { inventory: adopted, added: covered.length, decisions: withAdopted(decisions, adopted) };
}

/**
 * Records what the organization's file asks of the connection and its links to projects, and what is on the new connection
 * already: whoever moved it may have had Terraform do it, by a later inventory than this one. It takes nothing else in.
 */
export function adoptConnection(organization: Organization, found: Inventory, now: Date): Inventory {
  const recorded = recordConnection(organization, found, namedProjects(organization, found).ids);
  const inventory = recorded === found ? found : { ...recorded, changedAt: now.toISOString() };
  const fresh = rolesOf(organization, inventory).newTokenIds;
  // A registry module that was moved over the API is in no state.
  const modules = registryModulesInPlace(organization.terraform.provider);
  return mark(
    inventory,
    now,
    ({ kind, vcsRepo }) => (modules || !kindOf(kind).overApi) && fresh.has(vcsRepo?.oauthTokenId ?? ""),
  );
}

/** Takes in what Terraform's state holds, whatever the inventory says: what is in no text, Terraform would destroy. */
export function adoptHeld(inventory: Inventory, held: ReadonlyMap<string, string>, now: Date): Inventory {
  const recorded = recordHeldConnections(inventory, held);
  const known = recorded === inventory ? inventory : { ...recorded, changedAt: now.toISOString() };
  return mark(known, now, ({ baseline, kind, id }) => {
    const heldId = baseline === undefined ? undefined : held.get(resourceAddress({ kind, address: baseline.address }));
    return heldId === id;
  });
}

function mark(inventory: Inventory, now: Date, isHeld: (record: VcsResource) => boolean): Inventory {
  const wanted = inventory.resources.filter(
    (record) => !record.adopted && record.baseline !== undefined && isHeld(record),
  );
  return markAdopted(inventory, new Set(wanted), now);
}

function markAdopted(inventory: Inventory, records: ReadonlySet<VcsResource>, now: Date): Inventory {
  if (records.size === 0) return inventory;
  return {
    ...inventory,
    changedAt: now.toISOString(),
    resources: inventory.resources.map((record) => (records.has(record) ? { ...record, adopted: true } : record)),
  };
}
