import { z } from "zod";
import { Attributes } from "../tfe/attributes";
import { type Resource, relatedAll } from "../tfe/resource";
import type { Addressed, Kind } from "./kind";
import { type LinkInApiWords, type LinkToSend, linkAlone } from "./link";
import { nothing } from "./provider-facts";
import { type Reading, recordOf } from "./record";
import { readLinkWithSubmodules } from "./vcs-repo";

const text = z.string();
const optionalText = z.string().nullable();

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

export const PolicySetRecord = recordOf("policy-set", PolicySetSettings);
export type PolicySetRecord = z.infer<typeof PolicySetRecord>;

/** HCP Terraform API, "Policy sets". */
export const policySet = {
  kind: "policy-set",
  words: "policy set",
  type: "policy-sets",
  id: /^polset-[A-Za-z0-9]+$/,
  entitlements: ["sentinel", "policy-enforcement"],
  terraformType: "tfe_policy_set",
  provider: {
    tokenPath: "vcs_repo[0].oauth_token_id",
    // Null on the server for Sentinel; null to false is no change to the provider, so it is not sent.
    configurationOnly: new Map([["overridable", [false]]]),
    // The read keeps the branch only when the state has one already (resource_tfe_policy_set.go).
    unread: new Set(["vcs_repo[0].branch"]),
    clearedWhenLeftOut: nothing,
    computed: nothing,
    replacesToLink: true,
  },
  isTokenAlone: false,
  overApi: false,
  read(resource: Resource): Reading<PolicySetRecord> {
    const a = new Attributes(resource);
    return {
      kind: "policy-set",
      id: resource.id,
      name: a.required("name"),
      projectId: null,
      vcsRepo: readLinkWithSubmodules(a.object("vcs-repo")),
      settings: {
        description: a.optional("description"),
        global: a.flag("global"),
        kind: a.optional("kind") ?? "sentinel",
        overridable: a.optionalFlag("overridable"),
        agentEnabled: a.flag("agent-enabled"),
        policyToolVersion: a.optional("policy-tool-version"),
        policiesPath: a.optional("policies-path"),
        policyUpdatePatterns: a.texts("policy-update-patterns"),
        workspaceIds: [...relatedAll(resource, "workspaces")],
        projectIds: [...relatedAll(resource, "projects")],
        workspaceExclusionIds: [...relatedAll(resource, "workspace-exclusions")],
      },
    };
  },
  path: (_: string, { id }: Addressed) => `policy-sets/${id}`,
  importIds: (organization: string, { id, name }: Addressed) => [id, `${organization}/${name}`] as const,
  linkInApiWords: ({ identifier, branch, oauthTokenId, ingressSubmodules }: LinkToSend) => ({
    identifier,
    branch,
    "oauth-token-id": oauthTokenId,
    "ingress-submodules": ingressSubmodules,
  }),
  linkDocument: (id: string, link: LinkInApiWords) => linkAlone("policy-sets", id, link),
} as const satisfies Kind;
