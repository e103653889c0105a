import { PolicySet } from "@cdktf/provider-tfe/lib/policy-set";
import { Construct } from "constructs";
import type { PolicySetRecord } from "../kinds/policy-set";
import type { Desired } from "../migration/migration-plan";
import { literal, literalIfAny } from "./literal";
import { adopt, metaArguments, type Placed, type RepointedProps } from "./repointed";
import { requireProps } from "./require-props";

export interface PolicySetVcsRepoProps {
  readonly identifier: string;
  /** @default the repository's default branch */
  readonly branch?: string | null;
  /** @default false */
  readonly ingressSubmodules?: boolean;
}

export interface RepointedPolicySetProps extends RepointedProps {
  /** The policy set's id, `polset-…`. */
  readonly policySetId: string;
  readonly organization: string;
  readonly vcsRepo: PolicySetVcsRepoProps;
  /** `sentinel` or `opa`. It can never be changed. */
  readonly kind: string;
  readonly global: boolean;
  /** @default false, as the provider reads an absent value */
  readonly overridable?: boolean | null;
  /** It can never be changed. @default none */
  readonly policiesPath?: string | null;
  /** @default left as it is */
  readonly description?: string | null;
}

/**
 * A policy set that is imported and whose `oauth_token_id` becomes another. Its branch is written too: the provider does not
 * read it on import, so it shows as an addition in the plan, but left out it would be reset. What the provider computes
 * (workspaces, tool version, update patterns) stays unwritten, and so unchanged.
 */
export class RepointedPolicySet extends Construct {
  /** The `tfe_policy_set`: for overrides, references and aspects. Also `node.defaultChild`. */
  readonly resource: PolicySet;

  /** As an organization's plan has it. */
  static of(scope: Construct, desired: Desired<PolicySetRecord>, placed: Placed): RepointedPolicySet {
    const { address, id, settings } = desired;
    return new RepointedPolicySet(scope, address, { ...settings, ...placed, policySetId: id });
  }

  /** @throws Error when a prop that has no default is missing */
  constructor(scope: Construct, id: string, props: RepointedPolicySetProps) {
    requireProps("RepointedPolicySet", props, {
      policySetId: "text",
      name: "text",
      organization: "text",
      oauthTokenId: "text",
      vcsRepo: { identifier: "text" },
      kind: "text",
      global: "flag",
    });
    super(scope, id);
    const set = new PolicySet(this, "policy-set", {
      name: literal(props.name),
      organization: literal(props.organization),
      kind: props.kind,
      global: props.global,
      overridable: props.overridable ?? false,
      policiesPath: literalIfAny(props.policiesPath),
      vcsRepo: {
        identifier: literal(props.vcsRepo.identifier),
        branch: literalIfAny(props.vcsRepo.branch),
        ingressSubmodules: props.vcsRepo.ingressSubmodules ?? false,
        oauthTokenId: props.oauthTokenId,
      },
      ...metaArguments(props),
    });
    this.resource = set;
    adopt(this, set, props, { address: id, id: props.policySetId });
  }
}
