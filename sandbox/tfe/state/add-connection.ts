import { text } from "../api/json";
import type { OauthClient, OauthToken } from "./records";
import type { TfeState } from "./tfe-state";

/** What TFE calls each service provider. */
export const SERVICE_PROVIDERS: Readonly<Record<string, string>> = {
  ado_server: "Azure DevOps Server",
  ado_services: "Azure DevOps Services",
  bitbucket_data_center: "Bitbucket Data Center",
  bitbucket_hosted: "Bitbucket Cloud",
  bitbucket_server: "Bitbucket Data Center",
  bitbucket_server_legacy: "Bitbucket Server (legacy)",
  github: "GitHub",
  github_enterprise: "GitHub Enterprise",
  gitlab_community_edition: "GitLab Community Edition",
  gitlab_enterprise_edition: "GitLab Enterprise Edition",
  gitlab_hosted: "GitLab",
};

/** Adds a connection. It has a token when it comes with a token string, or, authorized already, with a token's id. */
export function addConnection(
  state: TfeState,
  organization: string,
  attributes: Readonly<Record<string, unknown>>,
  at: { readonly createdAt?: string; readonly client?: string; readonly token?: string } = {},
): OauthClient {
  const provider = text(attributes["service-provider"]) ?? "";
  const tokenString = text(attributes["oauth-token-string"]) ?? "";
  const createdAt = at.createdAt ?? "2024-01-01T00:00:00.000Z";
  const path = `/auth/${state.random.uuid()}`;
  const client: OauthClient = {
    id: at.client ?? state.newId("oc"),
    organization,
    attributes: {
      "created-at": createdAt,
      "callback-url": `${state.origin}${path}/callback`,
      "connect-path": `${path}?organization_id=1`,
      "service-provider": provider,
      "service-provider-display-name": SERVICE_PROVIDERS[provider] ?? provider,
      name: text(attributes.name) || null,
      "http-url": text(attributes["http-url"]) ?? "",
      "api-url": text(attributes["api-url"]) ?? "",
      key: text(attributes.key) || null,
      "rsa-public-key": text(attributes["rsa-public-key"]) || null,
      "organization-scoped": attributes["organization-scoped"] !== false,
    },
    secret: tokenString || (text(attributes.secret) ?? ""),
    projectIds: [],
    agentPoolId: null,
    tokenIds: [],
  };
  state.clients.set(client.id, client);
  if (tokenString !== "") addToken(state, client, createdAt, at.token);
  else if (at.token !== undefined) authorizeConnection(state, client, createdAt, at.token);
  return client;
}

/** Gives the connection of an OAuth application its token, as finishing the authorization in the browser does. */
export function authorizeConnection(
  state: TfeState,
  client: OauthClient,
  createdAt: string,
  id: string = state.newId("ot"),
): OauthToken {
  const token = addToken(state, client, createdAt, id, "sandbox-admin");
  renewGrant(state, client, id);
  return token;
}

/** What "Reauthorize" does: what the token stands for is granted anew, and all that uses it stays linked. */
export function reauthorizeConnection(
  state: TfeState,
  client: OauthClient,
  tokenId: string,
  now: string,
): Pick<OauthToken, "id"> {
  const token = state.tokens.get(tokenId);
  if (state.reauthorization === "replaces" || token === undefined) {
    state.removeTokens([tokenId]);
    return authorizeConnection(state, client, now);
  }
  if (state.reauthorization === "dates") state.tokens.set(tokenId, { ...token, createdAt: now });
  renewGrant(state, client, tokenId);
  return token;
}

function renewGrant(state: TfeState, client: OauthClient, tokenId: string): void {
  const onGitlab = text(client.attributes["service-provider"])?.startsWith("gitlab") === true;
  const application = { key: text(client.attributes.key) ?? "", secret: client.secret };
  const grant = onGitlab ? state.onAuthorize?.(application) : undefined;
  if (grant !== undefined) state.grants.set(tokenId, grant);
}

/** Gives a connection a token. */
export function addToken(
  state: TfeState,
  client: OauthClient,
  createdAt: string,
  id: string = state.newId("ot"),
  user = "sandbox-bot",
): OauthToken {
  const token: OauthToken = { id, clientId: client.id, user, hasSshKey: false, createdAt };
  state.tokens.set(token.id, token);
  client.tokenIds.push(token.id);
  return token;
}
