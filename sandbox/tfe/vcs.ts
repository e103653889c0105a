import { object, property, text, unprocessable } from "./api";
import type { Attachable, TfeState, VcsRepo } from "./state";

/**
 * Applies a request's `vcs-repo` to what there is: only the keys given change, `null` removes the link (HCP Terraform API,
 * "Update a Workspace"). A token must exist and belong to the organization.
 */
export function applyVcsRepo(
  state: TfeState,
  target: Attachable,
  attributes: Record<string, unknown>,
  /** Keys that only this kind of object has, with their empty values. */
  ofKind: Partial<VcsRepo> = {},
): void {
  if (!("vcs-repo" in attributes)) return;
  const wish = attributes["vcs-repo"];
  if (wish === null) {
    target.vcsRepo = null;
    return;
  }
  const given = object(wish);
  const before = target.vcsRepo;
  const identifier = text(given.identifier) ?? before?.identifier;
  if (identifier === undefined || identifier === "") {
    throw unprocessable("Identifier can't be blank", "/data/attributes/vcs-repo/identifier");
  }
  const token = keyed(given, "oauth-token-id", before?.["oauth-token-id"] ?? null);
  const installation = keyed(given, "github-app-installation-id", before?.["github-app-installation-id"] ?? null);
  if (token === null && installation === null) {
    throw unprocessable("An oauth-token-id or github-app-installation-id is required", "/data/attributes/vcs-repo");
  }
  if (token !== null && tokenOrganization(state, token) !== target.organization) {
    throw unprocessable(`The OAuth token ${token} does not exist`, "/data/attributes/vcs-repo/oauth-token-id");
  }
  const submodules = given["ingress-submodules"];
  const link: VcsRepo = {
    ...ofKind,
    ...before,
    identifier,
    branch: text(given.branch) ?? before?.branch ?? "",
    "ingress-submodules": typeof submodules === "boolean" ? submodules : (before?.["ingress-submodules"] ?? false),
    "oauth-token-id": token,
    "github-app-installation-id": installation,
    "webhook-url": before?.["webhook-url"] ?? null,
  };
  for (const key of ["tags-regex", "source-directory", "tag-prefix"] as const) {
    if (key in given && key in link) link[key] = keyed(given, key, null);
  }
  if (typeof given.tags === "boolean") link.tags = given.tags;
  if (link["webhook-url"] === null)
    link["webhook-url"] = `https://${HOSTNAME}/webhooks/vcs/${state.random.letters(24)}`;
  target.vcsRepo = link;
  state.onLink(identifier, link["webhook-url"]);
}

/** What only a workspace's link has. */
export const WORKSPACE_LINK: Partial<VcsRepo> = { "tags-regex": null };
/** What only a registry module's link has. */
export const MODULE_LINK: Partial<VcsRepo> = { tags: false, "source-directory": null, "tag-prefix": null };

/** The host that the sandbox goes by. */
export const HOSTNAME = "tfe.sandbox.test";

/** An empty string clears, as null does; an absent key leaves what there is. */
function keyed(given: Record<string, unknown>, key: string, otherwise: string | null): string | null {
  if (!(key in given)) return otherwise;
  const value = text(given[key]);
  return value === undefined || value === "" ? null : value;
}

function tokenOrganization(state: TfeState, tokenId: string): string | undefined {
  const token = state.tokens.get(tokenId);
  return token === undefined ? undefined : state.clients.get(token.clientId)?.organization;
}

/** A link as the API shows it, with what follows from its connection. */
export function showVcsRepo(state: TfeState, repo: VcsRepo | null): unknown {
  if (repo === null) return null;
  const token = repo["oauth-token-id"];
  const clientId = token === null ? undefined : state.tokens.get(token)?.clientId;
  const client = clientId === undefined ? undefined : state.clients.get(clientId);
  const http = text(property(client?.attributes, "http-url")) ?? "https://github.com";
  return {
    ...repo,
    "display-identifier": repo.identifier,
    "repository-http-url": `${http}/${repo.identifier}`,
    "service-provider": property(client?.attributes, "service-provider") ?? "github_app",
  };
}
