import type { ITerraformDependable, Precondition, TerraformProvider, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { DesiredResource } from "../migration/migration-plan";
import { ImportBlock } from "./blocks";
import { claimAddress } from "./claim-address";
import { describeOrigin, type Origin } from "./origin";

/** What every re-pointed resource takes. */
export interface RepointedProps {
  readonly name: string;
  /** The token that it shall have. */
  readonly oauthTokenId: string;
  /** What must exist before. @default nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
  /** The provider's configuration, where the stack has several (aliases). @default the one without an alias */
  readonly provider?: TerraformProvider;
  /** What a reviewer wants to know, in a comment above the block. @default no comment */
  readonly origin?: Origin;
}

/** What an organization's stack gives the construct of any kind. */
export interface Placed extends RepointedProps {
  readonly organization: string;
  readonly origin: Origin;
  readonly vcsRepo: DesiredResource["vcsRepo"];
  /** What must be so for Terraform to plan anything of it. */
  readonly precondition?: Precondition;
}

/** The meta-arguments of a block: it is never destroyed. */
export function metaArguments({ dependsOn = [], provider }: RepointedProps) {
  return {
    lifecycle: { preventDestroy: true },
    ...(dependsOn.length === 0 ? {} : { dependsOn: [...dependsOn] }),
    ...(provider === undefined ? {} : { provider }),
  };
}

/** Gives a construct's resource its address, its comment and its import. @param ids its id, and what imports it where that is another */
export function adopt(
  construct: Construct,
  resource: TerraformResource,
  { origin }: RepointedProps,
  ids: { readonly address: string; readonly id: string; readonly importId?: string },
): void {
  const { address, id, importId = id } = ids;
  construct.node.defaultChild = resource;
  claimAddress(resource, resource.terraformResourceType, address);
  if (origin !== undefined) resource.addOverride("//.origin", describeOrigin(id, origin));
  new ImportBlock(construct, "import", { to: `${resource.terraformResourceType}.${address}`, importId });
}
