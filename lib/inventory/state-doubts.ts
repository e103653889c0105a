import { join } from "node:path";
import type { Problem } from "../errors";
import { journalPath, readJournal } from "../files/journal";
import { type LocalState, readLocalState } from "../files/local-state";
import { resourceAddress } from "../kinds";
import { openAttempt } from "../migration/connection-attempt";
import type { DesiredConnection, MigrationPlan } from "../migration/migration-plan";
import { projectLinkAddress, standing, wantedConnection } from "../migration/own-connection";
import { rolesOf } from "../migration/roles";
import { organizationKey } from "../organization/key";
import type { Organization } from "../organization/organization";
import { localStatePath } from "../organization/state-place";
import { plural } from "../util/plural";
import type { Inventory } from "./schema";
import { underAnotherName } from "./under-another-name";

/**
 * Why a stack must not be synthesized for a deploy without a look into the state: what is recorded does not say what the state
 * holds, so that something could be destroyed, or a second connection made. Reads files of the project alone; `repoint plan`
 * looks into the state itself.
 */
export function stateDoubts(
  root: string,
  organization: Organization,
  inventory: Inventory | undefined,
  plan: MigrationPlan,
): readonly Problem[] {
  const path = organization.backend.type === "local" ? localStatePath(organization) : undefined;
  const state = path === undefined ? undefined : readLocalState(join(root, path));
  if (inventory === undefined) {
    return [underAnotherName(root, organization) ?? unrecorded(organization, path, state)].flatMap(
      (each) => each ?? [],
    );
  }
  const { connection } = plan;
  return [
    unfinished(root, organization) ?? secondConnection(organization, inventory, connection, path, state),
    unnamed(organization, plan, path, state),
  ].flatMap((each) => each ?? []);
}

/** What the state holds and the configuration does not name: an older inventory than the state's. */
function unnamed(
  organization: Organization,
  { connection, managed, forgotten, forgottenConnections }: MigrationPlan,
  path: string | undefined,
  state: LocalState | undefined,
): Problem | undefined {
  if (state?.type !== "read") return undefined;
  const named = new Set([...managed, ...forgotten].map(resourceAddress));
  for (const { type, address } of forgottenConnections) named.add(`${type}.${address}`);
  if (connection.type === "create") {
    named.add(`tfe_oauth_client.${connection.address}`);
    for (const id of connection.projectIds)
      named.add(`tfe_project_oauth_client.${projectLinkAddress(connection.address, id)}`);
  }
  const others = [...state.addresses].filter((address) => !named.has(address));
  if (others.length === 0) return undefined;
  const key = organizationKey(organization);
  const shown = `${others.slice(0, NAMED).join(", ")}${others.length > NAMED ? ` and ${others.length - NAMED} more` : ""}`;
  return {
    rule: "plan/state-holds-more",
    file: organization.file,
    message: `the state in ${path} contains objects that this configuration lacks, so Terraform would destroy them: ${shown}. inventory/${key}.json may be older than the state`,
    fix: `restore the newest inventory/${key}.json from version control, or run repoint plan ${key}, which reads the state and records its contents`,
  };
}

/** At most so many addresses are named. */
const NAMED = 5;

function unrecorded(
  organization: Organization,
  path: string | undefined,
  state: LocalState | undefined,
): Problem | undefined {
  if (state?.type === "none" || (state?.type === "read" && state.addresses.size === 0)) return undefined;
  const key = organizationKey(organization);
  const held =
    state?.type === "read"
      ? `the state in ${path} contains ${plural(state.addresses.size, "resource")}`
      : `the contents of the state (${path ?? `backend ${organization.backend.type}`}) are unknown here`;
  return {
    rule: "plan/no-inventory",
    file: organization.file,
    message: `there is no inventory/${key}.json, and ${held}: Terraform would destroy everything that the configuration lacks`,
    fix: `restore inventory/${key}.json from version control; ${state?.type === "read" ? `only if it is permanently lost: repoint inventory ${key} --new-baseline` : `if this organization was never deployed, repoint inventory ${key}`}`,
  };
}

/**
 * Why no inventory may be begun: something was deployed from this folder, so there was one, and what is read now is not what was
 * there first. Reads files of the project alone; undefined where nothing tells of an earlier one.
 */
export function lostInventory(root: string, organization: Organization): Problem | undefined {
  const key = organizationKey(organization);
  const path = organization.backend.type === "local" ? localStatePath(organization) : undefined;
  const state = path === undefined ? undefined : readLocalState(join(root, path));
  const held = state?.type === "read" ? state.addresses.size : 0;
  const applied = readJournal(journalPath(root, key)).entries.findLast(({ event }) => event === "apply.started");
  if (held === 0 && applied === undefined) return undefined;
  const signs = [
    ...(held > 0 ? [`the state in ${path} contains ${plural(held, "resource")}`] : []),
    ...(applied === undefined ? [] : [`an apply started at ${applied.at}`]),
  ];
  return {
    rule: "inventory/lost",
    file: `inventory/${key}.json`,
    message: `the inventory is missing, but existed before: ${signs.join(", and ")}. A new one would record today's links as the original ones, and no move could be undone`,
    fix: `restore inventory/${key}.json from version control. Only if it is permanently lost: repoint inventory ${key} --new-baseline`,
  };
}

/** An apply of ours that was to make the connection, and of which it is not known whether it did. */
function unfinished(root: string, organization: Organization): Problem | undefined {
  const key = organizationKey(organization);
  const attempt = openAttempt(readJournal(journalPath(root, key)).entries);
  if (attempt === undefined) return undefined;
  return {
    rule: "plan/connection-unfinished",
    file: organization.file,
    message: `the apply that sent the new connection "${attempt.name}" at ${attempt.at} ended before the answer arrived; another deploy could create a second one`,
    fix: `repoint plan ${key}: it finds out whether the connection was created, and uses it`,
  };
}

/** A connection that would be made though one of its name stands, which the state does not hold as far as files tell. */
function secondConnection(
  organization: Organization,
  inventory: Inventory,
  connection: DesiredConnection,
  path: string | undefined,
  state: LocalState | undefined,
): Problem | undefined {
  if (connection.type === "existing") return undefined;
  const present = rolesOf(organization, inventory).newConnections.map(({ id }) => id);
  if (present.length === 0) return undefined;
  if (state === undefined) {
    const own = wantedConnection(organization, inventory);
    if (own !== undefined && standing(inventory, own) !== undefined) return undefined;
  }
  if (state?.type === "read" && state.addresses.has(`tfe_oauth_client.${connection.address}`)) return undefined;
  const where =
    path === undefined ? "it is not known whether the state contains it" : `the state in ${path} does not contain it`;
  return {
    rule: "plan/connection-there",
    file: organization.file,
    path: "connection.name",
    message: `a connection called "${connection.name}" exists (${present.join(", ")}), and ${where}: a deploy would create a second one`,
    fix: `repoint plan ${organizationKey(organization)} reads the state and decides; or write connection: { existing: ${present[0]} }`,
  };
}
