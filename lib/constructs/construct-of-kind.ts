import type { Construct } from "constructs";
import type { ResourceKind } from "../kinds";
import type { DesiredResource } from "../migration/migration-plan";
import type { Placed } from "./repointed";
import { RepointedPolicySet } from "./repointed-policy-set";
import { RepointedRegistryModule } from "./repointed-registry-module";
import { RepointedStack } from "./repointed-stack";
import { RepointedWorkspace } from "./repointed-workspace";

/** The construct that re-points resources of a kind. */
interface RepointedConstruct {
  of(scope: Construct, desired: DesiredResource, placed: Placed): Construct;
}

export const constructOfKind: Readonly<Record<ResourceKind, RepointedConstruct>> = {
  workspace: RepointedWorkspace,
  "policy-set": RepointedPolicySet,
  "registry-module": RepointedRegistryModule,
  stack: RepointedStack,
};
