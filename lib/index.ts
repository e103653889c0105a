/**
 * The library: constructs for any CDKTF app, and what the commands decide as pure functions. Nothing here reads a file, starts a process
 * or asks a server. docs/constructs.md has an example of each.
 */
export { ImportBlock, type ImportBlockProps, RemovedBlock, type RemovedBlockProps } from "./constructs/blocks";
export {
  type Connection,
  type ExistingConnection,
  type ExistingConnectionOptions,
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
export type { Circumstances } from "./guard/circumstances";
export { decide as decideRequest } from "./guard/decide";
export { expectWrites } from "./guard/expect-writes";
export type { GuardExpectation } from "./guard/expectation";
export { type Exchange, Known } from "./guard/known";
export type { GuardRequest, Ruling } from "./guard/ruling";
export { Inventory } from "./inventory/schema";
export { newResourceAddress } from "./migration/address";
export { Migration, planMigration } from "./migration/migration";
export type {
  DesiredConnection,
  DesiredResource,
  ForgottenResource,
  LeftResource,
  MigrationPlan,
  TokenTarget,
} from "./migration/migration-plan";
export type { Organization } from "./organization/organization";
export { type ParsedOrganizationFile, parseOrganizationFile } from "./organization/parse";
export { renderReviewPage } from "./report/html/review-page";
export { jsonReview } from "./report/json-review";
export { markdownReview } from "./report/markdown-review";
export { sarifReview } from "./report/sarif-review";
export { expectReview, type ReviewExpectation } from "./review/expectation";
export type { Review } from "./review/model";
export type { Plan } from "./review/plan-schema";
export { readPlan } from "./review/read-plan";
export { type ReviewOptions, reviewPlan } from "./review/review";
