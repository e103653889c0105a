import { UsageError } from "../../errors";
import { journalPath, readJournal } from "../../files/journal";
import { explain, type GitlabAnswer } from "../../gitlab/answer";
import { loadInventory } from "../../inventory/inventory-file";
import { standing, wantedConnection } from "../../migration/own-connection";
import { organizationKey } from "../../organization/key";
import { readAll } from "../../organization/read-all";
import type { Context } from "../shared/context";
import { type GitlabToken, withGitlab } from "../shared/gitlab-tokens";

/** What the journal says once a new token is in a connection. */
export const PUT = "rotate.put";

/** How revoking ended. */
export type Revoked =
  | { readonly type: "revoked"; readonly id: number }
  | { readonly type: "was-gone"; readonly reason: string }
  /** GitLab says no; the token still works. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "unknown"; readonly reason: string };

/**
 * Revokes the old token with itself, `DELETE /personal_access_tokens/self`, once GitLab has said anew that the new one works and is
 * another. Never `…/self/rotate`: that revokes the token too, and makes one that nobody asked for.
 *
 * @throws UsageError when both are one token
 */
export async function revokeOld(context: Context, old: GitlabToken, fresh: GitlabToken): Promise<Revoked> {
  const kept = await withGitlab(context, fresh, (api) => api.self());
  if (kept.type !== "parsed" || kept.value.active === false || kept.value.revoked === true) {
    const why = kept.type === "parsed" ? "GitLab says that it is no longer active" : explain(kept);
    return {
      type: "unknown",
      reason: `the new token was asked for once more, and ${why}: the old one was not revoked`,
    };
  }
  return withGitlab(context, old, async (api): Promise<Revoked> => {
    const self = await api.self();
    if (isGone(self)) return { type: "was-gone", reason: self.said };
    if (self.type !== "parsed") return { type: "unknown", reason: explain(self) };
    const { id } = self.value;
    if (id === undefined || id === kept.value.id) {
      throw new UsageError({
        rule: "rotate/same-token",
        message: `${old.variable} and ${fresh.variable} are one token of GitLab's${id === undefined ? ", as far as it tells" : ` (its id is ${id})`}. Nothing was revoked`,
        fix: "name the variable of the token that was replaced with --old-token-from, or revoke it in GitLab",
      });
    }
    const answer = await api.revokeSelf();
    const after = await api.self();
    if (isGone(after)) return { type: "revoked", id };
    if (answer.type === "refusal") return { type: "refused", reason: explain(answer) };
    if (answer.type === "parsed" && after.type !== "parsed") return { type: "revoked", id };
    const reason = answer.type === "parsed" ? "GitLab said that it is done, and still takes it" : explain(answer);
    return { type: "unknown", reason };
  });
}

/** GitLab does not take it any more: revoked, expired, or unknown to it. */
function isGone(answer: GitlabAnswer<unknown>): answer is Extract<GitlabAnswer<unknown>, { type: "refusal" }> {
  return answer.type === "refusal" && answer.status === 401;
}

/**
 * The other organizations of this project whose connections may hold the same old token: same GitLab, same variable, and no rotation to
 * this new token in their journals.
 */
export function othersWithOld(context: Context, newId: number | undefined): readonly string[] {
  const { organization, paths } = context;
  // A file that is wrong is told by its own commands.
  const files = readAll(paths.root).flatMap(({ parsed }) => (parsed.type === "read" ? [parsed.organization] : []));
  return files.flatMap((other) => {
    const key = organizationKey(other);
    const same =
      key !== paths.key &&
      other.connection.existing === undefined &&
      other.gitlab.apiUrl === organization.gitlab.apiUrl &&
      other.connection.tokenVariable === organization.connection.tokenVariable;
    if (!same) return [];
    const inventory = loadInventory(paths.root, key);
    const own = inventory === undefined ? undefined : wantedConnection(other, inventory);
    if (inventory === undefined || own === undefined || standing(inventory, own) === undefined) return [];
    const last = readJournal(journalPath(paths.root, key))
      .entries.filter(({ event }) => event === PUT)
      .at(-1);
    return last !== undefined && newId !== undefined && last.newTokenId === newId ? [] : [key];
  });
}
