import type { Answer, TfeClient } from "./client";

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
 * Links an object to a repository (HCP Terraform API, "Update a Workspace" and its like). A request that was sent twice does the
 * same.
 *
 * @returns the server's answer, which may be a refusal
 * @throws ExternalError when the server does not answer, or does not take the token
 */
export async function linkRepository(client: TfeClient, object: LinkedObject, link: LinkToSend): Promise<Answer> {
  const attributes = { "vcs-repo": linkInApiWords(object.type, link) };
  return client.send("PATCH", object.path, { body: { data: { type: object.type, id: object.id, attributes } } });
}
