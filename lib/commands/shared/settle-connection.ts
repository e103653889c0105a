import { ExternalError } from "../../errors";
import { readJournal } from "../../files/journal";
import type { PlanMeta } from "../../files/plan-meta";
import { loadInventory, saveInventory } from "../../inventory/inventory-file";
import { readConnections } from "../../inventory/read-connections";
import type { Inventory } from "../../inventory/schema";
import { ATTEMPT, ATTEMPT_ENDED, openAttempt, settle } from "../../migration/connection-attempt";
import { wantedConnection } from "../../migration/own-connection";
import { rolesOf } from "../../migration/roles";
import type { Review } from "../../review/model";
import type { Context } from "./context";
import { withTfe } from "./refresh-inventory";
import { terraformOf } from "./run-terraform";

/**
 * Before a plan: looks for the connection in what the state holds, and records what is found (docs/decisions/0007). A connection that an
 * apply of ours made, whose answer was lost, is gone on with.
 *
 * @param state ids in the state by full address
 * @returns the inventory to plan by, saved when it changed
 */
export function settleConnection(
  context: Context,
  state: ReadonlyMap<string, string>,
  inventory: Inventory,
): Inventory {
  const { organization, paths, journal, say } = context;
  const own = wantedConnection(organization, inventory);
  if (own === undefined) return inventory;
  const attempt = openAttempt(readJournal(paths.journal).entries);
  if (attempt === undefined && rolesOf(organization, inventory).newConnections.length === 0) return inventory;
  const held = state.get(`tfe_oauth_client.${own.address}`);
  const settled = settle(inventory, own, held, attempt);
  const next =
    settled.inventory === inventory ? inventory : { ...settled.inventory, changedAt: new Date().toISOString() };
  if (next !== inventory) saveInventory(paths.root, paths.key, next);
  if (attempt !== undefined && settled.ended !== undefined) journal(ATTEMPT_ENDED, { id: settled.ended });
  if (settled.adopted && attempt !== undefined) {
    say(
      `The connection "${own.name}" (${settled.ended}) was created by the apply of ${attempt.at}, which ended before Terraform recorded it. It is the only new connection with that name, so this plan uses it.`,
    );
    say(
      `Terraform cannot import a connection: it is used as if ${organization.file} said connection: { existing: ${settled.ended} }, and no state contains its PAT.`,
    );
  }
  return next;
}

/**
 * Just before an apply that makes the connection: records that it will, and which connections there are, so that one whose
 * answer is lost is known again.
 *
 * @returns why the apply must not begin: somebody made a connection of that name since the plan; undefined when it may
 */
export async function announceConnection(
  context: Context,
  meta: PlanMeta,
  review: Review,
): Promise<string | undefined> {
  if (!makesConnection(review)) return undefined;
  const { organization, paths, journal } = context;
  const planned = loadInventory(paths.root, paths.key);
  const own = planned === undefined ? undefined : wantedConnection(organization, planned);
  if (planned === undefined || own === undefined) return undefined;
  const present = await withTfe(context, (client) => readConnections(client, organization.organization));
  const known = new Set(planned.connections.map(({ id }) => id));
  const since = present.filter(({ id, name }) => name === own.name && !known.has(id)).map(({ id }) => id);
  if (since.length > 0) {
    return `a connection called "${own.name}" was created after the plan (${since.join(", ")}), and the plan would create a second one: make a new plan`;
  }
  journal(ATTEMPT, { name: own.name, planSha256: meta.planSha256, before: present.map(({ id }) => id).sort() });
  return undefined;
}

/** After an apply that made the connection: records which it is, as the state has it. */
export async function recordMadeConnection(context: Context, meta: PlanMeta, review: Review): Promise<void> {
  if (!makesConnection(review)) return;
  const { organization, paths, journal } = context;
  const inventory = loadInventory(paths.root, paths.key);
  const own = inventory === undefined ? undefined : wantedConnection(organization, inventory);
  if (inventory === undefined || own === undefined) return;
  const { terraform } = terraformOf(context, meta);
  const id = (await terraform.stateIds()).get(`tfe_oauth_client.${own.address}`);
  if (id === undefined)
    throw new ExternalError(`the state does not contain tfe_oauth_client.${own.address} after the apply`);
  const ownConnections = inventory.ownConnections.map((each) => (each === own ? { ...own, id } : each));
  saveInventory(paths.root, paths.key, { ...inventory, ownConnections });
  journal(ATTEMPT_ENDED, { id });
}

function makesConnection({ changes }: Review): boolean {
  return changes.some(({ kind, action }) => kind === "connection" && action === "create");
}
