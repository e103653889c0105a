import type { Problem } from "../errors";
import type { ConnectionRecord, Inventory, OwnConnection } from "../inventory/schema";
import { organizationKey } from "../organization/key";
import type { Organization } from "../organization/organization";
import { describeConnection, hasApplicationKey } from "./describe-connection";
import type { DesiredConnection, ForgottenConnection } from "./migration-plan";
import {
  changedArguments,
  FIRST_ADDRESS,
  fixedArguments,
  projectLinkAddress,
  recordConnection,
  standing,
  standingUnderAnotherName,
  wantedConnection,
} from "./own-connection";

/** What the stack says of connections, and what is wrong with the organization's file about them. */
export interface ConnectionDecision {
  readonly connection: DesiredConnection;
  readonly forgottenConnections: readonly ForgottenConnection[];
  readonly problems: readonly Problem[];
}

/**
 * Decides the new connection, and what the state may hold of connections and shall forget. Without an inventory the first
 * connection of a name is made; whether a state may hold anything then is for the caller to know.
 */
export function desiredConnection(organization: Organization, inventory: Inventory | undefined): ConnectionDecision {
  if (organization.connection.existing !== undefined) {
    const { existing } = organization.connection;
    const connection = referTo(existing, FIRST_ADDRESS, inventory, []);
    if (inventory === undefined) return { connection, forgottenConnections: [], problems: [] };
    return {
      connection,
      forgottenConnections: forgottenConnections(inventory, undefined, []),
      problems: [...checkExisting(organization, inventory, existing), ...checkRecorded(organization, inventory, [])],
    };
  }
  const { ids, problems } = namedProjects(organization, inventory);
  const own = inventory === undefined ? undefined : wantedConnection(organization, inventory);
  if (inventory === undefined || own === undefined) {
    const wrong = inventory === undefined ? [] : checkRecorded(organization, inventory, ids);
    return {
      connection: make(organization, FIRST_ADDRESS, ids),
      forgottenConnections: [],
      problems: [...problems, ...wrong],
    };
  }
  const found = standing(inventory, own);
  if (found === undefined || own.managed) {
    return {
      connection: make(organization, own.address, ids),
      forgottenConnections: forgottenConnections(inventory, own, ids),
      problems: [...problems, ...checkRecorded(organization, inventory, ids)],
    };
  }
  return {
    connection: referTo(found.id, own.address, inventory, ids),
    forgottenConnections: forgottenConnections(inventory, own, ids),
    problems: [
      ...problems,
      ...checkExisting(organization, inventory, found.id),
      ...checkScope(organization, found),
      ...checkRecorded(organization, inventory, ids),
    ],
  };
}

function make(organization: Organization, address: string, projectIds: readonly string[]): DesiredConnection {
  const { connection } = organization;
  return {
    type: "create",
    address,
    ...fixedArguments(organization),
    organizationScoped: connection.scope === "organization",
    projectIds,
    agentPoolId: connection.agentPool,
    tokenVariable: connection.tokenVariable,
  };
}

function referTo(
  id: string,
  address: string,
  inventory: Inventory | undefined,
  links: readonly string[],
): DesiredConnection {
  const record = inventory?.connections.find((connection) => connection.id === id);
  const limits =
    record === undefined || record.organizationScoped
      ? {}
      : { projectIds: [...new Set([...record.projectIds, ...links])].sort() };
  return { type: "existing", id, address, links, ...limits };
}

/** Everything of connections that was recorded and that the stack no longer says: all of it may be in the state. */
function forgottenConnections(
  inventory: Inventory,
  kept: OwnConnection | undefined,
  links: readonly string[],
): readonly ForgottenConnection[] {
  return inventory.ownConnections.flatMap((own): ForgottenConnection[] => {
    const managed = own === kept && (own.managed || standing(inventory, own) === undefined);
    const client: ForgottenConnection = {
      type: "tfe_oauth_client",
      address: own.address,
      name: own.name,
      id: own.id,
      projectId: null,
      reason:
        own === kept
          ? "it is only referred to and no longer managed"
          : "the organization file names another connection",
    };
    const projects = own.projectIds.filter((id) => own !== kept || !links.includes(id));
    return [
      ...(managed ? [] : [client]),
      ...projects.map(
        (projectId): ForgottenConnection => ({
          type: "tfe_project_oauth_client",
          address: projectLinkAddress(own.address, projectId),
          name: `${own.name}, project ${projectId}`,
          id: own.id,
          projectId,
          reason: "the organization file no longer lists the project for it",
        }),
      ),
    ];
  });
}

/** What must be recorded before it is synthesized: else the next change of the file could not know what the state holds. */
function checkRecorded(
  organization: Organization,
  inventory: Inventory,
  projectIds: readonly string[],
): readonly Problem[] {
  const { file, connection } = organization;
  const key = organizationKey(organization);
  const other = standingUnderAnotherName(organization, inventory);
  if (other !== undefined) {
    const { id } = other.connection;
    return [
      {
        rule: "plan/connection-renamed",
        file,
        path: "connection.name",
        message: `got "${connection.name}"; this configuration made ${id} as "${other.own.name}", and Terraform could rename it only by destroying it`,
        fix: `set connection.name back to "${other.own.name}" (renaming it in TFE is harmless). To use another connection, create it in TFE and write connection: { existing: ITS_ID }`,
      },
    ];
  }
  const own = wantedConnection(organization, inventory);
  const found = own === undefined ? undefined : standing(inventory, own);
  if (own !== undefined && found !== undefined && organization.from.includes(found.id)) {
    return [
      {
        rule: "plan/old-is-new",
        file,
        path: "from",
        message: `${found.id} is listed as an old connection, but it is the new one ("${own.name}"), which this configuration created`,
        fix: "remove it from the list from:; to move away from it, change connection.name",
      },
    ];
  }
  if (own?.managed === true && found !== undefined) {
    const [path, ...more] = changedArguments(organization, own);
    if (path !== undefined) {
      return [
        {
          rule: "plan/connection-fixed",
          file,
          path: [path, ...more].join(", "),
          message: `the connection ${found.id} was created for ${own.httpUrl} (${own.apiUrl}, ${own.serviceProvider}), and Terraform could change that only by destroying it`,
          fix: "set it back; for a GitLab at another address, create a connection in TFE and write connection: { existing: ITS_ID }",
        },
      ];
    }
  }
  if (recordConnection(organization, inventory, projectIds) === inventory) return [];
  return [
    {
      rule: "plan/not-recorded",
      file,
      path: "connection",
      message:
        "the inventory has not recorded this connection yet; record it first, so that later changes to it are safe",
      fix: `repoint inventory ${key}, or repoint plan ${key}, which also does that`,
    },
  ];
}

/** A connection that is only referred to keeps its scope: nothing here could change it. */
function checkScope({ connection, file }: Organization, found: ConnectionRecord): readonly Problem[] {
  const wanted = connection.scope === "organization";
  if (wanted === found.organizationScoped) return [];
  return [
    {
      rule: "plan/connection-scope",
      file,
      path: "connection.scope",
      message: `the connection ${found.id} is ${found.organizationScoped ? "for the whole organization" : "limited to projects"}, and Terraform no longer manages it`,
      fix: "set its scope in TFE (Settings, VCS Providers), or write its current scope here",
    },
  ];
}

/** The ids of the projects that the file gives the connection to, and what is wrong with their names. */
export function namedProjects(
  { connection, file }: Organization,
  inventory: Inventory | undefined,
): { readonly ids: readonly string[]; readonly problems: readonly Problem[] } {
  const projects =
    connection.existing !== undefined || connection.scope === "organization" ? [] : connection.scope.projects;
  const resolved = projects.map((project) => ({ project, id: projectId(project, inventory) }));
  return {
    // A project may be named twice, by its name and by its id.
    ids: [...new Set(resolved.flatMap(({ id }) => (id === undefined ? [] : [id])))].sort(),
    problems: resolved.flatMap(({ project, id }, index) =>
      id !== undefined
        ? []
        : [
            {
              rule: "plan/unknown-project",
              file,
              path: `connection.scope.projects[${index}]`,
              message:
                inventory === undefined
                  ? `the project "${project}" cannot be resolved without an inventory`
                  : `no project is called "${project}"; there are: ${inventory.projects.map(({ name }) => name).join(", ")}`,
              fix: inventory === undefined ? `repoint inventory ${organizationKey({ file })}` : "correct the name",
            },
          ],
    ),
  };
}

function projectId(project: string, inventory: Inventory | undefined): string | undefined {
  const known = inventory?.projects.find(({ id, name }) => id === project || name === project);
  return known?.id ?? (inventory === undefined && /^prj-/.test(project) ? project : undefined);
}

function checkExisting(organization: Organization, inventory: Inventory, id: string): readonly Problem[] {
  const found = inventory.connections.find((connection) => connection.id === id && !connection.gone);
  const at = { file: organization.file, path: "connection.existing" };
  if (found === undefined) {
    const present = inventory.connections
      .filter(({ gone }) => !gone)
      .map((c) => `${c.id} (${c.name ?? c.serviceProvider})`);
    return [
      {
        rule: "plan/unknown-connection",
        ...at,
        message: `the organization has no connection ${id}; it has: ${present.join(", ") || "none"}`,
        fix: "give the id of the connection that has the personal access token",
      },
    ];
  }
  return checkTokens(organization, found);
}

/**
 * The connection that this configuration made and manages: whether it stands with one token. Without one the provider reads
 * `oauth_token_id` as "" (hashicorp/tfe, resource_tfe_oauth_client.go), and TFE would refuse every re-pointing to that.
 */
export function checkOwnTokens(organization: Organization, inventory: Inventory): readonly Problem[] {
  const own = wantedConnection(organization, inventory);
  const found = own?.managed === true ? standing(inventory, own) : undefined;
  return found === undefined || organization.from.includes(found.id) ? [] : checkTokens(organization, found);
}

/** Whether the new connection has exactly one token, and what to do when it has not. */
function checkTokens(organization: Organization, found: ConnectionRecord): readonly Problem[] {
  const rule = "plan/connection-tokens";
  const { connection } = organization;
  const key = organizationKey(organization);
  const name = describeConnection(found);
  if (found.tokens.length === 1) return [];
  if (found.tokens.length > 1) {
    return [
      {
        rule,
        message: `the new connection ${name} has ${found.tokens.length} tokens (${found.tokens.map(({ id }) => id).join(", ")}), but the provider can only read connections with exactly one`,
        fix: "delete the unused tokens with TFE's API (DELETE /oauth-tokens/ID); deleting a token unlinks everything that uses it",
      },
    ];
  }
  const message = `the new connection ${name} has no token: nothing can fetch through it or move to it`;
  const restore = `repoint restore ${key} --connection ${found.id}`;
  if (hasApplicationKey(found)) return [{ rule, message, fix: `run ${restore} to authorize it again` }];
  const variable = connection.existing === undefined ? `TF_VAR_${connection.tokenVariable}` : "NEW_GITLAB_TOKEN";
  return [
    {
      rule,
      message,
      fix: `put a valid personal access token into ${variable}, then run ${restore} --token-from ${variable}, and after it repoint plan ${key}`,
    },
  ];
}
