import { ExternalError } from "../errors";
import { listConnections, readToken } from "../tfe/api";
import { Attributes } from "../tfe/attributes";
import type { TfeClient } from "../tfe/client";
import { pagePath } from "../tfe/page-path";
import { type Listed, type Resource, related, relatedAll } from "../tfe/resource";
import { NO_TFE, requireKind } from "./require-kind";
import type { ConnectionRecord } from "./schema";

const MOST_TOKENS = 2000;

/**
 * Reads an organization's connections with their tokens and TFE's count of the workspaces on each.
 *
 * @throws ExternalError when they cannot be listed
 */
export async function readConnections(
  client: TfeClient,
  organization: string,
): Promise<Omit<ConnectionRecord, "gone">[]> {
  const listed = await listConnections(client, organization);
  requireKind(listed.data, "oauth-clients", "connections");
  const tokens = await readTokens(client, listed);
  return listed.data.map((resource) => mapConnection(resource, tokens));
}

/** The connections' tokens by id: what was included, and the others one by one, since whether one has an SSH key matters. */
async function readTokens(client: TfeClient, listed: Listed): Promise<ReadonlyMap<string, Resource>> {
  const tokens = new Map(listed.included.filter(({ type }) => type === "oauth-tokens").map((each) => [each.id, each]));
  const ids = new Set(listed.data.flatMap((resource) => relatedAll(resource, "oauth-tokens")));
  // Each has one as a rule; a list of thousands would be asked for one by one.
  if (ids.size > MOST_TOKENS) {
    const what = `the connections list ${ids.size} OAuth tokens, more than ${MOST_TOKENS}`;
    throw new ExternalError(what, { fix: NO_TFE });
  }
  for (const id of ids) {
    const token = tokens.has(id) ? undefined : await readToken(client, id);
    if (token !== undefined) tokens.set(id, token);
  }
  return tokens;
}

function mapConnection(resource: Resource, tokens: ReadonlyMap<string, Resource>): Omit<ConnectionRecord, "gone"> {
  const a = new Attributes(resource);
  return {
    id: resource.id,
    name: a.optional("name"),
    serviceProvider: a.required("service-provider"),
    httpUrl: a.text("http-url"),
    apiUrl: a.text("api-url"),
    key: a.optional("key"),
    organizationScoped: a.flag("organization-scoped", true),
    projectIds: [...relatedAll(resource, "projects")],
    agentPoolId: related(resource, "agent-pool"),
    connectPath: pagePath(a.optional("connect-path")),
    createdAt: a.optional("created-at"),
    tokens: [...new Set(relatedAll(resource, "oauth-tokens"))].map((id) => {
      const t = new Attributes(tokens.get(id) ?? {});
      return { id, serviceProviderUser: t.optional("service-provider-user"), hasSshKey: t.flag("has-ssh-key") };
    }),
    affectedWorkspacesCount: a.count("affected-workspaces-count"),
  };
}
