import { type AttributeTable, readAttributes } from "../api/attributes";
import { documentOf } from "../api/body";
import { ApiError, type ErrorObject, unprocessable } from "../api/errors";
import { findOrganization, findRecord, ownedBy } from "../api/find-organization";
import { object, text } from "../api/json";
import { pageOrAll } from "../api/page";
import { idIn, idsIn, idsOf, listChanges, requireIds } from "../api/relationship";
import { type Call, created, includes, noContent, ok, type Route, route } from "../api/route";
import { addConnection, addToken, SERVICE_PROVIDERS } from "../state/add-connection";
import type { OauthClient } from "../state/records";
import { showClient, showToken } from "./show-connection";
import { showProject } from "./show-project";

const CHANGEABLE: AttributeTable = {
  name: "optional-text",
  key: "optional-text",
  "rsa-public-key": "optional-text",
  "organization-scoped": "flag",
};

const find = (call: Call) => findRecord(call, call.state.clients);

/** Whether a project is one that the organization has. */
const projectOf = (call: Call, organization: string) => (id: string) =>
  call.state.projects.get(id)?.organization === organization;

const render = (call: Call) => (client: OauthClient) =>
  showClient(call.state, client, call.query.get("show_affected_workspaces") === "true");

function included(call: Call, clients: readonly OauthClient[]): readonly unknown[] {
  const { state } = call;
  const tokens = includes(call, "oauth_tokens", "oauth-tokens") ? clients.flatMap(({ tokenIds }) => tokenIds) : [];
  const projects = includes(call, "projects") ? clients.flatMap(({ projectIds }) => projectIds) : [];
  return [
    ...tokens.flatMap((id) => state.tokens.get(id) ?? []).map(showToken),
    ...[...new Set(projects)]
      .flatMap((id) => state.projects.get(id) ?? [])
      .map((project) => showProject(state, project)),
  ];
}

function list(call: Call) {
  const clients = ownedBy(call.state.clients, findOrganization(call).name);
  return pageOrAll(call, clients, render(call), (shown) => included(call, shown));
}

/** What is wrong with the attributes of a new connection. */
function problems(attributes: Readonly<Record<string, unknown>>): readonly ErrorObject[] {
  const errors: ErrorObject[] = [];
  const bad = (name: string, detail: string) =>
    errors.push({ title: "invalid attribute", detail, pointer: `/data/attributes/${name}` });
  const provider = text(attributes["service-provider"]) ?? "";
  if (SERVICE_PROVIDERS[provider] === undefined)
    bad("service-provider", "Service provider is not included in the list");
  for (const name of ["http-url", "api-url"]) {
    if (!/^https?:\/\/[^\s/]/.test(text(attributes[name]) ?? "")) bad(name, `${name} is not a valid URL`);
  }
  // Only Bitbucket's and an application's own way in do without a token string.
  const alone = text(attributes.secret) || text(attributes["private-key"]) || provider.startsWith("bitbucket");
  if (!text(attributes["oauth-token-string"]) && !alone) {
    bad("oauth-token-string", "Oauth token string can't be blank");
  }
  return errors;
}

function requirePool(call: Call, organization: string, id: string | null): string | null {
  if (id === null || call.state.agentPools.get(id)?.organization === organization) return id;
  const detail = "the provided agent pool does not exist or you are not authorized to use it";
  throw unprocessable(detail, "/data/relationships/agent-pool");
}

function create(call: Call) {
  const { name } = findOrganization(call);
  const { attributes, relationships } = documentOf(call);
  const errors = problems(attributes);
  if (errors.length > 0) throw new ApiError(422, errors);
  const pool = requirePool(call, name, idIn(relationships["agent-pool"]));
  const client = addConnection(
    call.state,
    name,
    { ...attributes, ...readAttributes(CHANGEABLE, attributes) },
    { createdAt: call.now().toISOString() },
  );
  // Projects of other organizations are passed over in silence (go-tfe's own tests make such connections).
  client.projectIds = idsIn(relationships.projects).filter(projectOf(call, name));
  client.agentPoolId = pool;
  return created(showClient(call.state, client, false));
}

function update(call: Call) {
  const client = find(call);
  const { attributes, relationships } = documentOf(call);
  const changes = readAttributes(CHANGEABLE, attributes);
  if (client.attributes["service-provider"] === "bitbucket_data_center" && changes.key === "") {
    throw unprocessable("The Consumer Key for Bitbucket Data Center must be present", "/data/attributes/key");
  }
  const pool = requirePool(call, client.organization, idIn(relationships["agent-pool"]));
  const allowed = projectOf(call, client.organization);
  const projects = requireIds(idsIn(relationships.projects), allowed, "/data/relationships/projects");
  Object.assign(client.attributes, changes);
  const secret = text(attributes["oauth-token-string"]) || text(attributes.secret);
  if (secret) client.secret = secret;
  // A token that was given is not refreshed.
  if (text(attributes["oauth-token-string"])) for (const id of client.tokenIds) call.state.grants.delete(id);
  // The token keeps its id: this is how a personal access token is rotated.
  if (text(attributes["oauth-token-string"]) && client.tokenIds.length === 0) {
    addToken(call.state, client, call.now().toISOString());
  }
  if ("data" in object(relationships.projects)) client.projectIds = [...projects];
  if ("data" in object(relationships["agent-pool"])) client.agentPoolId = pool;
  return ok(showClient(call.state, client, false));
}

function remove(call: Call) {
  call.state.removeConnection(find(call).id);
  return noContent();
}

const changeProjects = (method: "POST" | "DELETE") =>
  route(method, "/oauth-clients/:id/relationships/projects", (call) => {
    const client = find(call);
    const ids = idsOf(call, projectOf(call, client.organization));
    client.projectIds = listChanges[method](client.projectIds, ids);
    return noContent();
  });

export const oauthClientRoutes: readonly Route[] = [
  route("GET", "/organizations/:organization/oauth-clients", list),
  route("POST", "/organizations/:organization/oauth-clients", create),
  route("GET", "/oauth-clients/:id", (call) => {
    const client = find(call);
    return ok(render(call)(client), included(call, [client]));
  }),
  route("PATCH", "/oauth-clients/:id", update),
  route("DELETE", "/oauth-clients/:id", remove),
  changeProjects("POST"),
  changeProjects("DELETE"),
];
