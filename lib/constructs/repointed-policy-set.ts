import { PolicySet } from "@cdktf/provider-tfe/lib/policy-set";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { ImportBlock } from "./blocks";
import { claimAddress } from "./claim-address";
import { dependingOn } from "./depending-on";
import { literal, literalIfAny } from "./literal";
import { describeOrigin, type Origin } from "./origin";
import { requireProps } from "./require-props";

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
  /** The provider's configuration, where the stack has several (aliases). @default the one without an alias */
  readonly provider?: TerraformProvider;
  /** @default no comment */
  readonly origin?: Origin;
}

/**
 * A policy set that is imported and whose `oauth_token_id` becomes another. Its branch is written too: the provider does not
 * read it on import, so it shows as an addition in the plan, but left out it would be reset. What the provider computes
 * (workspaces, tool version, update patterns) stays unwritten, and so unchanged.
 */
export class RepointedPolicySet extends Construct {
  /** The `tfe_policy_set`: for overrides, references and aspects. Also `node.defaultChild`. */
  readonly resource: PolicySet;

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
      lifecycle: { preventDestroy: true },
      ...dependingOn(props.dependsOn),
      ...(props.provider === undefined ? {} : { provider: props.provider }),
    });
    this.resource = set;
    this.node.defaultChild = set;
    claimAddress(set, set.terraformResourceType, id);
    if (props.origin !== undefined) set.addOverride("//.origin", describeOrigin(props.policySetId, props.origin));
    new ImportBlock(this, "import", { to: `${set.terraformResourceType}.${id}`, importId: props.policySetId });
  }
}
