import { z } from "zod";
import type { ConnectionRecord, Inventory, OwnConnection } from "../inventory/schema";

/** What the journal says before an apply makes the connection, so that one whose answer is lost is known again. */
export const ATTEMPT = "connection.creating";
/** What the journal says once it is known how an attempt ended: the connection's id, or null when none was made. */
export const ATTEMPT_ENDED = "connection.known";

const Attempt = z.looseObject({
  at: z.string(),
  name: z.string(),
  planSha256: z.string(),
  /** Ids of every connection of the organization just before. */
  before: z.array(z.string()),
});
export type Attempt = z.infer<typeof Attempt>;

/** The last attempt to make the connection, as long as it is not known how it ended. */
export function openAttempt(entries: readonly { readonly event: string }[]): Attempt | undefined {
  const last = entries.filter(({ event }) => event === ATTEMPT || event === ATTEMPT_ENDED).at(-1);
  return last?.event === ATTEMPT ? Attempt.safeParse(last).data : undefined;
}

/** How an attempt ended, by a reading that was made after it. */
export type AttemptResult =
  | { readonly type: "none" }
  /** The only connection that was not there before and is what was asked for. */
  | { readonly type: "made"; readonly connection: ConnectionRecord }
  /** More than one may be it. */
  | { readonly type: "ambiguous" };

/** Which connection an attempt made: one of its name and with all that was sent, which was not there just before. */
export function resultOf(attempt: Attempt, own: OwnConnection, inventory: Inventory): AttemptResult {
  const since = inventory.connections.filter(
    ({ id, name, gone }) => !gone && name === attempt.name && !attempt.before.includes(id),
  );
  const [only, ...more] = since;
  if (only === undefined) return { type: "none" };
  const asSent =
    only.serviceProvider === own.serviceProvider &&
    only.httpUrl === own.httpUrl &&
    only.apiUrl === own.apiUrl &&
    (only.key ?? "") === "" &&
    only.tokens.length === 1;
  return more.length === 0 && asSent ? { type: "made", connection: only } : { type: "ambiguous" };
}

/** What the inventory and the state say of the connection, brought together. */
export interface Settled {
  readonly inventory: Inventory;
  /** How an open attempt ended: the connection's id, or null for none. Undefined where nothing is known yet. */
  readonly ended: string | null | undefined;
  /** Whether the connection was made by an apply whose answer was lost, and is referred to from now on. */
  readonly adopted: boolean;
}

/**
 * Brings the record of the connection into line with what the state holds. What an open attempt made and the state does not
 * hold is referred to from now on: the provider cannot import a connection, and a second one is not made. Pure.
 *
 * @param held the id that the state has at the connection's address
 */
export function settle(
  inventory: Inventory,
  own: OwnConnection,
  held: string | undefined,
  attempt: Attempt | undefined,
): Settled {
  const changed = (changes: Partial<OwnConnection>): Inventory => ({
    ...inventory,
    ownConnections: inventory.ownConnections.map((each) => (each === own ? { ...own, ...changes } : each)),
  });
  const stands = (id: string | null) => inventory.connections.some((each) => each.id === id && !each.gone);
  if (held !== undefined && stands(held)) {
    // The state knows best which connection it is, and it is managed for as long as it is held.
    const same = own.id === held && own.managed;
    return { inventory: same ? inventory : changed({ id: held, managed: true }), ended: held, adopted: false };
  }
  if (attempt === undefined) return { inventory, ended: undefined, adopted: false };
  const result = resultOf(attempt, own, inventory);
  if (result.type === "none") return { inventory, ended: null, adopted: false };
  if (result.type === "ambiguous" || attempt.name !== own.name || !own.managed) {
    return { inventory, ended: undefined, adopted: false };
  }
  const { id } = result.connection;
  return { inventory: changed({ id, managed: false }), ended: id, adopted: true };
}
