import type { Dispatcher } from "undici";
import { z } from "zod";
import { ExternalError } from "../errors";
import type { Answer, Query, RequestOptions, TfeClient } from "./client";
import { readFirstPage, readIfThere, readList } from "./json-api";
import type { Listed, Resource } from "./resource";

// TFE's API, as far as Repoint asks it: every endpoint by name. A kind's own path is in lib/kinds. Each throws ExternalError when the
// server does not answer, or does not take the token; what is read is `undefined` where the server answers 404.

/** How the server answered what it may refuse. */
export interface Outcome extends Answer {
  /** Why not, for a status from 400 on. */
  readonly refusal: ExternalError | undefined;
}

type OnProgress = (done: number, total: number) => void;

const Permissions = z.object({
  data: z.object({ attributes: z.object({ permissions: z.record(z.string(), z.unknown()) }) }),
});

/** What the token may do in an organization, by names such as `can-update-oauth`; undefined where the server does not say. */
export async function readPermissions(
  client: TfeClient,
  organization: string,
): Promise<Readonly<Record<string, boolean>> | undefined> {
  const { body } = await ask(client, "GET", below(organization));
  const { data } = Permissions.safeParse(body);
  if (data === undefined) return undefined;
  const given = Object.entries(data.data.attributes.permissions);
  return Object.fromEntries(given.filter((entry): entry is [string, boolean] => typeof entry[1] === "boolean"));
}

/** @throws ExternalError when it is not there, or is no organization ("Show an Organization") */
export async function requireOrganization(client: TfeClient, organization: string): Promise<void> {
  const path = below(organization);
  const { body } = await client.expect("GET", path);
  if (z.object({ data: z.object({ type: z.literal("organizations") }) }).safeParse(body).success) return;
  throw new ExternalError(`the answer to GET /${path} differs from TFE's documentation: no organization`, {
    fix: "check that the host is Terraform Enterprise or HCP Terraform and that no proxy changes its answers",
  });
}

/** What an organization may have ("Show the Entitlement Set"). */
export function readEntitlements(client: TfeClient, organization: string): Promise<Resource | undefined> {
  return readIfThere(client, below(organization, "entitlement-set"));
}

export function listProjects(client: TfeClient, organization: string): Promise<Listed | undefined> {
  return readList(client, below(organization, "projects"));
}

/** @param type the kind's JSON:API type, which its list is called too */
export function listResources(
  client: TfeClient,
  organization: string,
  type: string,
  onProgress?: OnProgress,
): Promise<Listed | undefined> {
  return readList(client, below(organization, type), {}, onProgress);
}

/** An organization's workspaces with what belongs to them ("List workspaces", `include`). */
export function listWorkspacesWith(
  client: TfeClient,
  organization: string,
  include: string,
  onProgress?: OnProgress,
): Promise<Listed | undefined> {
  return readList(client, below(organization, "workspaces"), { include }, onProgress);
}

export function readWorkspace(client: TfeClient, id: string): Promise<Resource | undefined> {
  return readIfThere(client, `workspaces/${id}`);
}

/** Once locked, it answers 409. */
export function lockWorkspace(client: TfeClient, id: string, reason: string): Promise<Outcome> {
  return ask(client, "POST", `workspaces/${id}/actions/lock`, { body: { reason }, idempotent: true });
}

/** Once unlocked, it answers 409. */
export function unlockWorkspace(client: TfeClient, id: string): Promise<Outcome> {
  return ask(client, "POST", `workspaces/${id}/actions/unlock`, { body: {}, idempotent: true });
}

/** A workspace's newest configurations, with the commits that they came from; at most 100. */
export function listConfigurations(client: TfeClient, workspaceId: string): Promise<Listed | undefined> {
  return readFirstPage(client, `workspaces/${workspaceId}/configuration-versions`, { include: "ingress_attributes" });
}

/** @param path where the object of a kind is, by the kind's own `path` */
export function readResource(client: TfeClient, path: string): Promise<Resource | undefined> {
  return readIfThere(client, path);
}

/** Changes a resource's link. A request that was sent twice does the same. @param body the kind's own `linkDocument` */
export function patchResource(client: TfeClient, path: string, body: unknown): Promise<Outcome> {
  return ask(client, "PATCH", path, { body });
}

/** The Stack component configurations, which HCP Terraform alone has. */
export function listStackComponents(client: TfeClient, organization: string): Promise<Listed | undefined> {
  return readList(client, below(organization, "registry-components"));
}

export function readStackComponent(client: TfeClient, id: string): Promise<Resource | undefined> {
  return readIfThere(client, `registry-components/${encodeURIComponent(id)}`);
}

/** An organization's connections ("List OAuth Clients"). @throws ExternalError also when there is no such list */
export async function listConnections(client: TfeClient, organization: string): Promise<Listed> {
  const path = below(organization, "oauth-clients");
  const listed = await readList(client, path, { include: "oauth_tokens,projects", ...AFFECTED });
  if (listed === undefined) throw client.failure("GET", path, { status: 404, body: null, headers: {} });
  return listed;
}

/** With TFE's own count of the workspaces on it. */
export function readConnection(client: TfeClient, id: string): Promise<Resource | undefined> {
  return readIfThere(client, `oauth-clients/${id}`, AFFECTED);
}

/** Exchanges a connection's token in place ("Update an OAuth Client"). */
export function replaceConnectionToken(client: TfeClient, id: string, token: string): Promise<Outcome> {
  const attributes = { "oauth-token-string": token };
  return ask(client, "PATCH", `oauth-clients/${id}`, { body: { data: { type: "oauth-clients", id, attributes } } });
}

/** @returns a 404 where somebody else has deleted it. @throws ExternalError also when the server refuses */
export function deleteConnection(client: TfeClient, id: string): Promise<Answer> {
  return remove(client, `oauth-clients/${id}`);
}

export function listTokens(client: TfeClient, connectionId: string): Promise<Listed | undefined> {
  return readList(client, `oauth-clients/${connectionId}/oauth-tokens`);
}

export function readToken(client: TfeClient, id: string): Promise<Resource | undefined> {
  return readIfThere(client, `oauth-tokens/${id}`);
}

/** @throws ExternalError also when the server refuses */
export async function setSshKey(client: TfeClient, tokenId: string, key: string): Promise<void> {
  const data = { type: "oauth-tokens", id: tokenId, attributes: { "ssh-key": key } };
  await client.expect("PATCH", `oauth-tokens/${tokenId}`, { body: { data } });
}

/**
 * Revokes a token. At most ten of these a minute: the client waits as long as the server asks.
 *
 * @returns a 404 where it was revoked already. @throws ExternalError also when the server refuses
 */
export function deleteToken(client: TfeClient, id: string): Promise<Answer> {
  return remove(client, `oauth-tokens/${id}`);
}

const Repositories = z.object({
  data: z.array(z.unknown()),
  meta: z
    .object({ pagination: z.object({ "total-count": z.number() }) })
    .optional()
    .catch(undefined),
});

/** The repositories that a token sees, which go-tfe knows and the documentation does not. @returns `count` undefined for no list */
export async function countRepositories(
  client: TfeClient,
  tokenId: string,
): Promise<Outcome & { readonly count: number | undefined }> {
  const query = { "page[size]": 1 };
  const outcome = await ask(client, "GET", `oauth-tokens/${tokenId}/authorized-repos`, { query });
  const { data: list } = Repositories.safeParse(outcome.body);
  return { ...outcome, count: list?.meta?.pagination["total-count"] ?? list?.data.length };
}

const Repository = z.object({
  id: z.string().optional(),
  attributes: z.object({ name: z.string() }).partial().optional(),
});
/** 100,000 repositories. */
const MOST_REPOSITORY_PAGES = 1000;

/**
 * All that a token sees, by name (see {@link countRepositories}).
 *
 * @returns `names` undefined where the server has no such list, or one that is not understood
 */
export async function listRepositories(
  client: TfeClient,
  tokenId: string,
): Promise<Outcome & { readonly names: readonly string[] | undefined }> {
  const names: string[] = [];
  for (let page = 1; ; page += 1) {
    const query = { "page[size]": 100, "page[number]": page };
    const outcome = await ask(client, "GET", `oauth-tokens/${tokenId}/authorized-repos`, { query });
    const list = Repositories.safeParse(outcome.body).data;
    const found = (list?.data ?? []).flatMap((one) => {
      const { data } = Repository.safeParse(one);
      const name = data?.attributes?.name ?? data?.id;
      return name === undefined ? [] : [name];
    });
    names.push(...found);
    const total = list?.meta?.pagination["total-count"];
    const whole = list !== undefined && found.length === list.data.length && total !== undefined;
    if (!whole || page > MOST_REPOSITORY_PAGES) return { ...outcome, names: undefined };
    if (names.length >= total || found.length === 0)
      return { ...outcome, names: names.length === total ? names : undefined };
  }
}

interface VcsErrorsAsked {
  /** The connections whose errors are wanted; none for those of all. */
  readonly connections: readonly string[];
  /** The list does not change while it is read, where it ends at a moment. @default now */
  readonly until?: Date;
}

/** What HCP Terraform logged of connections as errors in the last 10 days ("VCS events", a beta: connections to GitLab.com). */
export function listVcsErrors(
  client: TfeClient,
  organization: string,
  asked: VcsErrorsAsked,
  onProgress?: OnProgress,
): Promise<Listed | undefined> {
  return readList(client, below(organization, "vcs-events"), vcsErrors(asked), onProgress);
}

/** One page of them: a burst leaves thousands. */
export function listSomeVcsErrors(
  client: TfeClient,
  organization: string,
  asked: VcsErrorsAsked,
): Promise<Listed | undefined> {
  return readFirstPage(client, below(organization, "vcs-events"), vcsErrors(asked));
}

const vcsErrors = ({ connections, until }: VcsErrorsAsked): Query => ({
  "filter[levels]": "error",
  ...(connections.length === 0 ? {} : { "filter[oauth_client_external_ids]": connections.join(",") }),
  // RFC 3339 in UTC.
  ...(until === undefined ? {} : { "filter[to]": until.toISOString() }),
});

const AFFECTED: Query = { show_affected_workspaces: true };

const below = (organization: string, ...rest: readonly string[]): string =>
  ["organizations", encodeURIComponent(organization), ...rest].join("/");

async function ask(
  client: TfeClient,
  method: Dispatcher.HttpMethod,
  path: string,
  options?: RequestOptions,
): Promise<Outcome> {
  const answer = await client.send(method, path, options);
  return { ...answer, refusal: answer.status < 400 ? undefined : client.failure(method, path, answer) };
}

/** What is gone already is as it shall be. */
async function remove(client: TfeClient, path: string): Promise<Answer> {
  const outcome = await ask(client, "DELETE", path);
  if (outcome.refusal !== undefined && outcome.status !== 404) throw outcome.refusal;
  return outcome;
}
