import { many, one } from "../api/relationship";
import type { PolicySet } from "../state/records";
import { showLink } from "../state/show-link";
import type { TfeState } from "../state/tfe-state";

/** A policy set as the API shows it. */
export function showPolicySet(state: TfeState, set: PolicySet): unknown {
  return {
    id: set.id,
    type: "policy-sets",
    attributes: {
      ...set.attributes,
      "vcs-repo": showLink(state, "policy-set", set),
      "policy-count": 0,
      "workspace-count": set.workspaceIds.length,
      "project-count": set.projectIds.length,
      versioned: set.vcsRepo !== null,
      "updated-at": set.updatedAt,
    },
    relationships: {
      organization: one("organizations", set.organization),
      policies: many("policies", []),
      workspaces: many("workspaces", set.workspaceIds),
      projects: many("projects", set.projectIds),
      "workspace-exclusions": many("workspaces", set.workspaceExclusionIds),
      "project-exclusions": many("projects", set.projectExclusionIds),
      "current-version": one("policy-set-versions", null),
      "newest-version": one("policy-set-versions", null),
    },
    links: { self: `/api/v2/policy-sets/${set.id}` },
  };
}
