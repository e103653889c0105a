import { Stack } from "@cdktf/provider-tfe/lib/stack";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { ImportBlock } from "./blocks";
import { claimAddress } from "./claim-address";
import { dependingOn } from "./depending-on";
import { literal, literalIfAny } from "./literal";
import { describeOrigin, type Origin } from "./origin";
import { requireProps } from "./require-props";

export interface StackVcsRepoProps {
  readonly identifier: string;
  /** @default the repository's default branch */
  readonly branch?: string | null;
}

export interface RepointedStackProps {
  /** The stack's id, `st-…`. */
  readonly stackId: string;
  readonly name: string;
  /** Id (`prj-…`) of its project. It can never be changed. */
  readonly projectId: string;
  /** The token that it shall have. */
  readonly oauthTokenId: string;
  readonly vcsRepo: StackVcsRepoProps;
  /** @default none */
  readonly description?: string | null;
  /** @default none */
  readonly agentPoolId?: string | null;
  /** @default false, as the provider reads an absent value */
  readonly speculativeEnabled?: boolean | null;
  /** @default none */
  readonly triggerPatterns?: readonly string[] | null;
  /** @default the repository's root */
  readonly workingDirectory?: string | null;
  /** What must exist before. @default nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
  /** The provider's configuration, where the stack has several (aliases). @default the one without an alias */
  readonly provider?: TerraformProvider;
  /** @default no comment */
  readonly origin?: Origin;
}

/** A stack that is imported and whose `oauth_token_id` becomes another. */
export class RepointedStack extends Construct {
  /** The `tfe_stack`: for overrides, references and aspects. Also `node.defaultChild`. */
  readonly resource: Stack;

  /** @throws Error when a prop that has no default is missing */
  constructor(scope: Construct, id: string, props: RepointedStackProps) {
    requireProps("RepointedStack", props, {
      stackId: "text",
      name: "text",
      projectId: "text",
      oauthTokenId: "text",
      vcsRepo: { identifier: "text" },
    });
    super(scope, id);
    const stack = new Stack(this, "stack", {
      name: literal(props.name),
      projectId: literal(props.projectId),
      description: literalIfAny(props.description),
      agentPoolId: literalIfAny(props.agentPoolId),
      vcsRepo: {
        identifier: literal(props.vcsRepo.identifier),
        branch: literalIfAny(props.vcsRepo.branch),
        oauthTokenId: props.oauthTokenId,
      },
      lifecycle: { preventDestroy: true },
      ...dependingOn(props.dependsOn),
      ...(props.provider === undefined ? {} : { provider: props.provider }),
    });
    this.resource = stack;
    this.node.defaultChild = stack;
    claimAddress(stack, stack.terraformResourceType, id);
    // Attributes of the provider that the bindings (0.71) do not know: left out, they would be planned away.
    // This one has to be written even when it is off: left out, it is unknown in the plan and sent as false all the same.
    stack.addOverride("speculative_enabled", props.speculativeEnabled ?? false);
    if (props.triggerPatterns != null && props.triggerPatterns.length > 0) {
      stack.addOverride("trigger_patterns", props.triggerPatterns.map(literal));
    }
    const workingDirectory = literalIfAny(props.workingDirectory);
    if (workingDirectory !== undefined) stack.addOverride("working_directory", workingDirectory);
    if (props.origin !== undefined) stack.addOverride("//.origin", describeOrigin(props.stackId, props.origin));
    new ImportBlock(this, "import", { to: `${stack.terraformResourceType}.${id}`, importId: props.stackId });
  }
}
