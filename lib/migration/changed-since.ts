import { differences } from "./differences";
import type { AttachmentRecord, Inventory } from "./inventory-schema";

/** An attachment that is no longer what a plan was made for. */
export interface ChangedAttachment {
  readonly kind: AttachmentRecord["kind"];
  readonly id: string;
  readonly name: string;
  /** Such as `branch: "" → "main"`. */
  readonly what: string;
}

/**
 * What has changed in attachments between the inventory that a plan was made from and now. An apply would set back such a change
 * without a word, since it sends what the plan holds. Pure.
 *
 * What lost its link with its connection is no such change: the plan links it to the new one, as it was.
 *
 * @param ids what the plan changes; nothing else is compared
 */
export function changedSince(
  planned: Inventory,
  now: Inventory,
  ids: ReadonlySet<string>,
): readonly ChangedAttachment[] {
  const found = new Map(now.attachments.map((record) => [record.id, record]));
  return planned.attachments.flatMap((before) => {
    const { kind, id, name } = before;
    if (!ids.has(id)) return [];
    const stands = (token: string | null) =>
      now.connections.some(({ gone, tokens }) => !gone && tokens.some((each) => each.id === token));
    const what = changesOf(before, found.get(id), stands);
    return what.length === 0 ? [] : [{ kind, id, name, what: what.join("; ") }];
  });
}

/**
 * What differs between an attachment as it was planned with and as it is now, each a line.
 *
 * @param stands whether the connection of a token is still there: an attachment that lost its link although it is, was unlinked
 */
export function changesOf(
  before: AttachmentRecord,
  after: AttachmentRecord | undefined,
  stands: (token: string | null) => boolean,
): readonly string[] {
  if (after === undefined || after.gone) return ["it no longer exists"];
  const [was, is] = [before.vcsRepo?.oauthTokenId ?? null, after.vcsRepo?.oauthTokenId ?? null];
  if (before.vcsRepo !== null && after.vcsRepo === null) {
    if (stands(was)) return ["its VCS link was removed"];
  } else if (before.vcsRepo === null && after.vcsRepo !== null) {
    return ["it has a VCS link again"];
  } else if (was !== is) return [`its token: ${was ?? "none"} → ${is ?? "none"}`, ...differences(after, before).found];
  return differences(after, before).found;
}
