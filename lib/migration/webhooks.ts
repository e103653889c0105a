import type { Inventory } from "../inventory/schema";
import type { VcsResource } from "../kinds";
import type { Organization } from "../organization/organization";
import { rolesOf } from "./roles";

/**
 * Webhooks that TFE made for this organization's old connection and that nothing in the organization uses any more, by the
 * SHA-256 of their addresses. Only these are left over for sure: other organizations' webhooks, and those of stacks, lead to the
 * same server, and the API does not tell of them.
 *
 * @param current the SHA-256 of the address that each resource has now, by its id
 */
export function leftWebhooks(
  organization: Organization,
  inventory: Inventory,
  current: ReadonlyMap<string, string>,
): ReadonlySet<string> {
  const old = rolesOf(organization, inventory).oldTokenIds;
  const used = new Set(current.values());
  return new Set(
    inventory.resources
      // While TFE does not say which address a resource has now, it may be the one that it had.
      .filter((record) => record.gone || record.vcsRepo === null || current.has(record.id))
      .flatMap(({ webhooks = [] }) => webhooks)
      .filter(({ oauthTokenId, sha256 }) => oauthTokenId !== null && old.has(oauthTokenId) && !used.has(sha256))
      .map(({ sha256 }) => sha256),
  );
}

/** Which pushes must start something. `branch` is "" for the repository's default branch. */
export function startedBy(
  record: VcsResource,
): { readonly type: "push"; readonly branch: string } | { readonly type: "tag" } {
  const { vcsRepo } = record;
  const byTags = (vcsRepo?.tagsRegex ?? "") !== "" || vcsRepo?.tags === true;
  return byTags ? { type: "tag" } : { type: "push", branch: vcsRepo?.branch ?? "" };
}
