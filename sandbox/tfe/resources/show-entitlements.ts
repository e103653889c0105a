import type { Organization } from "../state/records";
import type { TfeState } from "../state/tfe-state";

/** What an organization may use, as the API shows it. */
export function showEntitlements(state: TfeState, { externalId }: Organization): unknown {
  const { policySets, registryModules, stacks } = state.entitlements;
  return {
    id: externalId,
    type: "entitlement-sets",
    attributes: {
      agents: true,
      "audit-logging": true,
      "configuration-designer": true,
      "cost-estimation": true,
      "global-run-tasks": true,
      "module-tests-generation": false,
      operations: true,
      "policy-enforcement": policySets,
      "private-module-registry": registryModules,
      "private-run-tasks": true,
      "run-tasks": true,
      "self-serve-billing": false,
      sentinel: policySets,
      sso: true,
      stacks,
      "state-storage": true,
      teams: true,
      "usage-reporting": false,
      "user-limit": null,
      "vcs-integrations": true,
    },
    links: { self: `/api/v2/entitlement-sets/${externalId}` },
  };
}
