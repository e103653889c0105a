import type { Inventory } from "./inventory-schema";

/**
 * The workspaces of a plan in which an update may have an effect that nobody has documented: those with an auto-destroy duration
 * of their own and no time. The provider sends `"auto-destroy-at": null` with every update of such a workspace and not the
 * duration (`hasAutoDestroyAtChange`), and nothing says whether the server keeps the duration then. Pure.
 *
 * @param ids what the plan changes
 */
export function durationsAtStake(
  inventory: Inventory,
  ids: ReadonlySet<string>,
): readonly { id: string; name: string }[] {
  return inventory.attachments.flatMap((record) => {
    if (record.kind !== "workspace" || !ids.has(record.id)) return [];
    const { autoDestroyActivityDuration, autoDestroyAt, inheritsProjectAutoDestroy } = record.settings;
    const has = (value: string | null) => value !== null && value !== "";
    const atStake = has(autoDestroyActivityDuration) && !has(autoDestroyAt) && !inheritsProjectAutoDestroy;
    return atStake ? [{ id: record.id, name: record.name }] : [];
  });
}
