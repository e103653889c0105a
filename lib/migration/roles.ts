import type { ConnectionRecord, Inventory } from "../inventory/schema";
import type { Organization } from "../organization/organization";
import { plural } from "../util/plural";
import type { DesiredConnection } from "./migration-plan";
import { standing, wantedConnection } from "./own-connection";

/** Which connections and tokens are old and which new, by an organization file and an inventory. */
export interface Roles {
  /** What the file may mean by the new connection: one as a rule, none before it is made. */
  readonly newConnections: readonly ConnectionRecord[];
  /** Every connection but the old ones that has the id or the name that the file gives. */
  readonly namedConnections: readonly ConnectionRecord[];
  /** Ids of the new connections' tokens. */
  readonly newTokenIds: ReadonlySet<string>;
  /** The one token of the new connection, or why there is no such one. */
  readonly newToken:
    | { readonly type: "one"; readonly id: string }
    | { readonly type: "not-one"; readonly reason: string };
  /** Ids of the old connections' tokens: those they have now, and those they had when their resources were first seen. */
  readonly oldTokenIds: ReadonlySet<string>;
}

/** An organization file, an inventory, and who is who in it. */
export interface Situation {
  readonly organization: Organization;
  readonly inventory: Inventory;
  readonly roles: Roles;
}

/** Tells the roles of an inventory's connections. Pure. */
export function rolesOf(organization: Organization, inventory: Inventory): Roles {
  const { existing, name } = organization.connection;
  const isOld = (id: string | null | undefined): boolean => id != null && organization.from.includes(id);
  const namedConnections = inventory.connections.filter(
    (connection) =>
      !connection.gone &&
      !isOld(connection.id) &&
      (existing === undefined ? connection.name === name : connection.id === existing),
  );
  const own = wantedConnection(organization, inventory);
  const known = own === undefined ? undefined : standing(inventory, own);
  const newConnections = known !== undefined && !isOld(known.id) ? [known] : namedConnections;
  const now = inventory.connections.filter(({ id }) => isOld(id)).flatMap(({ tokens }) => tokens.map(({ id }) => id));
  const before = inventory.resources.flatMap(({ baseline }) =>
    isOld(baseline?.connectionId) ? (baseline?.vcsRepo.oauthTokenId ?? []) : [],
  );
  return {
    newConnections,
    namedConnections,
    newTokenIds: new Set(newConnections.flatMap(({ tokens }) => tokens.map(({ id }) => id))),
    newToken: onlyToken(newConnections),
    oldTokenIds: new Set([...now, ...before]),
  };
}

function onlyToken(connections: readonly ConnectionRecord[]): Roles["newToken"] {
  const [id, ...more] = connections.flatMap(({ tokens }) => tokens.map((token) => token.id));
  if (id !== undefined && more.length === 0) return { type: "one", id };
  const found = connections.map((connection) => `${connection.id} with ${plural(connection.tokens.length, "token")}`);
  return {
    type: "not-one",
    reason: `expected one new connection with one token; found ${found.join(", ") || "none"}`,
  };
}

/** What a plan's connection is in the inventory: the one that is referred to, or that was made; never another of its name. */
export function connectionOf(connection: DesiredConnection, inventory: Inventory): ConnectionRecord | undefined {
  if (connection.type === "existing")
    return inventory.connections.find(({ id, gone }) => id === connection.id && !gone);
  const own = inventory.ownConnections.find(({ address }) => address === connection.address);
  return own === undefined ? undefined : standing(inventory, own);
}
