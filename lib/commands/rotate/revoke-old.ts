import { UsageError } from "../../errors";
import { journalPath } from "../../files/journal";
import { explain, type GitlabAnswer } from "../../gitlab/answer";
import { loadInventory } from "../../inventory/inventory-file";
import { standing, wantedConnection } from "../../migration/own-connection";
import { organizationKey } from "../../organization/key";
import type { Organization } from "../../organization/organization";
import { readAll } from "../../organization/read-all";
import type { Context } from "../shared/context";
import { type GitlabToken, withGitlab } from "../shared/gitlab-tokens";
import { lastRotation } from "../shared/rotations";
import { bare } from "./bare";

/** Where the old token stands, by itself. */
export type Standing =
  | { readonly type: "works"; readonly id: number | undefined }
  | { readonly type: "gone"; readonly reason: string }
  | { readonly type: "unknown"; readonly reason: string };

/** Asks the old token about itself, whatever its scopes are. */
export function standingOf(context: Context, old: GitlabToken): Promise<Standing> {
  return withGitlab(context, old, async (api): Promise<Standing> => {
    const self = await api.self();
    if (self.type === "parsed") {
      const { id, active, revoked } = self.value;
      if (active === false || revoked === true) return { type: "gone", reason: "GitLab says that it is not active" };
      return { type: "works", id };
    }
    return { type: isGone(self) ? "gone" : "unknown", reason: self.type === "refusal" ? self.said : explain(self) };
  });
}

/** How revoking ended. */
export type Revoked =
  | { readonly type: "revoked"; readonly id: number }
  /** GitLab says no; the token still works. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "unknown"; readonly reason: string };

/**
 * Revokes the old token with itself, `DELETE /personal_access_tokens/self`, once GitLab has said anew that the new one works and is
 * another. Never `…/self/rotate`: that revokes the token too, and makes one that nobody asked for.
 *
 * @throws UsageError when both are one token
 */
export async function revokeOld(
  context: Context,
  old: GitlabToken,
  id: number | undefined,
  fresh: GitlabToken,
): Promise<Revoked> {
  const kept = await withGitlab(context, fresh, (api) => api.self());
  if (kept.type !== "parsed" || kept.value.active === false || kept.value.revoked === true) {
    const why = kept.type === "parsed" ? "GitLab says that it is not active" : explain(kept);
    return { type: "refused", reason: `the new token does not work now (${bare(why)})` };
  }
  if (id === undefined || id === kept.value.id) {
    throw new UsageError({
      rule: "rotate/same-token",
      message: `${old.variable} and ${fresh.variable} are one token of GitLab's${id === undefined ? ", as far as it tells" : ` (its id is ${id})`}. Nothing was revoked`,
      fix: "name the variable of the token that was replaced with --old-token-from, or revoke it in GitLab",
    });
  }
  return withGitlab(context, old, async (api): Promise<Revoked> => {
    const answer = await api.revokeSelf();
    // The answer to the first of two requests may have been lost.
    if (isGone(answer) || isGone(await api.self())) return { type: "revoked", id };
    if (answer.type === "refusal") return { type: "refused", reason: explain(answer) };
    const reason = answer.type === "parsed" ? "GitLab answered that it is done, and still takes it" : explain(answer);
    return { type: "unknown", reason };
  });
}

/** GitLab does not take it any more: revoked, expired, or unknown to it. */
function isGone(answer: GitlabAnswer<unknown>): boolean {
  return answer.type === "refusal" && answer.status === 401;
}

/**
 * The other organizations of this project whose connections may hold the same old token: same GitLab, same variable, and no rotation to
 * this new token in their journals. A file that is wrong may be one; so may an organization of which nothing is recorded here.
 */
export function othersWithOld(context: Context, newId: number | undefined): readonly string[] {
  const { organization, paths } = context;
  return readAll(paths.root).flatMap(({ file, parsed }) => {
    const key = organizationKey({ file });
    if (key === paths.key) return [];
    if (parsed.type === "wrong") return [key];
    const other = parsed.organization;
    const same =
      other.gitlab.apiUrl === organization.gitlab.apiUrl &&
      other.connection.tokenVariable === organization.connection.tokenVariable;
    if (!same || hasNoConnection(paths.root, key, other)) return [];
    const last = lastRotation(journalPath(paths.root, key));
    return last !== undefined && newId !== undefined && last.newTokenId === newId ? [] : [key];
  });
}

/** Whether it is known that the connection does not exist yet. */
function hasNoConnection(root: string, key: string, organization: Organization): boolean {
  if (organization.connection.existing !== undefined) return false;
  const inventory = loadInventory(root, key);
  if (inventory === undefined) return false;
  const own = wantedConnection(organization, inventory);
  return own === undefined || standing(inventory, own) === undefined;
}
