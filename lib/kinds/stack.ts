import { z } from "zod";
import { Attributes } from "../tfe/attributes";
import { type Resource, related } from "../tfe/resource";
import type { Addressed, Kind } from "./kind";
import { type LinkInApiWords, type LinkToSend, withoutAbsent } from "./link";
import { none, nothing } from "./provider-facts";
import { type Reading, recordOf } from "./record";
import { readLink, type VcsRepo } from "./vcs-repo";

const text = z.string();
const optionalText = z.string().nullable();

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

export const StackRecord = recordOf("stack", StackSettings);
export type StackRecord = z.infer<typeof StackRecord>;

/** HCP Terraform API, "Stacks". */
export const stack = {
  kind: "stack",
  words: "stack",
  type: "stacks",
  id: /^st-[A-Za-z0-9]+$/,
  entitlements: ["stacks"],
  terraformType: "tfe_stack",
  provider: {
    tokenPath: "vcs_repo.oauth_token_id",
    configurationOnly: none,
    unread: nothing,
    clearedWhenLeftOut: nothing,
    computed: new Set(["created_at", "creation_source", "updated_at"]),
    linkLacks: new Set(["tags_regex"]),
  },
  isTokenAlone: false,
  overApi: false,
  read(resource: Resource): Reading<StackRecord> {
    const a = new Attributes(resource);
    const repo = a.object("vcs-repo");
    return {
      kind: "stack",
      id: resource.id,
      name: a.required("name"),
      projectId: related(resource, "project"),
      vcsRepo: stackRepo(repo),
      settings: {
        description: a.optional("description"),
        agentPoolId: related(resource, "agent-pool"),
        migration: a.optionalFlag("migration"),
        speculativeEnabled: a.optionalFlag("speculative-enabled"),
        triggerPatterns: a.has("trigger-patterns") ? a.texts("trigger-patterns") : null,
        workingDirectory: a.optional("working-directory"),
        // What a server does not show is left out, and so is no difference.
        ...shown("executionMode", a.optional("execution-mode")),
        ...shown("triggerDisabled", a.optionalFlag("trigger-disabled")),
        ...shown("linkedStackConnections", a.record("linked-stack-connections")),
      },
    };
  },
  path: (_: string, { id }: Addressed) => `stacks/${id}`,
  importIds: (_: string, { id }: Addressed) => [id] as const,
  /** The branch is left out where it is the default one (go-tfe, `StackVCSRepoOptions`). */
  linkInApiWords: (link: LinkToSend) => ({
    identifier: link.identifier,
    branch: link.branch || undefined,
    "oauth-token-id": link.oauthTokenId,
    "tags-regex": link.tagsRegex,
    "sparse-checkout-pattern": link.sparseCheckoutPattern,
    "trigger-disabled": link.triggerDisabled,
  }),
  /**
   * It holds more than the link: "Update a Stack" documents defaults, and not the previous values, for its name, description,
   * speculative-enabled and agent pool when they are left out. They are sent as they are.
   */
  linkDocument(id: string, link: LinkInApiWords, { attributes, relationships }: Resource) {
    const { name, description, "speculative-enabled": speculative } = attributes;
    const asTheyAre = { name, description: description || undefined, "speculative-enabled": speculative };
    const pool = relationships["agent-pool"]?.data;
    const agentPool =
      pool == null || Array.isArray(pool)
        ? {}
        : { relationships: { "agent-pool": { data: { type: pool.type, id: pool.id } } } };
    const repo = { "vcs-repo": withoutAbsent(link) };
    return { data: { type: "stacks", id, attributes: { ...withoutAbsent(asTheyAre), ...repo }, ...agentPool } };
  },
} as const satisfies Kind;

function stackRepo(repo: Attributes | null): VcsRepo | null {
  if (repo === null) return null;
  return {
    ...readLink(repo),
    ...shown("tagsRegex", repo.optional("tags-regex")),
    ...shown("sparseCheckoutPattern", repo.optional("sparse-checkout-pattern")),
    ...shown("triggerDisabled", repo.optionalFlag("trigger-disabled")),
  };
}

function shown<K extends string, V>(key: K, value: V | null): { readonly [key in K]?: V } {
  const pair: { [key in K]?: V } = {};
  if (value !== null) pair[key] = value;
  return pair;
}
