/** Attributes in the API's own words. */
export type Attributes = Record<string, unknown>;

/** A VCS link in the API's own words. */
export interface VcsRepo {
  identifier: string;
  /** "" is the repository's default branch. */
  branch: string;
  "ingress-submodules": boolean;
  "oauth-token-id": string | null;
  "github-app-installation-id": string | null;
  /** Workspaces and stacks. */
  "tags-regex"?: string | null;
  /** Stacks alone: which files are fetched. */
  "sparse-checkout-pattern"?: string | null;
  /** Stacks alone: pushes start nothing. */
  "trigger-disabled"?: boolean;
  /** Registry modules alone: versions come from Git tags. */
  tags?: boolean;
  /** Registry modules alone. */
  "source-directory"?: string | null;
  /** Registry modules alone. */
  "tag-prefix"?: string | null;
  /** Where the repository's webhook leads. */
  "webhook-url": string | null;
}

export type ResourceKind = "workspace" | "policy-set" | "registry-module" | "stack" | "stack-component";

/** Anything that may be linked to a repository through a connection. */
export interface Attachable {
  readonly id: string;
  organization: string;
  attributes: Attributes;
  vcsRepo: VcsRepo | null;
}

export interface Run {
  readonly id: string;
  /** Such as `planning` or `applied` (HCP Terraform API, "Runs"). */
  status: string;
}

/** What a run's configuration came from. One from a repository has ingress attributes: the commit it was read at. */
export interface ConfigurationVersion {
  readonly id: string;
  /** Such as `gitlab`, `github`, `tfe-api` or `terraform+cloud` (HCP Terraform API, "Configuration Versions"). */
  readonly source: string;
  readonly ingress: Ingress | null;
}

export interface Ingress {
  readonly identifier: string;
  /** "" is the repository's default branch. */
  readonly branch: string;
  /** Where the repository is cloned from. */
  readonly cloneUrl: string;
  /** @default false */
  readonly isPullRequest?: boolean;
}

export interface TagBinding {
  readonly key: string;
  readonly value: string;
}

export interface Lock {
  readonly by: "user" | "run" | "team";
  readonly reason: string;
  /** Who locked it. @default somebody else than the one who asks */
  readonly holder?: string;
}

/** What a workspace sets itself rather than take over from its project or organization. */
export interface Overwrites {
  "execution-mode": boolean;
  "agent-pool": boolean;
}

export interface Workspace extends Attachable {
  projectId: string;
  sshKeyId: string | null;
  agentPoolId: string | null;
  tagNames: string[];
  tagBindings: TagBinding[];
  remoteStateConsumers: string[];
  overwrites: Overwrites;
  locked: Lock | null;
  /** Oldest first. */
  runs: Run[];
  updatedAt: string;
}

export interface PolicySet extends Attachable {
  workspaceIds: string[];
  projectIds: string[];
  workspaceExclusionIds: string[];
  projectExclusionIds: string[];
  updatedAt: string;
}

export interface ModuleVersion {
  readonly id: string;
  readonly version: string;
  status: string;
}

export interface RegistryModule extends Attachable {
  versions: ModuleVersion[];
  updatedAt: string;
}

export interface Stack extends Attachable {
  projectId: string;
  agentPoolId: string | null;
  updatedAt: string;
}

/** A connection: TFE calls it an OAuth client. */
export interface OauthClient {
  readonly id: string;
  organization: string;
  attributes: Attributes;
  /** The token string or the application's secret; never shown. */
  secret: string;
  projectIds: string[];
  agentPoolId: string | null;
  tokenIds: string[];
}

export interface OauthToken {
  readonly id: string;
  readonly clientId: string;
  user: string;
  hasSshKey: boolean;
  readonly createdAt: string;
}

/**
 * What "Reauthorize" does to the token besides renewing what it stands for: nothing, or it dates it anew. Replacing it, which unlinks
 * everything, is what no documentation says and a careful client survives.
 */
export type Reauthorization = "keeps" | "dates" | "replaces";

/** The application of an OAuth connection at the service provider. */
export interface OauthApplication {
  readonly key: string;
  readonly secret: string;
}

/** What TFE holds of an OAuth application's grant. */
export interface HeldGrant {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Whether a refresh was refused: the connection is then of no use until somebody authorizes it again. @default false */
  readonly refused?: boolean;
}

export interface Project {
  readonly id: string;
  organization: string;
  name: string;
  description: string;
  attributes: Attributes;
  defaultAgentPoolId: string | null;
  tagBindings: TagBinding[];
}

/** SSH keys: all that matters of them here is that they are there. */
export interface Named {
  readonly id: string;
  organization: string;
  name: string;
}

export interface AgentPool extends Named {
  organizationScoped: boolean;
  readonly createdAt: string;
  allowedWorkspaceIds: string[];
  allowedProjectIds: string[];
  excludedWorkspaceIds: string[];
}

export interface Organization {
  name: string;
  readonly externalId: string;
  attributes: Attributes;
  defaultProjectId: string;
  defaultAgentPoolId: string | null;
}

export interface VcsEvent {
  readonly id: string;
  organization: string;
  readonly level: "info" | "error";
  readonly message: string;
  readonly createdAt: string;
  readonly clientId: string | null;
  /** @default none */
  readonly suggestedAction?: string;
}

/** Whose token a request may carry. */
export interface User {
  readonly id: string;
  readonly username: string;
  /**
   * `all`: a member of the owners team. `manager`: everything but what needs an owner. `none`: the token is good, but everything of
   * every organization is "not found".
   */
  readonly rights: "all" | "manager" | "none";
}

/**
 * What happens to a `PATCH` of a registry module:
 * - `in-place`: its token changes (HCP Terraform, since mid-2026);
 * - `token-ignored`: it is answered 200, and the token stays (the route is of 2022, and took branch, tags and tests alone);
 * - `no-route`: 404, as before 2022;
 * - `owners-only`: as `in-place`, and the sandbox's own token is not an owner's: 403 ("must belong to the owners team").
 */
export const modulePatches = ["in-place", "token-ignored", "no-route", "owners-only"] as const;
export type ModulePatch = (typeof modulePatches)[number];

/** A Stack component configuration of the private registry (HCP Terraform alone). */
export interface StackComponent extends Attachable {
  versions: string[];
  updatedAt: string;
}

/** What organizations may use; a kind that they may not answers 404. */
export interface Entitlements {
  readonly policySets: boolean;
  readonly registryModules: boolean;
  readonly stacks: boolean;
  /** HCP Terraform alone has a registry of Stack component configurations. */
  readonly stackComponents: boolean;
}
