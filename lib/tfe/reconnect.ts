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
 * Links an object to a repository (HCP Terraform API, "Update a Workspace" and its like). A request that was sent twice does the
 * same.
 *
 * @returns the server's answer, which may be a refusal
 * @throws ExternalError when the server does not answer, or does not take the token
 */
export async function linkRepository(client: TfeClient, object: LinkedObject, link: LinkToSend): Promise<Answer> {
  const repo = {
    identifier: link.identifier,
    branch: link.branch,
    "oauth-token-id": link.oauthTokenId,
    "ingress-submodules":
      object.type === "workspaces" || object.type === "policy-sets" ? link.ingressSubmodules : undefined,
    "tags-regex": object.type === "workspaces" ? (link.tagsRegex ?? "") : undefined,
    ...(object.type === "stacks"
      ? {
          "tags-regex": link.tagsRegex ?? undefined,
          "sparse-checkout-pattern": link.sparseCheckoutPattern ?? undefined,
          "trigger-disabled": link.triggerDisabled,
        }
      : {}),
  };
  return client.send("PATCH", object.path, {
    body: { data: { type: object.type, id: object.id, attributes: { "vcs-repo": repo } } },
  });
}
