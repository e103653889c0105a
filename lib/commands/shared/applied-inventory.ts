import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../../files/make-folder";
import type { PlanMeta } from "../../files/plan-meta";
import { inventoryPath } from "../../inventory/inventory-file";
import type { Context } from "./context";

/** Keeps the inventory that a plan was made from, for `verify` to compare with. */
export function keepInventory(context: Context, { planSha256 }: Pick<PlanMeta, "planSha256">): void {
  const { paths } = context;
  makeFolder(join(paths.runs, "applied"));
  copyFileSync(inventoryPath(paths.root, paths.key), keptInventory(context, planSha256));
}

/** The copy of the inventory that a plan was made from. */
export function keptInventory({ paths }: Context, planSha256: string): string {
  return join(paths.runs, "applied", `${planSha256.slice(0, 16)}.json`);
}
