/** The construct library: usable from any CDKTF app, without any file of Repoint's. */
export { ImportBlock, type ImportBlockProps, RemovedBlock, type RemovedBlockProps } from "./constructs/blocks";
export {
  type Connection,
  type ExistingConnection,
  type ExistingConnectionProps,
  GitlabPatConnection,
  type GitlabPatConnectionProps,
} from "./constructs/connection";
export { literal } from "./constructs/literal";
export { OrganizationStack, type OrganizationStackProps } from "./constructs/organization-stack";
export type { Origin } from "./constructs/origin";
export {
  type PolicySetVcsRepoProps,
  RepointedPolicySet,
  type RepointedPolicySetProps,
} from "./constructs/repointed-policy-set";
export {
  type RegistryModuleVcsRepoProps,
  RepointedRegistryModule,
  type RepointedRegistryModuleProps,
} from "./constructs/repointed-registry-module";
export { RepointedStack, type RepointedStackProps, type StackVcsRepoProps } from "./constructs/repointed-stack";
export {
  RepointedWorkspace,
  type RepointedWorkspaceProps,
  type WorkspaceVcsRepoProps,
} from "./constructs/repointed-workspace";
export { newResourceAddress } from "./migration/address";
export type {
  DesiredConnection,
  DesiredResource,
  ForgottenResource,
  LeftResource,
  MigrationPlan,
  TokenTarget,
} from "./migration/migration-plan";
