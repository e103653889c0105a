import type { Problem } from "../errors";
import type { ConnectionRecord, Inventory } from "../inventory/schema";
import type { Organization } from "../organization/organization";
import { compareAddresses } from "../util/gitlab-address";
import { describeConnection, hasApplicationKey, isGitlab } from "./describe-connection";
import { standing, wantedConnection } from "./own-connection";
import type { Roles, Situation } from "./roles";

/** What there is to say of an organization's connections before anything is moved. */
export interface ConnectionFindings {
  /** Why nothing may be moved, and no old connection be deleted. */
  readonly errors: readonly Problem[];
  /** What a reader should know. */
  readonly warnings: readonly string[];
}

/**
 * Compares the new connection, as the organization file says it and as the inventory has it, with every old one, attribute by
 * attribute. docs/reference/organization-file.md has the table. Pure.
 */
export function compareConnections({ organization, inventory, roles }: Situation): ConnectionFindings {
  const old = inventory.connections.filter((record) => organization.from.includes(record.id) && isGitlab(record));
  const records = roles.newConnections;
  const found = [
    ...records.map((record) => compareWithFile(organization, record)),
    ...old.map((record) => compareAddressesOf(organization, record)),
    unusedMovedFrom(organization, inventory, old),
  ];
  return {
    errors: found.flatMap(({ errors }) => errors),
    warnings: [
      ...found.flatMap(({ warnings }) => warnings),
      ...severalOfOneName(organization, inventory, roles),
      ...sides(organization, records).flatMap((side) => old.flatMap((record) => differencesOf(record, side))),
      ...missingSshKey(old, records),
    ],
  };
}

const nothing: ConnectionFindings = { errors: [], warnings: [] };

/** A connection that is there already: it is GitLab's, and leads to where the file says. */
function compareWithFile(organization: Organization, record: ConnectionRecord): ConnectionFindings {
  const { connection, gitlab, file } = organization;
  const name = describeConnection(record);
  const exists = connection.existing !== undefined;
  if (!isGitlab(record)) {
    return {
      errors: [
        {
          rule: "plan/new-not-gitlab",
          file,
          path: exists ? "connection.existing" : "connection.name",
          message: `the new connection ${name} is ${record.serviceProvider}, not GitLab`,
          fix: exists
            ? "give the GitLab connection that has the personal access token"
            : "choose a name that no other connection uses",
        },
      ],
      warnings: [],
    };
  }
  const errors: Problem[] = [];
  const warnings: string[] = [];
  for (const [key, is, said] of [
    ["url", record.httpUrl, gitlab.url],
    ["apiUrl", record.apiUrl, gitlab.apiUrl],
  ] as const) {
    const attribute = key === "url" ? "http-url" : "api-url";
    const comparison = compareAddresses(is, said);
    if (comparison === "unknown") warnings.push(`the ${attribute} of ${name} cannot be compared: in TFE it is "${is}"`);
    if (comparison === "scheme" && exists)
      warnings.push(`the ${attribute} of ${name} is ${is}, but the file has ${said}`);
    if (comparison === "other" || (comparison === "scheme" && !exists)) {
      errors.push({
        rule: exists ? "plan/connection-address" : "plan/connection-changed",
        file,
        path: `gitlab.${key}`,
        message: `the new connection ${name} points to ${is}, but gitlab.${key} is ${said}`,
        fix: exists
          ? `give a connection to ${said} in connection.existing, or correct gitlab.${key}`
          : setBack(`gitlab.${key}: ${is}`),
      });
    }
  }
  if (record.serviceProvider !== gitlab.serviceProvider) {
    const message = `the new connection ${name} is ${record.serviceProvider}, but gitlab.serviceProvider is ${gitlab.serviceProvider}`;
    if (exists) warnings.push(message);
    else {
      const fix = setBack(`gitlab.serviceProvider: ${record.serviceProvider}`);
      errors.push({ rule: "plan/connection-changed", file, path: "gitlab.serviceProvider", message, fix });
    }
  }
  if (!exists && (record.agentPoolId ?? undefined) !== connection.agentPool) {
    // hashicorp/tfe neither reads nor updates it (resource_tfe_oauth_client.go).
    warnings.push(
      `the new connection ${name} has ${pool(record.agentPoolId)}, but the file has ${pool(connection.agentPool)}: the provider cannot change it; change it in TFE`,
    );
  }
  if (hasApplicationKey(record)) {
    warnings.push(
      `the new connection ${name} has an application key, so it may be an OAuth connection, which can race like the old one (the API does not say): give one that was made with a personal access token`,
    );
  }
  return { errors, warnings };
}

/** The provider can change a connection's addresses only by replacing it. */
function setBack(setting: string): string {
  return `set it back (${setting}): the provider can only replace the connection, which unlinks everything that uses it. If this configuration did not create it, choose another connection.name`;
}

/** Where an old connection leads, against where the new one will. The same path on another server may be somebody else's code. */
function compareAddressesOf({ gitlab, file }: Organization, old: ConnectionRecord): ConnectionFindings {
  const name = describeConnection(old);
  const moved = gitlab.movedFrom.some((address) => ["same", "scheme"].includes(compareAddresses(address, old.httpUrl)));
  if (moved) {
    return {
      errors: [],
      warnings: [`the old connection ${name} points to ${old.httpUrl}, GitLab's former address`],
    };
  }
  const http = compareAddresses(old.httpUrl, gitlab.url);
  const api = compareAddresses(old.apiUrl, gitlab.apiUrl);
  if (http === "other" || api === "other") {
    const [key, was, is] =
      http === "other" ? (["url", old.httpUrl, gitlab.url] as const) : (["apiUrl", old.apiUrl, gitlab.apiUrl] as const);
    return {
      errors: [
        {
          rule: "plan/other-gitlab",
          file,
          path: `gitlab.${key}`,
          message: `the old connection ${name} points to ${was}, but the new one would point to ${is}, where the same path may be a different repository`,
          fix: `gitlab.${key}: ${was}; or, if this GitLab has moved with all its repositories, gitlab.movedFrom: ${old.httpUrl}`,
        },
      ],
      warnings: [],
    };
  }
  const warnings: string[] = [];
  for (const [attribute, comparison, was, is] of [
    ["http-url", http, old.httpUrl, gitlab.url],
    ["api-url", api, old.apiUrl, gitlab.apiUrl],
  ] as const) {
    if (comparison === "scheme") warnings.push(`the old connection ${name} points to ${was}, the new one to ${is}`);
    if (comparison === "unknown")
      warnings.push(`the ${attribute} of ${name} cannot be compared: in TFE it is "${was}"`);
  }
  return { errors: [], warnings };
}

/** A `movedFrom` that fits no old connection is a slip, and would let the next one pass. */
function unusedMovedFrom(
  { gitlab, file, from }: Organization,
  inventory: Inventory,
  old: readonly ConnectionRecord[],
): ConnectionFindings {
  // An id that the organization does not have is said already, and what it was meant for may be what was moved.
  if (from.some((id) => !inventory.connections.some((record) => record.id === id))) return nothing;
  const errors = gitlab.movedFrom
    .filter((address) => !old.some(({ httpUrl }) => ["same", "scheme"].includes(compareAddresses(address, httpUrl))))
    .map((address) => ({
      rule: "plan/moved-from",
      file,
      path: "gitlab.movedFrom",
      message: `no old connection points to ${address}; they point to ${[...new Set(old.map(({ httpUrl }) => httpUrl))].join(", ") || "nowhere"}`,
      fix: "give the old connection's address in TFE, or remove movedFrom",
    }));
  return { errors, warnings: [] };
}

/** The new connection as it is or will be. */
interface Side {
  readonly what: string;
  readonly name: string | null;
  readonly serviceProvider: string;
  readonly agentPoolId: string | null;
  readonly organizationScoped: boolean;
}

function sides({ connection, gitlab }: Organization, records: readonly ConnectionRecord[]): readonly Side[] {
  if (connection.existing !== undefined)
    return records.filter(isGitlab).map((record) => ({ ...record, what: describeConnection(record) }));
  return [
    {
      what: `"${connection.name}"`,
      name: connection.name,
      serviceProvider: gitlab.serviceProvider,
      agentPoolId: connection.agentPool ?? null,
      organizationScoped: connection.scope === "organization",
    },
  ];
}

/** What differs between an old connection and the new one, and is allowed to. */
function differencesOf(old: ConnectionRecord, side: Side): readonly string[] {
  const name = describeConnection(old);
  const found: string[] = [];
  if (old.name !== null && old.name === side.name) {
    found.push(`the new connection has the same name as the old one ${name}: in TFE, only their ids differ`);
  }
  if (old.serviceProvider !== side.serviceProvider) {
    found.push(`the old connection ${name} is ${old.serviceProvider}, but the new one is ${side.serviceProvider}`);
  }
  if (old.agentPoolId !== side.agentPoolId) {
    const reach = side.agentPoolId === null ? ": without one, TFE itself must reach GitLab" : "";
    found.push(
      `the old connection ${name} has ${pool(old.agentPoolId)}, but the new one ${side.what} has ${pool(side.agentPoolId)}${reach}`,
    );
  }
  if (!old.organizationScoped && side.organizationScoped) {
    found.push(
      `the old connection ${name} is limited to projects, but the new one ${side.what} is open to the whole organization`,
    );
  }
  return found;
}

function pool(id: string | null | undefined): string {
  return id == null ? "no agent pool" : `the agent pool ${id}`;
}

function severalOfOneName(
  organization: Organization,
  inventory: Inventory,
  { namedConnections: records }: Roles,
): readonly string[] {
  if (records.length < 2) return [];
  const own = wantedConnection(organization, inventory);
  const known = own === undefined ? undefined : standing(inventory, own);
  const which =
    known === undefined ? "" : `; this configuration's is ${known.id}: delete the others in TFE once nothing uses them`;
  return [
    `several connections are called "${organization.connection.name}": ${records.map(({ id }) => id).join(", ")}${which}`,
  ];
}

function missingSshKey(old: readonly ConnectionRecord[], records: readonly ConnectionRecord[]): readonly string[] {
  const hasKey = ({ tokens }: ConnectionRecord) => tokens.some(({ hasSshKey }) => hasSshKey);
  return old.some(hasKey) && !records.some(hasKey)
    ? [
        "the old connection has an SSH key (submodules need it), but a new connection has none: set it before re-pointing (repoint ssh-key; an empty first wave creates the connection)",
      ]
    : [];
}
