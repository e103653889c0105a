import { Stack } from "@cdktf/provider-tfe/lib/stack";
import { Construct } from "constructs";
import type { StackRecord } from "../kinds/stack";
import type { Desired } from "../migration/migration-plan";
import { literal, literalIfAny } from "./literal";
import { adopt, metaArguments, type Placed, type RepointedProps } from "./repointed";
import { requireProps } from "./require-props";

export interface StackVcsRepoProps {
  readonly identifier: string;
  /** @default the repository's default branch */
  readonly branch?: string | null;
}

export interface RepointedStackProps extends RepointedProps {
  /** The stack's id, `st-…`. */
  readonly stackId: string;
  /** Id (`prj-…`) of its project. It can never be changed. */
  readonly projectId: string;
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
}

/** A stack that is imported and whose `oauth_token_id` becomes another. */
export class RepointedStack extends Construct {
  /** The `tfe_stack`: for overrides, references and aspects. Also `node.defaultChild`. */
  readonly resource: Stack;

  /** As an organization's plan has it. */
  static of(scope: Construct, desired: Desired<StackRecord>, placed: Placed): RepointedStack {
    const { address, id, name, projectId, settings } = desired;
    if (projectId === null) throw new Error(`the stack ${name} (${id}) has no project`);
    return new RepointedStack(scope, address, { ...settings, ...placed, stackId: id, projectId });
  }

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
      ...metaArguments(props),
    });
    this.resource = stack;
    // Attributes of the provider that the bindings (0.71) do not know: left out, they would be planned away.
    // This one has to be written even when it is off: left out, it is unknown in the plan and sent as false all the same.
    stack.addOverride("speculative_enabled", props.speculativeEnabled ?? false);
    if (props.triggerPatterns != null && props.triggerPatterns.length > 0) {
      stack.addOverride("trigger_patterns", props.triggerPatterns.map(literal));
    }
    const workingDirectory = literalIfAny(props.workingDirectory);
    if (workingDirectory !== undefined) stack.addOverride("working_directory", workingDirectory);
    adopt(this, stack, props, { address: id, id: props.stackId });
  }
}
