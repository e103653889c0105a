import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Problem, UsageError } from "../errors";
import { readJson } from "../files/read-file";
import { organizationKey } from "../organization/key";
import type { Organization } from "../organization/organization";
import { localStatePath } from "../organization/state-place";
import { inventoryPath } from "./inventory-file";

const Identity = z.object({ hostname: z.string(), organization: z.string() });

/**
 * An organization's file that was renamed has left its inventory, its runs and its local state under the old name: as if there
 * were none, everything that the state holds would be destroyed, and what undoes the migration is not found.
 *
 * @returns what is wrong; undefined when the organization has an inventory of its file's name, or none at all.
 */
export function underAnotherName(root: string, organization: Organization): Problem | undefined {
  const key = organizationKey(organization);
  if (existsSync(inventoryPath(root, key))) return undefined;
  const other = inventoriesOf(root, organization)[0];
  if (other === undefined) return undefined;
  const moves = [
    [`inventory/${other}.json`, `inventory/${key}.json`],
    [`.repoint/${other}`, `.repoint/${key}`],
    ...stateMoves(organization, other),
  ].filter(([from = "", to = ""]) => existsSync(join(root, from)) && !existsSync(join(root, to)));
  const state = organization.backend.type === "local" ? "" : `. Do not change backend:, which says where the state is`;
  return {
    rule: "inventory/another-name",
    file: organization.file,
    message: `inventory/${other}.json is the inventory of ${organization.organization} on ${organization.hostname}, but the organization file is now called ${key}. Without the inventory nothing could be undone, and Terraform would destroy the objects in its state`,
    fix: `rename the file back to organizations/${other}.yaml, or rename the other files too: ${moves.map(([from, to]) => `mv ${from} ${to}`).join(" && ")}${state}`,
  };
}

/** The names of the inventories of an organization. */
function inventoriesOf(root: string, { hostname, organization }: Organization): readonly string[] {
  const folder = join(root, "inventory");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json") && !name.startsWith("."))
    .filter((name) => {
      const identity = identityOf(join(folder, name));
      return (
        identity?.hostname.toLowerCase() === hostname.toLowerCase() &&
        identity.organization.toLowerCase() === organization.toLowerCase()
      );
    })
    .map((name) => name.replace(/\.json$/, ""))
    .sort();
}

/** Whose inventory a file is; undefined where it is none. */
function identityOf(file: string): z.infer<typeof Identity> | undefined {
  try {
    return Identity.safeParse(readJson(file, { rule: "inventory/unreadable", fix: "" })?.value).data;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

/** A local state goes by the file's name, unless the backend gives it another. */
function stateMoves(organization: Organization, other: string): readonly (readonly [string, string])[] {
  if (organization.backend.type !== "local") return [];
  const now = localStatePath(organization);
  const before = localStatePath({ ...organization, file: `organizations/${other}.yaml` });
  return now === before ? [] : [[before, now]];
}
