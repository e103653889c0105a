import { PolicySet } from "@cdktf/provider-tfe/lib/policy-set";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ImportBlock } from "./blocks";
import { claimAddress } from "./claim-address";
import { dependingOn } from "./depending-on";
import { literal, literalIfAny } from "./literal";
import { describeOrigin, type Origin } from "./origin";

export interface PolicySetVcsRepoProps {
  readonly identifier: string;
  /** @default the repository's default branch */
  readonly branch?: string | null;
  /** @default false */
  readonly ingressSubmodules?: boolean;
}

export interface RepointedPolicySetProps {
  /** The policy set's id, `polset-…`. */
  readonly policySetId: string;
  readonly name: string;
  readonly organization: string;
  /** The token that it shall have. */
  readonly oauthTokenId: string;
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
  /** What must exist before. @default nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
  /** @default no comment */
  readonly origin?: Origin;
}

/**
 * A policy set that is imported and whose `oauth_token_id` becomes another. Its branch is written too: the provider does not
 * read it on import, so it shows as an addition in the plan, but left out it would be reset. What the provider computes
 * (workspaces, tool version, update patterns) stays unwritten, and so unchanged.
 */
export class RepointedPolicySet extends Construct {
  constructor(scope: Construct, id: string, props: RepointedPolicySetProps) {
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
      lifecycle: { preventDestroy: true },
      ...dependingOn(props.dependsOn),
    });
    claimAddress(set, "tfe_policy_set", id);
    if (props.origin !== undefined) set.addOverride("//.origin", describeOrigin(props.policySetId, props.origin));
    new ImportBlock(this, "import", { to: `tfe_policy_set.${id}`, importId: props.policySetId });
  }
}
