import type { ConnectionRecord, Inventory, OwnConnection } from "../inventory/schema";
import type { Organization } from "../organization/organization";
import { jsonText } from "../util/json-text";

type Connections = Pick<Inventory, "connections" | "ownConnections">;

/** The Terraform resource name of the first connection; later ones have a number behind it. */
export const FIRST_ADDRESS = "gitlab_pat";

/** The connection that the organization's file asks this configuration to make, as far as it is recorded. */
export function wantedConnection(organization: Organization, inventory: Inventory): OwnConnection | undefined {
  const { existing, name } = organization.connection;
  return existing === undefined ? inventory.ownConnections.find((own) => own.name === name) : undefined;
}

/** The connection as the last reading found it; undefined where it is unknown or gone. */
export function standing(inventory: Connections, own: OwnConnection): ConnectionRecord | undefined {
  return inventory.connections.find(({ id, gone }) => id === own.id && !gone);
}

/** The connections that may be this one: it where its id is known, else those of its name that were not there before it. */
export function candidates(inventory: Connections, own: OwnConnection): readonly ConnectionRecord[] {
  const found = standing(inventory, own);
  if (found !== undefined) return [found];
  return inventory.connections.filter(
    ({ id, name, gone }) =>
      !gone &&
      name === own.name &&
      !own.others.includes(id) &&
      !inventory.ownConnections.some((other) => other !== own && other.id === id),
  );
}

/**
 * A connection of this configuration that stands under another name, and that the file does not call an old one. A connection
 * cannot be renamed, and two are not meant.
 */
export function standingUnderAnotherName(
  organization: Organization,
  inventory: Inventory,
): { readonly own: OwnConnection; readonly connection: ConnectionRecord } | undefined {
  if (organization.connection.existing !== undefined) return undefined;
  for (const own of inventory.ownConnections) {
    // One that was forgotten is nothing to this configuration any more.
    if (own.name === organization.connection.name || !own.managed) continue;
    const connection = candidates(inventory, own).find(({ id }) => !organization.from.includes(id));
    if (connection !== undefined) return { own, connection };
  }
  return undefined;
}

/** The four arguments that can never be changed, as the file has them now. */
export function fixedArguments({ connection, gitlab }: Organization) {
  return {
    name: connection.name,
    serviceProvider: gitlab.serviceProvider,
    httpUrl: gitlab.url,
    apiUrl: gitlab.apiUrl,
  };
}

/** Which of the file's keys differ from what a connection was made with. */
export function changedArguments(organization: Organization, own: OwnConnection): readonly string[] {
  const now = fixedArguments(organization);
  return [
    ...(now.name === own.name ? [] : ["connection.name"]),
    ...(now.serviceProvider === own.serviceProvider ? [] : ["gitlab.serviceProvider"]),
    ...(now.httpUrl === own.httpUrl ? [] : ["gitlab.url"]),
    ...(now.apiUrl === own.apiUrl ? [] : ["gitlab.apiUrl"]),
  ];
}

/**
 * An inventory whose own connections have their ids, as far as its reading tells them. An id that still stands is kept,
 * whatever the connection is called by now.
 */
export function identified<I extends Connections>(inventory: I): I {
  return {
    ...inventory,
    ownConnections: inventory.ownConnections.map((own) => {
      const [only, ...more] = candidates(inventory, own);
      return only === undefined || more.length > 0 ? own : { ...own, id: only.id };
    }),
  };
}

/**
 * Records what the file asks of the connection: before it is in a synthesized configuration, and before it is forgotten. Never takes a
 * record away. Pure; the same inventory comes back when nothing is new.
 *
 * @param projectIds ids of the projects that the file names
 */
export function recordConnection(
  organization: Organization,
  inventory: Inventory,
  projectIds: readonly string[],
): Inventory {
  const ownConnections = recorded(organization, inventory, projectIds);
  const same = jsonText(ownConnections) === jsonText(inventory.ownConnections);
  return same ? inventory : { ...inventory, ownConnections };
}

function recorded(organization: Organization, inventory: Inventory, projectIds: readonly string[]): OwnConnection[] {
  const owned = inventory.ownConnections;
  const { existing } = organization.connection;
  if (existing !== undefined) return owned.length > 0 ? owned.map(forgotten) : supposed(inventory, existing);
  if (standingUnderAnotherName(organization, inventory) !== undefined) return owned;
  const wanted = fixedArguments(organization);
  const known = wantedConnection(organization, inventory);
  if (known !== undefined) {
    if (known.id !== null && organization.from.includes(known.id)) return owned;
    const links = withIds(known.projectIds, projectIds);
    const next =
      standing(inventory, known) === undefined
        ? { ...known, ...wanted, managed: true, projectIds: links }
        : { ...known, projectIds: links };
    return owned.map((own) => (own === known ? next : forgotten(own)));
  }
  const others = inventory.connections.flatMap(({ id, name, gone }) => (name === wanted.name && !gone ? [id] : []));
  // Nothing was made under this record: no reading found a connection of its name.
  const unmade = owned.find((own) => own.managed && own.id === null && candidates(inventory, own).length === 0);
  const made = {
    address: unmade?.address ?? nextAddress(owned),
    ...wanted,
    id: null,
    others,
    managed: true,
    projectIds: withIds(unmade?.projectIds ?? [], projectIds),
  };
  return unmade === undefined
    ? [...owned.map(forgotten), made]
    : owned.map((own) => (own === unmade ? made : forgotten(own)));
}

/**
 * The first record of a connection that the file only refers to. It may be this configuration's own all the same, whose record
 * was lost with an older inventory; a `removed` block for what is in no state does nothing.
 */
function supposed({ connections }: Inventory, id: string): OwnConnection[] {
  const found = connections.find((connection) => connection.id === id && !connection.gone);
  if (found === undefined) return [];
  const { name, serviceProvider, httpUrl, apiUrl, projectIds } = found;
  return [
    {
      address: FIRST_ADDRESS,
      name: name ?? "",
      serviceProvider,
      httpUrl,
      apiUrl,
      id,
      others: [],
      managed: false,
      projectIds: withIds(projectIds, []),
    },
  ];
}

/**
 * Records the connections and links to projects that Terraform's state holds and that are not recorded: the inventory is older than
 * the state. Never takes a record away. Pure; the same inventory comes back when nothing is new.
 *
 * @param held ids in the state by full address
 */
export function recordHeldConnections(inventory: Inventory, held: ReadonlyMap<string, string>): Inventory {
  const known = new Map(inventory.ownConnections.map((own) => [own.address, own]));
  for (const [full, id] of held) {
    const [type, address = ""] = full.split(".");
    const found = inventory.connections.find((connection) => connection.id === id);
    if (type !== "tfe_oauth_client" || known.has(address) || found === undefined) continue;
    const { name, serviceProvider, httpUrl, apiUrl } = found;
    // One that this configuration is to make is that one, and stands at the address that the state gives it.
    const wanted = [...known.values()].find((own) => own.managed && own.id === null && own.name === name);
    if (wanted !== undefined) known.delete(wanted.address);
    const made = { address, name: name ?? "", serviceProvider, httpUrl, apiUrl, id, others: [], projectIds: [] };
    known.set(address, { ...made, managed: wanted !== undefined });
  }
  const ownConnections = [...known.values()].map((own) => {
    const linked = inventory.projects.flatMap(({ id }) =>
      held.has(`tfe_project_oauth_client.${projectLinkAddress(own.address, id)}`) ? [id] : [],
    );
    return linked.length === 0 ? own : { ...own, projectIds: withIds(own.projectIds, linked) };
  });
  return jsonText(ownConnections) === jsonText(inventory.ownConnections) ? inventory : { ...inventory, ownConnections };
}

const forgotten = (own: OwnConnection): OwnConnection => (own.managed ? { ...own, managed: false } : own);

const withIds = (known: readonly string[], more: readonly string[]): string[] =>
  [...new Set([...known, ...more])].sort();

function nextAddress(owned: readonly OwnConnection[]): string {
  const taken = new Set(owned.map(({ address }) => address));
  for (let number = 1; ; number += 1) {
    const address = number === 1 ? FIRST_ADDRESS : `${FIRST_ADDRESS}_${number}`;
    if (!taken.has(address)) return address;
  }
}

/** The Terraform resource name of the link between a connection and a project. */
export function projectLinkAddress(connection: string, projectId: string): string {
  return `${connection}_${projectId.replace(/[^A-Za-z0-9_]/g, "_")}`;
}
