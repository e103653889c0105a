import type { ConnectionRecord, Inventory } from "../inventory/schema";
import type { Organization } from "../organization/organization";
import { newConnections, oldTokenIds, tokenIdsOf } from "./new-connection";

/** Which connections and tokens are old and which new, by an organization file and an inventory. */
export interface Roles {
  /** What the file may mean by the new connection: one as a rule, none before it is made. */
  readonly newConnections: readonly ConnectionRecord[];
  /** Ids of their tokens. */
  readonly newTokenIds: ReadonlySet<string>;
  /** Ids of the old connections' tokens: those they have now, and those they had when their resources were first seen. */
  readonly oldTokenIds: ReadonlySet<string>;
}

/** Tells the roles of an inventory's connections. Pure. */
export function rolesOf(organization: Organization, inventory: Inventory): Roles {
  const connections = newConnections(organization, inventory);
  return {
    newConnections: connections,
    newTokenIds: tokenIdsOf(connections),
    oldTokenIds: oldTokenIds(organization, inventory),
  };
}
