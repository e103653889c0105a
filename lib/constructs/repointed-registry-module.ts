import { RegistryModule } from "@cdktf/provider-tfe/lib/registry-module";
import { Construct } from "constructs";
import { type RegistryModuleRecord, registryModule } from "../kinds/registry-module";
import type { Desired } from "../migration/migration-plan";
import { literal, literalIfAny } from "./literal";
import { adopt, metaArguments, type Placed, type RepointedProps } from "./repointed";
import { requireProps } from "./require-props";

export interface RegistryModuleVcsRepoProps {
  readonly identifier: string;
  /** @default the identifier */
  readonly displayIdentifier?: string | null;
  /** Modules that are published from a branch. @default none */
  readonly branch?: string | null;
  /** Whether versions are published from Git tags. @default left as it is */
  readonly tags?: boolean | null;
  /** Modules in a monorepo. @default none */
  readonly sourceDirectory?: string | null;
  /** Modules in a monorepo. @default none */
  readonly tagPrefix?: string | null;
}

export interface RepointedRegistryModuleProps extends RepointedProps {
  /** The module's id, `mod-…`. */
  readonly moduleId: string;
  readonly organization: string;
  /** The provider in the module's name, such as `aws`. */
  readonly moduleProvider: string;
  /** `private` or `public`. @default "private" */
  readonly registryName?: string;
  /** @default the organization */
  readonly namespace?: string;
  readonly vcsRepo: RegistryModuleVcsRepoProps;
}

/**
 * A registry module that is imported and whose `oauth_token_id` becomes another, in place. Only with `hashicorp/tfe` 0.80 or
 * newer and a server that takes the PATCH: an older provider deletes the module with all its versions and makes a new one.
 */
export class RepointedRegistryModule extends Construct {
  /** The `tfe_registry_module`: for overrides, references and aspects. Also `node.defaultChild`. */
  readonly resource: RegistryModule;

  /** As an organization's plan has it. */
  static of(scope: Construct, desired: Desired<RegistryModuleRecord>, placed: Placed): RepointedRegistryModule {
    const { address, id, settings } = desired;
    const { provider: moduleProvider, registryName, namespace } = settings;
    return new RepointedRegistryModule(scope, address, {
      ...placed,
      moduleId: id,
      moduleProvider,
      registryName,
      namespace,
    });
  }

  /** @throws Error when a prop that has no default is missing */
  constructor(scope: Construct, id: string, props: RepointedRegistryModuleProps) {
    requireProps("RepointedRegistryModule", props, {
      moduleId: "text",
      name: "text",
      organization: "text",
      moduleProvider: "text",
      oauthTokenId: "text",
      vcsRepo: { identifier: "text" },
    });
    super(scope, id);
    const { vcsRepo } = props;
    const registryName = props.registryName ?? "private";
    const namespace = props.namespace ?? props.organization;
    const module = new RegistryModule(this, "registry-module", {
      organization: literal(props.organization),
      name: literal(props.name),
      moduleProvider: literal(props.moduleProvider),
      registryName,
      namespace: literal(namespace),
      vcsRepo: {
        identifier: literal(vcsRepo.identifier),
        displayIdentifier: literal(vcsRepo.displayIdentifier ?? vcsRepo.identifier),
        branch: literalIfAny(vcsRepo.branch),
        tags: tagsIfConsistent(vcsRepo),
        sourceDirectory: literalIfAny(vcsRepo.sourceDirectory),
        tagPrefix: literalIfAny(vcsRepo.tagPrefix),
        oauthTokenId: props.oauthTokenId,
      },
      ...metaArguments(props),
    });
    this.resource = module;
    const [importId] = registryModule.importIds(props.organization, {
      id: props.moduleId,
      name: props.name,
      settings: { registryName, namespace, provider: props.moduleProvider },
    });
    adopt(this, module, props, { address: id, id: props.moduleId, importId });
  }
}

/**
 * The provider refuses the whole configuration when `tags` and `branch` are both set, or neither is (`validateVcsRepo`). A
 * server may hold that all the same; left out, `tags` is computed and stays as it is.
 */
function tagsIfConsistent({ tags, branch }: RegistryModuleVcsRepoProps): boolean | undefined {
  const hasBranch = literalIfAny(branch) !== undefined;
  return tags === null || tags === hasBranch ? undefined : tags;
}
