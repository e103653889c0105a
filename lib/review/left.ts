import type { LeftResource } from "../migration/migration-plan";
import type { LeftGroup } from "./model";

/** What a plan leaves as it is, grouped by why. Pure. */
export function groupLeft(left: readonly LeftResource[], mask: (text: string) => string): LeftGroup[] {
  const groups = new Map<string, LeftResource[]>();
  for (const resource of left) {
    const group = groups.get(resource.reason);
    if (group === undefined) groups.set(resource.reason, [resource]);
    else group.push(resource);
  }
  return [...groups].map(([reason, members]) => ({
    reason: mask(reason),
    count: members.length,
    manual: members.flatMap(({ kind, name, id, todo }) =>
      todo === undefined ? [] : [{ kind, name: mask(name), id, todo: mask(todo) }],
    ),
  }));
}
