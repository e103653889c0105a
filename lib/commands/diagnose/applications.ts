import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { DiagnoseOptions } from "../../diagnose";

type Applications = DiagnoseOptions["applications"];

/** The files of `inventory/` below a folder; none where there is no such folder. */
function inventoriesIn(folder: string): readonly string[] {
  try {
    return readdirSync(join(folder, "inventory"))
      .filter((name) => name.endsWith(".json"))
      .sort();
  } catch {
    return [];
  }
}

/**
 * The OAuth applications of the GitLab connections that the inventories below a folder hold: a connection's `key` is the application's id.
 *
 * @param warn is told of each inventory that cannot be read; a diagnosis does without it.
 */
export async function applicationsOfInventories(
  folder: string,
  warn: (message: string) => void,
): Promise<Applications> {
  const names = inventoriesIn(folder);
  if (names.length === 0) return [];
  // Loaded only where there is one: reading logs needs no schema.
  const { readInventory } = await import("../../inventory/inventory-file.js");
  const found = new Map<string, { readonly from: string; readonly connections: Set<string> }>();
  for (const name of names) {
    const shown = `inventory/${name}`;
    try {
      const inventory = readInventory(join(folder, "inventory", name), shown);
      for (const { id, key, serviceProvider } of inventory?.connections ?? []) {
        if (key === null || key === "" || !/gitlab/.test(serviceProvider)) continue;
        const { from, connections } = found.get(key) ?? { from: shown, connections: new Set() };
        found.set(key, { from, connections: connections.add(id) });
      }
    } catch {
      warn(`${shown} is not used: it cannot be read as an inventory (repoint status says why)`);
    }
  }
  return [...found].map(([id, { from, connections }]) => ({ id, from, connections: connections.size }));
}
