import { z } from "zod";

/**
 * The inventory: what an organization held when it was read over the API, in `inventory/ORG.json`.
 *
 * Everything in it but `baseline`, `adopted` and `ownConnections` may be refreshed by a later reading. There is no clock in it
 * but `changedAt`, so a second reading of an unchanged organization writes the same bytes.
 */
export const INVENTORY_VERSION = 2;

export const resourceKinds = ["workspace", "policy-set", "registry-module", "stack"] as const;

/** What refers to a connection's `oauth_token_id`. */
export const ResourceKind = z.enum(resourceKinds);
export type ResourceKind = z.infer<typeof ResourceKind>;

const text = z.string();
const optionalText = z.string().nullable();

/**
 * The VCS link of a resource as the API reports it. Absent keys are ones that the kind of resource does not have.
 * `branch` "" is the repository's default branch.
 */
export const VcsRepo = z.strictObject({
  identifier: text,
  branch: text.optional(),
  ingressSubmodules: z.boolean().optional(),
  /** null when the link goes through a GitHub App installation. */
  oauthTokenId: optionalText,
  githubAppInstallationId: optionalText.optional(),
  /** Workspaces and stacks: the regular expression of Git tags that start runs; null or "" for none. */
  tagsRegex: optionalText.optional(),
  /** Stacks: which files are fetched. */
  sparseCheckoutPattern: optionalText.optional(),
  /** Stacks: whether pushes start nothing. */
  triggerDisabled: z.boolean().optional(),
  /** Registry modules. */
  displayIdentifier: text.optional(),
  /** Registry modules: whether versions are published from Git tags. */
  tags: z.boolean().optional(),
  /** Registry modules in a monorepo. */
  sourceDirectory: optionalText.optional(),
  tagPrefix: optionalText.optional(),
});
export type VcsRepo = z.infer<typeof VcsRepo>;

/** The settings of a workspace that a token-only plan needs (docs/terraform-plan.md says why each). */
export const WorkspaceSettings = z.strictObject({
  description: optionalText,
  allowDestroyPlan: z.boolean(),
  assessmentsEnabled: z.boolean(),
  autoApply: z.boolean(),
  autoApplyRunTrigger: z.boolean(),
  /** RFC 3339, or null. */
  autoDestroyAt: optionalText,
  /** Such as `14d` or `24h`, or null. */
  autoDestroyActivityDuration: optionalText,
  inheritsProjectAutoDestroy: z.boolean(),
  executionMode: text,
  agentPoolId: optionalText,
  fileTriggersEnabled: z.boolean(),
  globalRemoteState: z.boolean(),
  queueAllRuns: z.boolean(),
  /** What created it: `tfe-ui`, `tfe-api`, `tfe-module` or `terraform`. */
  source: optionalText.optional(),
  sourceName: optionalText,
  sourceUrl: optionalText,
  speculativeEnabled: z.boolean(),
  sshKeyId: optionalText,
  structuredRunOutputEnabled: z.boolean(),
  terraformVersion: optionalText,
  triggerPrefixes: z.array(text),
  triggerPatterns: z.array(text),
  workingDirectory: text,
  tagNames: z.array(text),
});
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>;

export const PolicySetSettings = z.strictObject({
  description: optionalText,
  global: z.boolean(),
  /** `sentinel` or `opa`. */
  kind: text,
  overridable: z.boolean().nullable(),
  agentEnabled: z.boolean(),
  policyToolVersion: optionalText,
  policiesPath: optionalText,
  policyUpdatePatterns: z.array(text),
  workspaceIds: z.array(text),
  projectIds: z.array(text),
  workspaceExclusionIds: z.array(text),
});
export type PolicySetSettings = z.infer<typeof PolicySetSettings>;

export const RegistryModuleSettings = z.strictObject({
  /** `private` or `public`. */
  registryName: text,
  namespace: text,
  provider: text,
  noCode: z.boolean(),
  /** `branch` or `git_tag`. */
  publishingMechanism: optionalText,
  testsEnabled: z.boolean().nullable(),
  agentExecutionMode: optionalText,
  agentPoolId: optionalText,
});
export type RegistryModuleSettings = z.infer<typeof RegistryModuleSettings>;

export const StackSettings = z.strictObject({
  description: optionalText,
  agentPoolId: optionalText,
  migration: z.boolean().nullable(),
  speculativeEnabled: z.boolean().nullable(),
  triggerPatterns: z.array(text).nullable(),
  workingDirectory: optionalText,
  executionMode: optionalText.optional(),
  /** Whether pushes start nothing, where the server shows it beside the link. */
  triggerDisabled: z.boolean().optional(),
  /** How many stacks and values it is linked with, as the server counts them. */
  linkedStackConnections: z.record(text, z.unknown()).optional(),
});
export type StackSettings = z.infer<typeof StackSettings>;

/** What is recorded at first sight and never changed afterwards: every re-pointing is undone from it. */
export const Baseline = z.strictObject({
  /** The Terraform resource name, fixed for good, so that renaming never moves an address. */
  address: text,
  name: text,
  /** The connection (OAuth client) that the token belonged to; null when its token was already unknown then. */
  connectionId: optionalText,
  vcsRepo: VcsRepo,
});
export type Baseline = z.infer<typeof Baseline>;

const common = {
  /** The API's id, for example `ws-…`. */
  id: text,
  name: text,
  projectId: optionalText,
  /** Present from the first reading at which the resource had a VCS link. */
  baseline: Baseline.optional(),
  /** As of the last reading; null when it has no VCS link now. */
  vcsRepo: VcsRepo.nullable(),
  /** The last link that was seen, kept while `vcsRepo` is null: what reconnecting needs. */
  lastVcsRepo: VcsRepo.optional(),
  /**
   * The webhooks with which it was seen, oldest first, each with the token that it had then. Of an address only the SHA-256 is
   * kept, since who knows the address can start runs. What TFE leaves behind in GitLab is told by it from what others use.
   */
  webhooks: z.array(z.strictObject({ sha256: text, oauthTokenId: optionalText })).optional(),
  /** Whether it was ever in a synthesized configuration, and so may be in a Terraform state: it then leaves only by release. */
  adopted: z.boolean(),
  /** The last complete reading did not find it any more. */
  gone: z.boolean(),
};

export const WorkspaceRecord = z.strictObject({ kind: z.literal("workspace"), ...common, settings: WorkspaceSettings });
export const PolicySetRecord = z.strictObject({
  kind: z.literal("policy-set"),
  ...common,
  settings: PolicySetSettings,
});
export const RegistryModuleRecord = z.strictObject({
  kind: z.literal("registry-module"),
  ...common,
  settings: RegistryModuleSettings,
});
export const StackRecord = z.strictObject({ kind: z.literal("stack"), ...common, settings: StackSettings });

/** One resource (or one that may become one: a workspace without a VCS link is recorded too). */
export const VcsResource = z.discriminatedUnion("kind", [
  WorkspaceRecord,
  PolicySetRecord,
  RegistryModuleRecord,
  StackRecord,
]);
export type WorkspaceRecord = z.infer<typeof WorkspaceRecord>;
export type PolicySetRecord = z.infer<typeof PolicySetRecord>;
export type RegistryModuleRecord = z.infer<typeof RegistryModuleRecord>;
export type StackRecord = z.infer<typeof StackRecord>;
export type VcsResource = z.infer<typeof VcsResource>;

export const ConnectionToken = z.strictObject({
  id: text,
  /** The VCS user that authorized it. */
  serviceProviderUser: optionalText,
  hasSshKey: z.boolean(),
});

export const ConnectionRecord = z.strictObject({
  /** The OAuth client's id, `oc-…`. */
  id: text,
  name: optionalText,
  serviceProvider: text,
  httpUrl: text,
  apiUrl: text,
  /** The OAuth application's id; empty or null suggests a personal access token (a heuristic: the API has no such attribute). */
  key: optionalText,
  organizationScoped: z.boolean(),
  projectIds: z.array(text),
  agentPoolId: optionalText,
  /** Where a person re-authorizes it, relative to the host. */
  connectPath: optionalText,
  createdAt: optionalText,
  tokens: z.array(ConnectionToken),
  /** TFE's own count of workspaces on it; null where the server does not say. */
  affectedWorkspacesCount: z.number().int().nullable(),
  gone: z.boolean(),
});
export type ConnectionRecord = z.infer<typeof ConnectionRecord>;

/**
 * A connection that this configuration makes, or made: what it may have put into a Terraform state. Kept for good, since it
 * leaves a state only through a `removed` block (docs/decisions/0007).
 */
export const OwnConnection = z.strictObject({
  /** The Terraform resource name of the connection, and what those of its project links begin with. */
  address: text,
  /** What it is made with. The provider destroys and makes anew when any of these four changes (its schema: ForceNew). */
  name: text,
  serviceProvider: text,
  httpUrl: text,
  apiUrl: text,
  /** Its id; null until a reading, or the state, has told it. */
  id: optionalText,
  /** Ids of the connections of the same name that were there before it: none of them is this one. */
  others: z.array(text),
  /** Whether it is a resource of the configuration; once it was forgotten, it is only referred to, as it cannot be imported. */
  managed: z.boolean(),
  /** Ids of every project that it was ever linked to (`tfe_project_oauth_client`). */
  projectIds: z.array(text),
});
export type OwnConnection = z.infer<typeof OwnConnection>;

export const ProjectRecord = z.strictObject({
  id: text,
  name: text,
  /** After this time without activity its workspaces are destroyed, such as `30d`; absent when there is none. */
  autoDestroyActivityDuration: text.optional(),
});
export type ProjectRecord = z.infer<typeof ProjectRecord>;

/** A Stack component configuration of the private registry, which HCP Terraform alone has. Only those with a VCS link are recorded. */
export const StackComponentRecord = z.strictObject({
  /** `comp-…`. */
  id: text,
  name: text,
  vcsRepo: VcsRepo,
});
export type StackComponentRecord = z.infer<typeof StackComponentRecord>;

/**
 * Whether the server re-points registry modules in place, by having moved one and read it back. Which server does cannot be told
 * otherwise: the route has been there since 2022 (go-tfe 1.13), took branch, tags and tests alone until 2026 (go-tfe #1376), and
 * answers 200 either way.
 */
export const ModulesInPlace = z.strictObject({
  /** Which server it was, with its version: another one is asked anew. */
  server: text,
  inPlace: z.boolean(),
  /** The module that was tried, for people. */
  module: text,
  /** What the server did, for people, such as `it answered 404`. */
  answer: text,
});
export type ModulesInPlace = z.infer<typeof ModulesInPlace>;

export const Inventory = z.strictObject({
  version: z.literal(INVENTORY_VERSION),
  hostname: text,
  organization: text,
  /** When the rest of this file last changed, RFC 3339 in UTC. */
  changedAt: text,
  /** Kinds that the organization is not entitled to, or whose list the token may not read. */
  unavailableKinds: z.array(ResourceKind),
  /** null before one was tried on the server as it is. */
  modulesInPlace: ModulesInPlace.nullable(),
  projects: z.array(ProjectRecord),
  connections: z.array(ConnectionRecord),
  /** Each connection that this configuration makes or made, in the order in which they were recorded. */
  ownConnections: z.array(OwnConnection),
  resources: z.array(VcsResource),
  /** As of the last reading. No API moves them. */
  stackComponents: z.array(StackComponentRecord),
});
export type Inventory = z.infer<typeof Inventory>;

/** What one reading of an organization found, before it is merged into the file. */
export interface InventoryReading {
  readonly hostname: string;
  readonly organization: string;
  readonly unavailableKinds: readonly ResourceKind[];
  /** The server's name and version, such as `Terraform Enterprise 1.1.0`. */
  readonly server: string;
  readonly projects: readonly ProjectRecord[];
  readonly connections: readonly Omit<ConnectionRecord, "gone">[];
  readonly resources: readonly ResourceReading[];
  readonly stackComponents: readonly StackComponentRecord[];
}

type Read<R> = Omit<R, "baseline" | "adopted" | "gone" | "lastVcsRepo">;
/** One resource as a reading found it. */
export type ResourceReading =
  | Read<WorkspaceRecord>
  | Read<PolicySetRecord>
  | Read<RegistryModuleRecord>
  | Read<StackRecord>;
