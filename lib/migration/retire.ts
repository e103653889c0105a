import type { Inventory } from "../inventory/schema";
import type { ResourceKind } from "../kinds";
import type { VcsRepo } from "../kinds/vcs-repo";
import { isWorkspace } from "../kinds/workspace";
import type { Organization } from "../organization/organization";
import { plural } from "../util/plural";
import { compareConnections } from "./compare-connections";
import { rolesOf } from "./roles";

/** What still refers to an old connection. */
export interface Referrer {
  readonly kind: ResourceKind | "stack-component";
  readonly id: string;
  readonly name: string;
}

/** Whether one old connection may be deleted. */
export type Retirement =
  | { readonly type: "retired"; readonly id: string }
  | { readonly type: "ready"; readonly id: string; readonly name: string | null }
  | {
      readonly type: "refused";
      readonly id: string;
      readonly name: string | null;
      readonly reasons: readonly string[];
      readonly referrers: readonly Referrer[];
      /** Whether the token may not see all that may use it. */
      readonly hidden: boolean;
    };

/**
 * Judges every old connection of the organization file by a fresh inventory. Deleting one unlinks whatever uses it, so doubt refuses: also a new
 * connection that is not GitLab's, or leads elsewhere, since what moved to it may have to go back.
 *
 * @param hidden kinds that the organization may have and the token may not see.
 */
export function retirements(
  organization: Organization,
  inventory: Inventory,
  hidden: readonly ResourceKind[] = [],
): readonly Retirement[] {
  const roles = rolesOf(organization, inventory);
  const wrong = compareConnections({ organization, inventory, roles }).errors;
  return organization.from.map((id) => {
    const connection = inventory.connections.find((candidate) => candidate.id === id);
    if (connection === undefined || connection.gone) return { type: "retired", id };
    const tokens = new Set(connection.tokens.map((token) => token.id));
    const uses = (link: VcsRepo | null) => link?.oauthTokenId != null && tokens.has(link.oauthTokenId);
    const referrers: readonly Referrer[] = [
      ...inventory.resources.flatMap(({ kind, id, name, vcsRepo, gone }) =>
        !gone && uses(vcsRepo) ? [{ kind, id, name }] : [],
      ),
      ...inventory.stackComponents.flatMap(({ id, name, vcsRepo }) =>
        uses(vcsRepo) ? [{ kind: "stack-component" as const, id, name }] : [],
      ),
    ];
    const reasons: string[] = [];
    if (referrers.length > 0)
      reasons.push(`${plural(referrers.length, "resource")} still ${referrers.length === 1 ? "uses" : "use"} it`);
    const count = connection.affectedWorkspacesCount;
    const workspaces = referrers.filter(isWorkspace).length;
    if (count !== null && count !== workspaces) {
      reasons.push(`TFE counts ${plural(count, "affected workspace")}, but the inventory found ${workspaces}`);
    }
    if (hidden.length > 0) {
      reasons.push(`the token cannot see ${hidden.map((kind) => `${kind}s`).join(", ")}, and some may use it`);
    }
    if (roles.newTokenIds.size === 0) {
      reasons.push("the new connection does not exist, or has no token");
    }
    for (const { message, fix } of wrong) reasons.push(fix === undefined ? message : `${message} (to do: ${fix})`);
    return reasons.length > 0
      ? { type: "refused", id, name: connection.name, reasons, referrers, hidden: hidden.length > 0 }
      : { type: "ready", id, name: connection.name };
  });
}
