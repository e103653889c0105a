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
      overridable: null,
      "agent-enabled": kind === "opa",
      "policy-tool-version": null,
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
  settleAgent(set.attributes);
  state.policySets.set(set.id, set);
  return set;
}

/**
 * What an agent evaluates has a tool version and says whether it can be overridden; Sentinel without an agent has neither (go-tfe,
 * `TestPolicySetsUpdate`, "with valid attributes").
 */
export function settleAgent(attributes: PolicySet["attributes"]): void {
  if (attributes.kind === "sentinel" && attributes["agent-enabled"] === false) {
    Object.assign(attributes, { overridable: null, "policy-tool-version": null });
    return;
  }
  attributes.overridable ??= false;
  attributes["policy-tool-version"] ??= "latest";
}
