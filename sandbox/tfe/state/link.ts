import { ApiError, unprocessable } from "../api/errors";
import { object, text } from "../api/json";
import { HOSTNAME } from "../hostname";
import type { Attachable, OauthClient, ResourceKind, VcsRepo } from "./records";
import type { TfeState } from "./tfe-state";

const STACK = { "tags-regex": null, "sparse-checkout-pattern": null, "trigger-disabled": false };

/** What the link of each kind of resource has besides what all links have, with its empty values. */
const OF_KIND: Readonly<Record<ResourceKind, Partial<VcsRepo>>> = {
  workspace: { "tags-regex": null },
  "policy-set": {},
  "registry-module": { tags: false, "source-directory": null, "tag-prefix": null },
  stack: STACK,
  "stack-component": { "source-directory": null, "tag-prefix": null },
};

const AT = "/data/attributes/vcs-repo";

/**
 * Applies a request's `vcs-repo` to what there is: only the keys given change, `null` removes the link (HCP Terraform API,
 * "Update a Workspace"). The webhook's address stays as long as the link does.
 *
 * @param projectId the project whose connections may be used; undefined for what belongs to no project.
 * @throws ApiError 422 when the result is no usable link.
 */
export function applyLink(
  state: TfeState,
  kind: ResourceKind,
  target: Attachable,
  attributes: Readonly<Record<string, unknown>>,
  projectId?: string,
): void {
  if (!("vcs-repo" in attributes)) return;
  if (attributes["vcs-repo"] === null) {
    target.vcsRepo = null;
    return;
  }
  const wanted = attributes["vcs-repo"];
  if (typeof wanted !== "object" || Array.isArray(wanted)) throw unprocessable("Vcs repo must be an object", AT);
  const given = object(wanted);
  const before = target.vcsRepo;
  const link: VcsRepo = {
    ...OF_KIND[kind],
    ...(before ?? { "webhook-url": `https://${HOSTNAME}/webhooks/vcs/${state.random.uuid()}` }),
    identifier: identifier(given, before),
    branch: text(given.branch) ?? before?.branch ?? "",
    "ingress-submodules":
      flag(given, "ingress-submodules") ?? before?.["ingress-submodules"] ?? kind === "registry-module",
    ...access(state, target.organization, given, before, projectId),
  };
  // Whether a stack's link is changed in part, as a workspace's is, is not documented.
  if (kind === "stack" && state.stackLinks === "replaced") Object.assign(link, STACK);
  for (const key of ["tags-regex", "sparse-checkout-pattern", "source-directory", "tag-prefix"] as const) {
    if (key in given && key in link) link[key] = text(given[key]) || null;
  }
  const isOff = flag(given, "trigger-disabled");
  if (kind === "stack" && isOff !== undefined) link["trigger-disabled"] = isOff;
  if (kind === "registry-module") applyPublishing(link, given, before);
  if (!hasSameRepository(link, before)) requireRepository(state, link);
  target.vcsRepo = link;
  const isNew = before?.identifier !== link.identifier || before.branch !== link.branch;
  if (kind === "workspace" && isNew) readConfiguration(state, target.id, link);
  const credential = sandboxCredential(state, link);
  if (credential === undefined) return;
  const reach = state.gitlab?.reach(credential, link.identifier);
  // Who may not make webhooks is linked all the same, and no push starts a run.
  if (reach === "maintain" && link["webhook-url"] !== null) state.gitlab?.addHook(link.identifier, link["webhook-url"]);
}

/** What is linked is read: the workspace has a configuration from the repository then, and keeps it when it loses the link. */
function readConfiguration(state: TfeState, workspaceId: string, link: VcsRepo): void {
  const { identifier, branch } = link;
  const client = state.clients.get(state.tokens.get(link["oauth-token-id"] ?? "")?.clientId ?? "");
  const server = text(client?.attributes["http-url"]) ?? "https://github.com";
  const source = isOnGitlab(state, link) ? "gitlab" : "github";
  state.addConfiguration(workspaceId, source, { identifier, branch, cloneUrl: `${server}/${identifier}.git` });
}

const hasSameRepository = (link: VcsRepo, before: VcsRepo | null) =>
  before?.identifier === link.identifier && before["oauth-token-id"] === link["oauth-token-id"];

/**
 * TFE looks for the repository with the connection's token (what it says when it finds none, or the token is dead, stands in
 * issues 158, 324 and 854 of hashicorp/terraform-provider-tfe).
 *
 * @throws ApiError 422 when the token does not see it.
 */
function requireRepository(state: TfeState, link: VcsRepo): void {
  const credential = sandboxCredential(state, link);
  if (credential === undefined || state.gitlab?.reach(credential, link.identifier) !== "none") return;
  throw unprocessable("Repository doesn't exist or isn't accessible", "/data/attributes/repository");
}

/**
 * The token of a link that leads to the sandbox's GitLab, "" for one that GitLab has refused to refresh; undefined for a link that
 * leads elsewhere, where everything may be.
 */
function sandboxCredential({ clients, gitlab, grants, tokens }: TfeState, link: VcsRepo): string | undefined {
  const tokenId = link["oauth-token-id"] ?? "";
  const client = clients.get(tokens.get(tokenId)?.clientId ?? "");
  if (client === undefined || gitlab?.isAt(text(client.attributes["http-url"]) ?? "") !== true) return undefined;
  const held = grants.get(tokenId);
  if (held?.refused === true) return "";
  // An OAuth application's token without a grant is one that a test has put there.
  return held?.accessToken ?? (client.attributes.key === null ? client.secret : undefined);
}

/** A GitHub App and the connections of other providers lead to repositories elsewhere. */
function isOnGitlab(state: TfeState, link: VcsRepo): boolean {
  const client = state.clients.get(state.tokens.get(link["oauth-token-id"] ?? "")?.clientId ?? "");
  return text(client?.attributes["service-provider"])?.startsWith("gitlab") === true;
}

function identifier(given: Readonly<Record<string, unknown>>, before: VcsRepo | null): string {
  const found = text(given.identifier) ?? before?.identifier ?? "";
  if (found === "") throw unprocessable("Identifier can't be blank", `${AT}/identifier`);
  if (!/^[^\s/]+(\/[^\s/]+)+$/.test(found)) {
    throw unprocessable("Identifier must look like group/project", `${AT}/identifier`);
  }
  return found;
}

function flag(given: Readonly<Record<string, unknown>>, key: string): boolean | undefined {
  const value = given[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw unprocessable(`${key} must be true or false`, `${AT}/${key}`);
  return value;
}

/** By what the repository is reached: a connection's token or a GitHub App, never both. Naming one takes the other away. */
function access(
  state: TfeState,
  organization: string,
  given: Readonly<Record<string, unknown>>,
  before: VcsRepo | null,
  projectId: string | undefined,
): Pick<VcsRepo, "oauth-token-id" | "github-app-installation-id"> {
  const token = text(given["oauth-token-id"]) || null;
  const installation = text(given["github-app-installation-id"]) || null;
  if (token !== null && installation !== null) {
    throw unprocessable("Only one of oauth-token-id and github-app-installation-id can be given", AT);
  }
  if (token !== null) {
    requireUsable(state, organization, token, projectId);
    return { "oauth-token-id": token, "github-app-installation-id": null };
  }
  if (installation !== null) return { "oauth-token-id": null, "github-app-installation-id": installation };
  const kept = {
    "oauth-token-id": "oauth-token-id" in given ? null : (before?.["oauth-token-id"] ?? null),
    "github-app-installation-id":
      "github-app-installation-id" in given ? null : (before?.["github-app-installation-id"] ?? null),
  };
  if (kept["oauth-token-id"] === null && kept["github-app-installation-id"] === null) {
    throw unprocessable("An oauth-token-id or a github-app-installation-id is required", `${AT}/oauth-token-id`);
  }
  return kept;
}

/** A token can be used when it is the organization's, and its connection is open to the project. */
function requireUsable(
  state: TfeState,
  organization: string,
  tokenId: string,
  projectId: string | undefined,
): OauthClient {
  const client = state.clients.get(state.tokens.get(tokenId)?.clientId ?? "");
  if (client === undefined || client.organization !== organization) {
    // hashicorp/terraform-k8s, pull request 70.
    throw new ApiError(422, [{ title: "unprocessable entity", detail: "OAuth token does not exist" }]);
  }
  const scoped = client.attributes["organization-scoped"] === false;
  if (scoped && projectId !== undefined && !client.projectIds.includes(projectId)) {
    throw unprocessable(`The OAuth client of ${tokenId} is not available to the project`, `${AT}/oauth-token-id`);
  }
  return client;
}

/** A module's versions come from Git tags or from a branch, never from both. */
function applyPublishing(link: VcsRepo, given: Readonly<Record<string, unknown>>, before: VcsRepo | null): void {
  const tags = flag(given, "tags");
  const branch = text(given.branch);
  if (tags === true && branch !== undefined && branch !== "") {
    throw unprocessable("Branch must be empty when tags are enabled", `${AT}/branch`);
  }
  if (tags === true) link.branch = "";
  // Without a branch there are only tags to publish from, also when `tags` is false (as the provider creates such modules).
  if (tags !== undefined || branch !== undefined || before === null) link.tags = link.branch === "";
}
