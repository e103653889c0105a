import { modulePatch } from "../../kinds/registry-module";
import type { VcsRepo } from "../../kinds/vcs-repo";
import { patchResource, readResource } from "../../tfe/api";
import { Attributes } from "../../tfe/attributes";
import type { TfeClient } from "../../tfe/client";

/** What came of changing a registry module's token. */
export type ModuleAnswer =
  | { readonly type: "moved" }
  /** The server has no way to do it, or does not do it: no module of it can be moved. `answer` says what it did. */
  | { readonly type: "not-in-place"; readonly answer: string }
  /** The token may not, or may not and the server hides that. */
  | { readonly type: "forbidden"; readonly reason: string }
  | { readonly type: "refused"; readonly reason: string };

/** HCP Terraform API, "Update a Private Registry Module". */
export const OWNERS =
  "HashiCorp documents that changing a registry module needs a token of the owners team or of a member of it";

/**
 * Sends the request that re-points a module and reads the module back: whether a server takes the token cannot be told by its
 * answer, since one from before 2026 answers 200 and leaves it.
 *
 * @throws ExternalError when the server does not answer, or does not take the caller's token
 */
export async function patchModule(
  client: TfeClient,
  path: string,
  vcsRepo: Omit<VcsRepo, "oauthTokenId">,
  tokenId: string,
): Promise<ModuleAnswer> {
  const { status, refusal } = await patchResource(client, path, modulePatch(vcsRepo, tokenId));
  if (status === 405) return { type: "not-in-place", answer: "it answered 405" };
  if (refusal !== undefined && status !== 404)
    return { type: status === 403 ? "forbidden" : "refused", reason: refusal.message };
  const module = await readResource(client, path);
  if (module === undefined) return { type: "refused", reason: "it no longer exists, or the token cannot see it" };
  const attributes = new Attributes(module);
  if (status === 404) {
    // TFE answers 404 to what a token may not do, too. Who may delete a module is an owner, and may change it.
    if (attributes.object("permissions")?.optionalFlag("can-delete") === true)
      return { type: "not-in-place", answer: "it answered 404 to an owner's token" };
    return {
      type: "forbidden",
      reason: `PATCH /${path} answered 404, so the server has no such route, or hides what the token may not do`,
    };
  }
  const found = attributes.object("vcs-repo")?.optional("oauth-token-id") ?? null;
  if (found === tokenId) return { type: "moved" };
  return { type: "not-in-place", answer: `it answered ${status}, but the token is still ${found ?? "none"}` };
}
