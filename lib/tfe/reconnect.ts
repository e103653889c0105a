import type { Answer, TfeClient } from "./client";
import type { Resource } from "./resource";

/** A VCS link, as it is sent. Absent keys are not sent. */
export interface LinkToSend {
  readonly identifier: string;
  readonly branch?: string | undefined;
  readonly ingressSubmodules?: boolean | undefined;
  readonly tagsRegex?: string | null | undefined;
  readonly sparseCheckoutPattern?: string | null | undefined;
  readonly triggerDisabled?: boolean | undefined;
  readonly oauthTokenId: string;
}

/** What is linked: its JSON:API type and where it is patched. */
export interface LinkedObject {
  readonly type: "workspaces" | "policy-sets" | "registry-modules" | "stacks";
  readonly id: string;
  readonly path: string;
}

/**
 * A VCS link in the API's words, whole: what the kind's documentation names (HCP Terraform API, "Update a Workspace" and its like).
 * A stack's branch is left out where it is the default one (go-tfe, `StackVCSRepoOptions`).
 */
export function linkInApiWords(type: LinkedObject["type"], link: LinkToSend): Readonly<Record<string, unknown>> {
  return {
    identifier: link.identifier,
    branch: type === "stacks" ? link.branch || undefined : link.branch,
    "oauth-token-id": link.oauthTokenId,
    "ingress-submodules": type === "workspaces" || type === "policy-sets" ? link.ingressSubmodules : undefined,
    "tags-regex": type === "workspaces" ? (link.tagsRegex ?? "") : undefined,
    ...(type === "stacks"
      ? {
          "tags-regex": link.tagsRegex ?? undefined,
          "sparse-checkout-pattern": link.sparseCheckoutPattern ?? undefined,
          "trigger-disabled": link.triggerDisabled,
        }
      : {}),
  };
}

/**
 * The request that changes an object's link, and nothing else of it.
 *
 * A stack's holds more: "Update a Stack" documents defaults, and not the previous values, for its name, description,
 * speculative-enabled and agent pool when they are left out. They are sent as they are.
 *
 * @param now the object as the server has it
 */
export function linkDocument(
  { type, id }: Pick<LinkedObject, "type" | "id">,
  link: Readonly<Record<string, unknown>>,
  { attributes, relationships }: Resource,
): unknown {
  const repo = { "vcs-repo": withoutAbsent(link) };
  if (type !== "stacks") return { data: { type, id, attributes: repo } };
  const { name, description, "speculative-enabled": speculative } = attributes;
  const asTheyAre = withoutAbsent({ name, description: description || undefined, "speculative-enabled": speculative });
  const pool = relationships["agent-pool"]?.data;
  const agentPool =
    pool == null || Array.isArray(pool)
      ? {}
      : { relationships: { "agent-pool": { data: { type: pool.type, id: pool.id } } } };
  return { data: { type, id, attributes: { ...asTheyAre, ...repo }, ...agentPool } };
}

function withoutAbsent(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined && value !== null));
}

/**
 * Links an object to a repository (HCP Terraform API, "Update a Workspace" and its like). A request that was sent twice does the
 * same.
 *
 * @param now the object as the server has it
 * @returns the server's answer, which may be a refusal
 * @throws ExternalError when the server does not answer, or does not take the token
 */
export async function linkRepository(
  client: TfeClient,
  object: LinkedObject,
  link: LinkToSend,
  now: Resource,
): Promise<Answer> {
  const body = linkDocument(object, linkInApiWords(object.type, link), now);
  return client.send("PATCH", object.path, { body });
}
