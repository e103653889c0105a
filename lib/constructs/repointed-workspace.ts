import { Workspace } from "@cdktf/provider-tfe/lib/workspace";
import type { Precondition } from "cdktf";
import { Construct } from "constructs";
import type { WorkspaceRecord } from "../kinds/workspace";
import type { Desired } from "../migration/migration-plan";
import { useOwnPrinter } from "./hcl/use-own-printer";
import { literal, literalIfAny } from "./literal";
import { adopt, metaArguments, type Placed, type RepointedProps } from "./repointed";
import { requireProps } from "./require-props";

export interface WorkspaceVcsRepoProps {
  /** For example `group/project`. */
  readonly identifier: string;
  /** @default the repository's default branch */
  readonly branch?: string | null;
  /** @default false */
  readonly ingressSubmodules?: boolean;
  /** The regular expression of Git tags that start runs. @default none */
  readonly tagsRegex?: string | null;
}

/** A workspace's settings as the API has them. Each is written as it is: a value left to the provider's default would change it. */
export interface RepointedWorkspaceProps extends RepointedProps {
  /** The workspace's id, `ws-…`. */
  readonly workspaceId: string;
  readonly organization: string;
  /** Id (`prj-…`) of its project. @default left as it is */
  readonly projectId?: string | null;
  readonly vcsRepo: WorkspaceVcsRepoProps;
  readonly allowDestroyPlan: boolean;
  readonly autoApplyRunTrigger: boolean;
  readonly fileTriggersEnabled: boolean;
  readonly queueAllRuns: boolean;
  readonly speculativeEnabled: boolean;
  readonly structuredRunOutputEnabled: boolean;
  /** @default the repository's root */
  readonly workingDirectory?: string | null;
  /** @default none */
  readonly sshKeyId?: string | null;
  /** RFC 3339. @default none */
  readonly autoDestroyAt?: string | null;
  /** Such as `14d`. @default none */
  readonly autoDestroyActivityDuration?: string | null;
  /** Whether the auto-destroy settings come from the project. @default false */
  readonly inheritsProjectAutoDestroy?: boolean;
  /** @default none */
  readonly triggerPrefixes?: readonly string[];
  /** @default none */
  readonly triggerPatterns?: readonly string[];
  /** What must be so for Terraform to plan anything of it. @default nothing */
  readonly precondition?: Precondition;
}

/**
 * A workspace that is imported and whose `oauth_token_id` becomes another; nothing else of it changes, and it is never
 * destroyed. docs/reference/terraform-configuration.md says, attribute by attribute, what is written and why.
 */
export class RepointedWorkspace extends Construct {
  /** The `tfe_workspace`: for overrides, references and aspects. Also `node.defaultChild`. */
  readonly resource: Workspace;

  /** As an organization's plan has it. */
  static of(scope: Construct, desired: Desired<WorkspaceRecord>, placed: Placed): RepointedWorkspace {
    const { address, id, projectId, settings } = desired;
    return new RepointedWorkspace(scope, address, { ...settings, ...placed, workspaceId: id, projectId });
  }

  /**
   * @param id the Terraform resource name; {@link newResourceAddress} makes one that is unique.
   * @throws Error when a prop that has no default is missing
   */
  constructor(scope: Construct, id: string, props: RepointedWorkspaceProps) {
    requireProps("RepointedWorkspace", props, {
      workspaceId: "text",
      name: "text",
      organization: "text",
      oauthTokenId: "text",
      vcsRepo: { identifier: "text" },
      allowDestroyPlan: "flag",
      autoApplyRunTrigger: "flag",
      fileTriggersEnabled: "flag",
      queueAllRuns: "flag",
      speculativeEnabled: "flag",
      structuredRunOutputEnabled: "flag",
    });
    super(scope, id);
    const { vcsRepo } = props;
    const autoDestroy = autoDestroyOf(props);
    const patterns = props.triggerPatterns ?? [];
    const prefixes = props.triggerPrefixes ?? [];
    const workspace = new Workspace(this, "workspace", {
      name: literal(props.name),
      organization: literal(props.organization),
      projectId: literalIfAny(props.projectId),
      allowDestroyPlan: props.allowDestroyPlan,
      autoApplyRunTrigger: props.autoApplyRunTrigger,
      autoDestroyAt: autoDestroy.at,
      autoDestroyActivityDuration: autoDestroy.duration,
      fileTriggersEnabled: props.fileTriggersEnabled,
      // Without it a workspace that has no key-value tags gets a second PATCH that clears them (provider, Update).
      ignoreAdditionalTags: true,
      queueAllRuns: props.queueAllRuns,
      speculativeEnabled: props.speculativeEnabled,
      sshKeyId: literalIfAny(props.sshKeyId),
      structuredRunOutputEnabled: props.structuredRunOutputEnabled,
      triggerPatterns: patterns.length > 0 ? patterns.map(literal) : undefined,
      triggerPrefixes: patterns.length === 0 && prefixes.length > 0 ? prefixes.map(literal) : undefined,
      workingDirectory: literalIfAny(props.workingDirectory),
      vcsRepo: {
        identifier: literal(vcsRepo.identifier),
        branch: literalIfAny(vcsRepo.branch),
        ingressSubmodules: vcsRepo.ingressSubmodules ?? false,
        oauthTokenId: props.oauthTokenId,
        tagsRegex: literalIfAny(vcsRepo.tagsRegex),
      },
      ...metaArguments(props),
      lifecycle: {
        preventDestroy: true,
        ignoreChanges: autoDestroy.ignore,
        ...(props.precondition === undefined ? {} : { precondition: [props.precondition] }),
      },
    });
    this.resource = workspace;
    if (props.precondition !== undefined) useOwnPrinter(workspace);
    adopt(this, workspace, props, { address: id, id: props.workspaceId });
  }
}

interface AutoDestroy {
  readonly at: string | undefined;
  readonly duration: string | undefined;
  readonly ignore: string[];
}

/**
 * Any PATCH clears `auto_destroy_at` unless the configuration holds it, and the provider refuses it beside a duration. With
 * both on the server the time is written and the duration ignored, which keeps both (provider, `hasAutoDestroyAtChange`,
 * `customizeDiffAutoDestroyActivityDuration`).
 */
function autoDestroyOf(props: RepointedWorkspaceProps): AutoDestroy {
  // The provider keeps times to the second (`time.RFC3339`).
  const at = literalIfAny(props.autoDestroyAt?.replace(/\.\d+/, ""));
  const own = props.inheritsProjectAutoDestroy !== true;
  const duration = own ? literalIfAny(props.autoDestroyActivityDuration) : undefined;
  // Cannot be set without each other, are never sent in an update, and would be planned away.
  const ignore = ["source_name", "source_url"];
  if (at !== undefined && duration !== undefined) {
    return { at, duration: undefined, ignore: [...ignore, "auto_destroy_activity_duration"] };
  }
  return { at, duration, ignore };
}
