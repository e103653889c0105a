import { kinds, type ResourceKind } from "../kinds";
import { none, nothing, type ProviderFacts } from "../kinds/provider-facts";

/** What the review knows of a resource type of `hashicorp/tfe`. */
export interface ResourceFacts extends ProviderFacts {
  readonly kind: ResourceKind | "connection" | "connection-project";
}

export const resourceFacts: ReadonlyMap<string, ResourceFacts> = new Map<string, ResourceFacts>([
  ...kinds.map(({ kind, terraformType, provider }) => [terraformType, { kind, ...provider }] as const),
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
