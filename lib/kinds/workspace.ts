import { z } from "zod";
import { Attributes } from "../tfe/attributes";
import { type Resource, related } from "../tfe/resource";
import type { Addressed, Kind } from "./kind";
import { type LinkInApiWords, type LinkToSend, linkAlone } from "./link";
import { nothing } from "./provider-facts";
import { type Reading, recordOf } from "./record";
import { readLinkWithSubmodules, type VcsRepo } from "./vcs-repo";

const text = z.string();
const optionalText = z.string().nullable();

/** The settings of a workspace that a token-only plan needs (docs/reference/terraform-configuration.md says why each). */
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

export const WorkspaceRecord = recordOf("workspace", WorkspaceSettings);
export type WorkspaceRecord = z.infer<typeof WorkspaceRecord>;

/** HCP Terraform API, "Workspaces". */
export const workspace = {
  kind: "workspace",
  words: "workspace",
  type: "workspaces",
  id: /^ws-[A-Za-z0-9]+$/,
  entitlements: ["operations", "state-storage"],
  terraformType: "tfe_workspace",
  provider: {
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
    absentBehindGuard: new Set(["html_url"]),
  },
  isTokenAlone: true,
  overApi: false,
  tagsQuery: "include=effective_tag_bindings",
  read(resource: Resource): Reading<WorkspaceRecord> {
    const a = new Attributes(resource);
    return {
      kind: "workspace",
      id: resource.id,
      name: a.required("name"),
      projectId: related(resource, "project"),
      vcsRepo: workspaceRepo(a.object("vcs-repo")),
      settings: {
        description: a.optional("description"),
        allowDestroyPlan: a.flag("allow-destroy-plan", true),
        assessmentsEnabled: a.flag("assessments-enabled"),
        autoApply: a.flag("auto-apply"),
        autoApplyRunTrigger: a.flag("auto-apply-run-trigger"),
        autoDestroyAt: a.optional("auto-destroy-at"),
        autoDestroyActivityDuration: a.optional("auto-destroy-activity-duration"),
        inheritsProjectAutoDestroy: a.flag("inherits-project-auto-destroy"),
        executionMode: a.required("execution-mode"),
        agentPoolId: related(resource, "agent-pool"),
        fileTriggersEnabled: a.flag("file-triggers-enabled", true),
        globalRemoteState: a.flag("global-remote-state"),
        queueAllRuns: a.flag("queue-all-runs"),
        source: a.optional("source"),
        sourceName: a.optional("source-name"),
        sourceUrl: a.optional("source-url"),
        speculativeEnabled: a.flag("speculative-enabled", true),
        sshKeyId: related(resource, "ssh-key"),
        structuredRunOutputEnabled: a.flag("structured-run-output-enabled", true),
        terraformVersion: a.optional("terraform-version"),
        triggerPrefixes: a.texts("trigger-prefixes"),
        triggerPatterns: a.texts("trigger-patterns"),
        workingDirectory: a.text("working-directory"),
        tagNames: a.texts("tag-names").sort(),
      },
    };
  },
  path: (_: string, { id }: Addressed) => `workspaces/${id}`,
  importIds: (organization: string, { id, name }: Addressed) => [id, `${organization}/${name}`] as const,
  linkInApiWords: ({ identifier, branch, oauthTokenId, ingressSubmodules, tagsRegex }: LinkToSend) => ({
    identifier,
    branch,
    "oauth-token-id": oauthTokenId,
    "ingress-submodules": ingressSubmodules,
    "tags-regex": tagsRegex ?? "",
  }),
  linkDocument: (id: string, link: LinkInApiWords) => linkAlone("workspaces", id, link),
} as const satisfies Kind;

/** For what TFE has of workspaces alone: locks, configuration versions, a list with all that the provider reads, a count of those affected. */
export const isWorkspace = <R extends { readonly kind: unknown }>(one: R): one is R & { readonly kind: "workspace" } =>
  one.kind === workspace.kind;

function workspaceRepo(repo: Attributes | null): VcsRepo | null {
  const link = readLinkWithSubmodules(repo);
  return repo === null || link === null ? null : { ...link, tagsRegex: repo.optional("tags-regex") };
}
