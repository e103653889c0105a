import type { ResourceKind } from "../inventory/schema";

/** What the review knows of a resource type of `hashicorp/tfe` (its schema, 0.71 to 0.80). */
export interface ResourceFacts {
  readonly kind: ResourceKind | "connection" | "connection-project";
  /** Where the token id is, as `formatPath` writes it; undefined where there is none. */
  readonly tokenPath?: string;
  /**
   * Arguments that exist in configuration and state alone: the API has no such attribute, an import leaves them null, and
   * the configuration or the provider's default then adds them. Value: what they may become. No request carries them.
   */
  readonly configurationOnly: ReadonlyMap<string, readonly boolean[]>;
  /** Paths that an import does not read, though the server has a value: plans seem to set it until an apply has. */
  readonly unread: ReadonlySet<string>;
  /** Arguments that any update clears on the server when the configuration leaves them out, though the plan shows no change. */
  readonly clearedWhenLeftOut: ReadonlySet<string>;
  /** Attributes that only the server sets. The provider may not know them before the apply; no request carries them. */
  readonly computed: ReadonlySet<string>;
  /** Attributes that are neither read nor sent while another one is true, and are left unknown then. */
  readonly unusedWhile?: ReadonlyMap<string, string>;
}

const none: ReadonlyMap<string, readonly boolean[]> = new Map();
const nothing: ReadonlySet<string> = new Set();

export const resourceFacts: ReadonlyMap<string, ResourceFacts> = new Map<string, ResourceFacts>([
  [
    "tfe_workspace",
    {
      kind: "workspace",
      tokenPath: "vcs_repo[0].oauth_token_id",
      configurationOnly: new Map([
        ["force_delete", [false]],
        ["ignore_additional_tags", [false, true]],
        ["ignore_additional_tag_names", [false]],
      ]),
      unread: nothing,
      // The update looks into the raw configuration, past ignore_changes (resource_tfe_workspace.go, hasAutoDestroyAtChange
      // and the choice between trigger patterns and prefixes).
      clearedWhenLeftOut: new Set(["auto_destroy_at", "trigger_patterns"]),
      unusedWhile: new Map([["remote_state_consumer_ids", "global_remote_state"]]),
      computed: new Set(["effective_tags", "html_url", "inherits_project_auto_destroy", "resource_count"]),
    },
  ],
  [
    "tfe_policy_set",
    {
      kind: "policy-set",
      tokenPath: "vcs_repo[0].oauth_token_id",
      // Null on the server for Sentinel; null to false is no change to the provider, so it is not sent.
      configurationOnly: new Map([["overridable", [false]]]),
      // The read keeps the branch only when the state has one already (resource_tfe_policy_set.go).
      unread: new Set(["vcs_repo[0].branch"]),
      clearedWhenLeftOut: nothing,
      computed: nothing,
    },
  ],
  [
    "tfe_registry_module",
    {
      kind: "registry-module",
      tokenPath: "vcs_repo[0].oauth_token_id",
      configurationOnly: none,
      unread: nothing,
      clearedWhenLeftOut: nothing,
      computed: new Set(["publishing_mechanism"]),
    },
  ],
  [
    "tfe_stack",
    {
      kind: "stack",
      tokenPath: "vcs_repo.oauth_token_id",
      configurationOnly: none,
      unread: nothing,
      clearedWhenLeftOut: nothing,
      computed: new Set(["created_at", "creation_source", "updated_at"]),
    },
  ],
  [
    "tfe_oauth_client",
    {
      kind: "connection",
      configurationOnly: none,
      unread: nothing,
      clearedWhenLeftOut: nothing,
      computed: new Set(["id", "oauth_token_id", "agent_pool_id"]),
    },
  ],
  [
    "tfe_project_oauth_client",
    {
      kind: "connection-project",
      configurationOnly: none,
      unread: nothing,
      clearedWhenLeftOut: nothing,
      computed: new Set(["id"]),
    },
  ],
]);

/** Data sources that a re-pointing may read. */
export const knownDataSources: ReadonlySet<string> = new Set(["tfe_oauth_client"]);

/** The only provider that a re-pointing needs. */
export const PROVIDER = "registry.terraform.io/hashicorp/tfe";
