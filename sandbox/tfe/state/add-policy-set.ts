import type { PolicySet } from "./records";
import type { TfeState } from "./tfe-state";

/** Adds a policy set with the defaults of the API. */
export function addPolicySet(state: TfeState, organization: string, kind: string, createdAt: string): PolicySet {
  const set: PolicySet = {
    id: state.newId("polset"),
    organization,
    attributes: {
      name: "",
      description: null,
      kind,
      global: false,
      overridable: false,
      "agent-enabled": kind === "opa",
      "policy-tool-version": "latest",
      "policies-path": null,
      "policy-update-patterns": [],
      "created-at": createdAt,
    },
    vcsRepo: null,
    workspaceIds: [],
    projectIds: [],
    workspaceExclusionIds: [],
    projectExclusionIds: [],
    updatedAt: createdAt,
  };
  state.policySets.set(set.id, set);
  return set;
}
