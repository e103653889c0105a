import type { LeftAttachment } from "../migration/migration-plan";
import type { LeftGroup } from "./model";

/** What a plan leaves as it is, grouped by why. Pure. */
export function groupLeft(left: readonly LeftAttachment[], mask: (text: string) => string): LeftGroup[] {
  const groups = new Map<string, LeftAttachment[]>();
  for (const attachment of left) {
    const group = groups.get(attachment.reason);
    if (group === undefined) groups.set(attachment.reason, [attachment]);
    else group.push(attachment);
  }
  return [...groups].map(([reason, members]) => ({
    reason: mask(reason),
    count: members.length,
    manual: members.flatMap(({ kind, name, id, todo }) =>
      todo === undefined ? [] : [{ kind, name: mask(name), id, todo: mask(todo) }],
    ),
  }));
}
