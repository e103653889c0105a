import {
  ApiError,
  type Call,
  dataOf,
  empty,
  idIn,
  idsIn,
  includes,
  many,
  notFound,
  ok,
  one,
  organizationOf,
  page,
  type Route,
  text,
} from "../api";
import type { OauthClient, OauthToken, TfeState } from "../state";

/** What TFE calls each service provider. */
const providers: Readonly<Record<string, string>> = {
  gitlab_hosted: "GitLab.com",
  gitlab_community_edition: "GitLab Community Edition",
  gitlab_enterprise_edition: "GitLab Enterprise Edition",
  github: "GitHub",
  github_enterprise: "GitHub Enterprise",
  bitbucket_hosted: "Bitbucket Cloud",
  bitbucket_server: "Bitbucket Data Center",
  bitbucket_data_center: "Bitbucket Data Center",
  ado_services: "Azure DevOps Services",
  ado_server: "Azure DevOps Server",
};

/** At most this many workspaces are named; the count tells the rest. */
const AFFECTED = 25;

function show(state: TfeState, client: OauthClient, affected: boolean): unknown {
  const using = affected
    ? [...state.workspaces.values()].filter(({ vcsRepo }) =>
        client.tokenIds.includes(vcsRepo?.["oauth-token-id"] ?? ""),
      )
    : [];
  return {
    id: client.id,
    type: "oauth-clients",
    attributes: {
      ...client.attributes,
      ...(affected
        ? {
            "affected-workspaces": using
              .slice(0, AFFECTED)
              .map(({ id, attributes }) => ({ id, name: attributes.name })),
            "affected-workspaces-count": using.length,
          }
        : {}),
    },
    relationships: {
      organization: {
        ...one("organizations", client.organization),
        links: { related: `/api/v2/organizations/${client.organization}` },
      },
      projects: many("projects", client.projectIds),
      "oauth-tokens": {
        ...many("oauth-tokens", client.tokenIds),
        links: { related: `/api/v2/oauth-clients/${client.id}/oauth-tokens` },
      },
      "agent-pool": one("agent-pools", client.agentPoolId),
    },
    links: { self: `/api/v2/oauth-clients/${client.id}` },
  };
}

function showToken(token: OauthToken): unknown {
  return {
    id: token.id,
    type: "oauth-tokens",
    attributes: { "created-at": token.createdAt, "service-provider-user": token.user, "has-ssh-key": token.hasSshKey },
    relationships: { "oauth-client": one("oauth-clients", token.clientId) },
    links: { self: `/api/v2/oauth-tokens/${token.id}` },
  };
}

function find(call: Call): OauthClient {
  const client = call.state.clients.get(call.params.id ?? "");
  if (client === undefined) throw notFound();
  return client;
}

function findToken(call: Call): OauthToken {
  const token = call.state.tokens.get(call.params.id ?? "");
  if (token === undefined) throw notFound();
  return token;
}

const affectedOf = (call: Call) => call.query.get("show_affected_workspaces") === "true";

function included(call: Call, clients: readonly OauthClient[]): unknown[] {
  const tokens = includes(call, "oauth_tokens", "oauth-tokens")
    ? clients.flatMap(({ tokenIds }) => tokenIds.flatMap((id) => call.state.tokens.get(id) ?? []).map(showToken))
    : [];
  const projects = includes(call, "projects")
    ? [...new Set(clients.flatMap(({ projectIds }) => projectIds))].flatMap((id) => {
        const project = call.state.projects.get(id);
        return project === undefined ? [] : [{ id, type: "projects", attributes: { name: project.name } }];
      })
    : [];
  return [...tokens, ...projects];
}

function list(call: Call) {
  const { name } = organizationOf(call);
  const clients = [...call.state.clients.values()].filter(({ organization }) => organization === name);
  const render = (client: OauthClient) => show(call.state, client, affectedOf(call));
  // Without page parameters everything is returned (HCP Terraform API, "OAuth Clients").
  if (call.query.get("page[number]") !== null || call.query.get("page[size]") !== null) {
    return page(call, clients, render, included(call, clients));
  }
  const more = included(call, clients);
  return ok({ data: clients.map(render), ...(more.length === 0 ? {} : { included: more }) });
}

/** Adds a connection; its token is there at once when it comes with a token string. */
export function addConnection(
  state: TfeState,
  organization: string,
  attributes: Readonly<Record<string, unknown>>,
  ids: { readonly client?: string; readonly token?: string } = {},
): OauthClient {
  const provider = text(attributes["service-provider"]) ?? "";
  const tokenString = text(attributes["oauth-token-string"]) ?? "";
  const client: OauthClient = {
    id: ids.client ?? state.newId("oc"),
    organization,
    attributes: {
      "created-at": "2024-01-01T00:00:00.000Z",
      "callback-url": `https://tfe.sandbox.test/auth/${state.random.letters(20)}/callback`,
      "connect-path": `/auth/${state.random.letters(20)}?organization_id=1`,
      "service-provider": provider,
      "service-provider-display-name": providers[provider],
      name: text(attributes.name) ?? null,
      "http-url": text(attributes["http-url"]) ?? "",
      "api-url": text(attributes["api-url"]) ?? "",
      key: text(attributes.key) || null,
      "rsa-public-key": text(attributes["rsa-public-key"]) ?? null,
      "organization-scoped": attributes["organization-scoped"] !== false,
    },
    secret: tokenString === "" ? (text(attributes.secret) ?? "") : tokenString,
    projectIds: [],
    agentPoolId: null,
    tokenIds: [],
  };
  state.clients.set(client.id, client);
  if (tokenString !== "" || ids.token !== undefined) addToken(state, client, ids.token);
  return client;
}

export function addToken(state: TfeState, client: OauthClient, id: string = state.newId("ot")): OauthToken {
  const token: OauthToken = {
    id,
    clientId: client.id,
    user: "sandbox-bot",
    hasSshKey: false,
    createdAt: "2024-01-01T00:00:00.000Z",
  };
  state.tokens.set(token.id, token);
  client.tokenIds.push(token.id);
  return token;
}

function create(call: Call) {
  const { name } = organizationOf(call);
  const { attributes, relationships } = dataOf(call);
  const provider = text(attributes["service-provider"]) ?? "";
  if (providers[provider] === undefined) {
    throw new ApiError(
      422,
      "invalid attribute",
      "Service provider is not included in the list",
      "/data/attributes/service-provider",
    );
  }
  for (const key of ["http-url", "api-url"]) {
    if (!/^https?:\/\//.test(text(attributes[key]) ?? "")) {
      throw new ApiError(422, "invalid attribute", `${key} is invalid`, `/data/attributes/${key}`);
    }
  }
  if (!text(attributes["oauth-token-string"]) && !text(attributes.secret) && !text(attributes["private-key"])) {
    throw new ApiError(
      422,
      "invalid attribute",
      "OAuth token string can't be blank",
      "/data/attributes/oauth-token-string",
    );
  }
  const client = addConnection(call.state, name, attributes);
  client.projectIds = idsIn(relationships.projects);
  client.agentPoolId = idIn(relationships["agent-pool"]);
  return ok({ data: show(call.state, client, false) }, 201);
}

function update(call: Call) {
  const client = find(call);
  const { attributes, relationships } = dataOf(call);
  for (const key of ["service-provider", "http-url", "api-url"]) {
    if (key in attributes && attributes[key] !== client.attributes[key]) {
      throw new ApiError(422, "invalid attribute", `${key} can't be changed`, `/data/attributes/${key}`);
    }
  }
  for (const key of ["name", "key", "rsa-public-key", "organization-scoped"]) {
    if (key in attributes) client.attributes[key] = attributes[key];
  }
  const tokenString = text(attributes["oauth-token-string"]);
  if (tokenString !== undefined && tokenString !== "") {
    client.secret = tokenString;
    // The token keeps its id: this is how a personal access token is rotated.
    if (client.tokenIds.length === 0) addToken(call.state, client);
  }
  if (relationships.projects !== undefined) client.projectIds = idsIn(relationships.projects);
  if (relationships["agent-pool"] !== undefined) client.agentPoolId = idIn(relationships["agent-pool"]);
  return ok({ data: show(call.state, client, false) });
}

/** Deletes a connection and its tokens, and unlinks everything that uses them. */
export function removeConnection(state: TfeState, client: OauthClient): void {
  state.unlink(client.tokenIds);
  for (const id of client.tokenIds) state.tokens.delete(id);
  state.clients.delete(client.id);
}

export function removeToken(state: TfeState, token: OauthToken): void {
  state.unlink([token.id]);
  state.tokens.delete(token.id);
  const client = state.clients.get(token.clientId);
  if (client !== undefined) client.tokenIds = client.tokenIds.filter((id) => id !== token.id);
}

export const oauthRoutes: readonly Route[] = [
  { method: "GET", path: "/api/v2/organizations/:organization/oauth-clients", handle: list },
  { method: "POST", path: "/api/v2/organizations/:organization/oauth-clients", handle: create },
  {
    method: "GET",
    path: "/api/v2/oauth-clients/:id",
    handle: (call) => {
      const client = find(call);
      const more = included(call, [client]);
      return ok({ data: show(call.state, client, affectedOf(call)), ...(more.length === 0 ? {} : { included: more }) });
    },
  },
  { method: "PATCH", path: "/api/v2/oauth-clients/:id", handle: update },
  {
    method: "DELETE",
    path: "/api/v2/oauth-clients/:id",
    handle: (call) => {
      removeConnection(call.state, find(call));
      return empty();
    },
  },
  {
    method: "POST",
    path: "/api/v2/oauth-clients/:id/relationships/projects",
    handle: (call) => {
      const client = find(call);
      const ids = idsIn(dataOf(call).data);
      const unknown = ids.find((id) => call.state.projects.get(id)?.organization !== client.organization);
      if (unknown !== undefined) throw new ApiError(404, "not found", `Project ${unknown} not found`);
      client.projectIds = [...new Set([...client.projectIds, ...ids])];
      return empty();
    },
  },
  {
    method: "DELETE",
    path: "/api/v2/oauth-clients/:id/relationships/projects",
    handle: (call) => {
      const client = find(call);
      const ids = idsIn(dataOf(call).data);
      client.projectIds = client.projectIds.filter((id) => !ids.includes(id));
      return empty();
    },
  },
  {
    method: "GET",
    path: "/api/v2/oauth-clients/:id/oauth-tokens",
    handle: (call) =>
      page(
        call,
        find(call).tokenIds.flatMap((id) => call.state.tokens.get(id) ?? []),
        showToken,
      ),
  },
  {
    method: "GET",
    path: "/api/v2/organizations/:organization/oauth-tokens",
    handle: (call) => {
      const { name } = organizationOf(call);
      const tokens = [...call.state.tokens.values()].filter(
        ({ clientId }) => call.state.clients.get(clientId)?.organization === name,
      );
      return page(call, tokens, showToken);
    },
  },
  { method: "GET", path: "/api/v2/oauth-tokens/:id", handle: (call) => ok({ data: showToken(findToken(call)) }) },
  {
    method: "PATCH",
    path: "/api/v2/oauth-tokens/:id",
    handle: (call) => {
      const token = findToken(call);
      const key = text(dataOf(call).attributes["ssh-key"]);
      if (key !== undefined) {
        if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) {
          throw new ApiError(422, "invalid attribute", "Ssh key is invalid", "/data/attributes/ssh-key");
        }
        token.hasSshKey = true;
      }
      return ok({ data: showToken(token) });
    },
  },
  {
    method: "DELETE",
    path: "/api/v2/oauth-tokens/:id",
    handle: (call) => {
      removeToken(call.state, findToken(call));
      return empty();
    },
  },
];
