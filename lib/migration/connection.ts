import type { Problem } from "../errors";
import { organizationKey } from "../organization/key";
import type { Organization } from "../organization/organization";
import type { DesiredConnection } from "./desired";
import type { ConnectionRecord, Inventory } from "./inventory-schema";

/** The connection that attachments are moved to, as far as the inventory already knows it. */
export function newConnections(organization: Organization, inventory: Inventory): readonly ConnectionRecord[] {
  const { existing, name } = organization.connection;
  return inventory.connections.filter(
    (connection) =>
      !connection.gone &&
      !organization.from.includes(connection.id) &&
      (existing === undefined ? connection.name === name : connection.id === existing),
  );
}

/** Ids of the tokens that count as the new connection's. */
export function newTokenIds(organization: Organization, inventory: Inventory): ReadonlySet<string> {
  return new Set(
    newConnections(organization, inventory).flatMap((connection) => connection.tokens.map(({ id }) => id)),
  );
}

/** Ids of the tokens of the old connections: those they have now, and those they had when their attachments were first seen. */
export function oldTokenIds(organization: Organization, inventory: Inventory): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const connection of inventory.connections) {
    if (organization.from.includes(connection.id)) for (const token of connection.tokens) ids.add(token.id);
  }
  for (const { baseline } of inventory.attachments) {
    const token = baseline?.vcsRepo.oauthTokenId;
    if (
      typeof token === "string" &&
      baseline?.connectionId != null &&
      organization.from.includes(baseline.connectionId)
    ) {
      ids.add(token);
    }
  }
  return ids;
}

/** What the stack says of the new connection, and what is wrong with the wish about it. */
export function desiredConnection(
  organization: Organization,
  inventory: Inventory | undefined,
): { readonly connection: DesiredConnection; readonly problems: readonly Problem[] } {
  const { connection: wish, gitlab, file } = organization;
  if (wish.existing !== undefined) {
    const record = inventory?.connections.find(({ id }) => id === wish.existing);
    const limits = record === undefined || record.organizationScoped ? {} : { projectIds: record.projectIds };
    return {
      connection: { type: "existing", id: wish.existing, ...limits },
      problems: inventory === undefined ? [] : checkExisting(organization, inventory, wish.existing),
    };
  }
  const projects = wish.scope === "organization" ? [] : wish.scope.projects;
  const resolved = projects.map((project) => ({ project, id: projectId(project, inventory) }));
  return {
    connection: {
      type: "create",
      name: wish.name,
      serviceProvider: gitlab.serviceProvider,
      httpUrl: gitlab.url,
      apiUrl: gitlab.apiUrl,
      organizationScoped: wish.scope === "organization",
      // A project may be named twice, by its name and by its id.
      projectIds: [...new Set(resolved.flatMap(({ id }) => (id === undefined ? [] : [id])))].sort(),
      agentPoolId: wish.agentPool,
      tokenVariable: wish.tokenVariable,
    },
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
                  ? `the project "${project}" cannot be looked up before there is an inventory`
                  : `no project is called "${project}"; there are: ${inventory.projects.map(({ name }) => name).join(", ")}`,
              fix: inventory === undefined ? `repoint inventory ${organizationKey(organization)}` : "correct the name",
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
        fix: "give the id of the connection that holds the personal access token",
      },
    ];
  }
  if (found.tokens.length !== 1) {
    return [
      {
        rule: "plan/connection-tokens",
        ...at,
        message: `the connection ${id} has ${found.tokens.length} tokens; the provider reads connections with exactly one`,
        fix: "create a connection with the personal access token and name that one",
      },
    ];
  }
  return [];
}
