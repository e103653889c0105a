import type { Problem } from "../errors";
import type { Organization } from "../organization/organization";
import { newConnections } from "./connection";
import type { ConnectionRecord, Inventory } from "./inventory-schema";

/** Whether the old connections of a wish are there, and are GitLab's. */
export function checkOldConnections(organization: Organization, inventory: Inventory): readonly Problem[] {
  return organization.from.flatMap((id, index): Problem[] => {
    const at = { file: organization.file, path: `from[${index}]` };
    const connection = inventory.connections.find((candidate) => candidate.id === id);
    if (connection === undefined) {
      const present = inventory.connections.filter(({ gone }) => !gone).map(describeConnection);
      return [
        {
          rule: "plan/unknown-old-connection",
          ...at,
          message: `the organization has no connection ${id}; it has: ${present.join(", ") || "none"}`,
          fix: "give the id of the old connection",
        },
      ];
    }
    if (!connection.serviceProvider.startsWith("gitlab")) {
      return [
        {
          rule: "plan/not-gitlab",
          ...at,
          message: `the connection ${describeConnection(connection)} is ${connection.serviceProvider}, not GitLab`,
          fix: "name a GitLab connection",
        },
      ];
    }
    return [];
  });
}

/** What a reader should know about the connections before anything is re-pointed. */
export function connectionWarnings(organization: Organization, inventory: Inventory): readonly string[] {
  const warnings: string[] = [];
  const old = inventory.connections.filter(({ id }) => organization.from.includes(id));
  const fresh = newConnections(organization, inventory);
  const oldHasKey = old.some(({ tokens }) => tokens.some(({ hasSshKey }) => hasSshKey));
  if (oldHasKey && !fresh.some(({ tokens }) => tokens.some(({ hasSshKey }) => hasSshKey))) {
    warnings.push(
      "the old connection has an SSH key (submodules need it), and a new connection starts without one: set it before re-pointing (repoint ssh-key; a first wave that takes nothing makes the connection)",
    );
  }
  for (const connection of old) {
    if (!connection.gone && connection.tokens.length === 0) {
      warnings.push(
        `the old connection ${describeConnection(connection)} has lost its token: what it held is unlinked already`,
      );
    }
    if (!connection.gone && connection.key === null) {
      warnings.push(
        `the old connection ${describeConnection(connection)} has no application key, so it may itself be one with a personal access token (the API does not say)`,
      );
    }
    if (!connection.organizationScoped && organization.connection.scope === "organization") {
      warnings.push(
        `the old connection ${describeConnection(connection)} is limited to projects, and the new one will be open to the whole organization`,
      );
    }
  }
  if (fresh.length > 1) {
    warnings.push(
      `several connections are called "${organization.connection.name}": ${fresh.map(({ id }) => id).join(", ")}`,
    );
  }
  return warnings;
}

/** Such as `GitLab (oc-…)`. */
export function describeConnection({ id, name, serviceProvider }: ConnectionRecord): string {
  return `${name ?? serviceProvider} (${id})`;
}
