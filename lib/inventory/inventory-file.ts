import { join } from "node:path";
import { UsageError } from "../errors";
import { removeLeftovers, writeFileAtomic } from "../files/atomic";
import { readJson } from "../files/read-file";
import { jsonText } from "../util/json-text";
import { INVENTORY_VERSION, Inventory } from "./schema";

/** Where the inventory of an organization stands. */
export function inventoryPath(root: string, key: string): string {
  return join(root, "inventory", `${key}.json`);
}

/**
 * Reads an inventory; undefined when there is none yet.
 *
 * @throws UsageError when the file is cut off, newer than this program, or not an inventory.
 */
export function loadInventory(root: string, key: string): Inventory | undefined {
  return readInventory(inventoryPath(root, key), `inventory/${key}.json`);
}

/** As {@link loadInventory}, of any file; `shown` is what messages call it. */
export function readInventory(file: string, shown: string = file): Inventory | undefined {
  const restore = "restore it from version control: it contains the baselines for undoing every move";
  const json = readJson(file, { rule: "inventory/unreadable", fix: restore, shown });
  if (json === undefined) return undefined;
  const content = withNewerKeys(json.value);
  const version: unknown =
    typeof content === "object" && content !== null ? Reflect.get(content, "version") : undefined;
  if (typeof version === "number" && version > INVENTORY_VERSION) {
    throw new UsageError({
      rule: "inventory/version",
      file: shown,
      path: "version",
      message: `this is version ${version} of the format; this program reads version ${INVENTORY_VERSION}`,
      fix: "use a newer Repoint",
    });
  }
  const parsed = Inventory.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    parsed.error.issues.slice(0, 10).map((issue) => ({
      rule: "inventory/schema",
      file: shown,
      path: issue.path.join("."),
      message: `this is not an inventory: ${issue.message}`,
      fix: restore,
    })),
  );
}

/**
 * Files of earlier programs are read too: their baselines are all that there is. What they lack was never recorded or never read,
 * and the next reading fills it in; what no program needs any more is left out.
 */
function withNewerKeys(content: unknown): unknown {
  if (typeof content !== "object" || content === null || Array.isArray(content)) return content;
  const { registryModulePatch: _, attachments, ...kept }: Record<string, unknown> = { ...content };
  const renamed = kept.version === 1 ? { resources: attachments } : {};
  const version = kept.version === 1 || kept.version === 2 ? { version: INVENTORY_VERSION } : {};
  return { modulesInPlace: null, pat: null, ownConnections: [], stackComponents: [], ...kept, ...renamed, ...version };
}

/**
 * Writes an inventory, whole or not at all. Keys stand in the schema's order, wherever a record came from: equal content is
 * equal bytes. Only for who holds the organization's lock.
 *
 * @returns whether the file changed
 */
export function saveInventory(root: string, key: string, inventory: Inventory): boolean {
  const file = inventoryPath(root, key);
  removeLeftovers(file);
  return writeFileAtomic(file, `${jsonText(Inventory.parse(inventory), 2)}\n`);
}
