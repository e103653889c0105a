import { kindOf, type ResourceKind, type ResourceReading } from "../kinds";
import { linkDifferences } from "../migration/differences";
import type { Resource } from "../tfe/resource";
import { changesSince } from "./changed-since";
import type { ExpectedLink } from "./expectation";

/** An object as it is now, beside what was reviewed. */
export type Compared =
  /** It is as it was reviewed. */
  | { readonly type: "as-reviewed" }
  /** The same, and it has the token that it shall have: there is nothing to send. */
  | { readonly type: "done" }
  /** `reason` tells what differs, such as `branch: "" → "main"`. */
  | { readonly type: "changed"; readonly reason: string };

/** An object in the inventory's words. @throws ExternalError when it is not what TFE documents */
export const readingOf = (kind: ResourceKind, resource: Resource): ResourceReading => kindOf(kind).read(resource);

/**
 * Whether an object is still what was reviewed, in everything that the inventory keeps. A link that was
 * there and is gone is a change, whatever became of its connection: what is sent, the token alone, could not give it back.
 * Pure.
 *
 * @param token the token that it shall have
 * @throws ExternalError when the object is not what TFE documents
 */
export function compareWithReviewed(link: ExpectedLink, resource: Resource, token: string): Compared {
  const { reviewed, kind } = link;
  const now = readingOf(kind, resource);
  const isThere = now.vcsRepo?.oauthTokenId === token && isAsExpected(link, now);
  const { baseline, lastVcsRepo, adopted } = reviewed;
  const found = changesSince(reviewed, {
    ...(kindOf(kind).asRecorded?.(now, reviewed) ?? now),
    ...(baseline === undefined ? {} : { baseline }),
    ...(lastVcsRepo === undefined ? {} : { lastVcsRepo }),
    // Of what is as it shall be already, the rest is compared as if it had yet to be done.
    vcsRepo: isThere ? reviewed.vcsRepo : now.vcsRepo,
    adopted,
    gone: false,
  });
  if (found.length > 0) return { type: "changed", reason: found.join("; ") };
  return isThere ? { type: "done" } : { type: "as-reviewed" };
}

/** Whether the link is, but for its token, the reviewed one; the expected one where there was none. */
function isAsExpected({ reviewed, vcsRepo }: ExpectedLink, now: ResourceReading): boolean {
  const before = reviewed.vcsRepo ?? { ...vcsRepo, oauthTokenId: null };
  return now.vcsRepo !== null && linkDifferences(before, now.vcsRepo).length === 0;
}
