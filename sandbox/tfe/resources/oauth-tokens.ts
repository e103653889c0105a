import { readAttributes } from "../api/attributes";
import { documentOf } from "../api/body";
import { ApiError, notFound, unprocessable } from "../api/errors";
import { findOrganization, findRecord } from "../api/find-organization";
import { text } from "../api/json";
import { page, pageOrAll } from "../api/page";
import { type Call, noContent, ok, type Route, route } from "../api/route";
import { showToken } from "./show-connection";

const find = (call: Call) => findRecord(call, call.state.tokens);

function listOfOrganization(call: Call) {
  const { name } = findOrganization(call);
  const { clients, tokens } = call.state;
  const own = [...tokens.values()].filter(({ clientId }) => clients.get(clientId)?.organization === name);
  return pageOrAll(call, own, showToken);
}

function listOfClient(call: Call) {
  const client = findRecord(call, call.state.clients);
  const tokens = client.tokenIds.flatMap((id) => call.state.tokens.get(id) ?? []);
  return pageOrAll(call, tokens, showToken);
}

/** The SSH key is all that can be changed, and it is never shown. */
function update(call: Call) {
  const token = find(call);
  const key = text(readAttributes({ "ssh-key": "text" }, documentOf(call).attributes)["ssh-key"]);
  if (key !== undefined) {
    if (!/-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/.test(key)) {
      throw unprocessable("Ssh key is invalid", "/data/attributes/ssh-key");
    }
    token.hasSshKey = true;
  }
  return ok(showToken(token));
}

function remove(call: Call) {
  call.state.removeTokens([find(call).id]);
  return noContent();
}

/** The repositories that a token sees, which TFE asks GitLab for (go-tfe; no documentation has it, nor what a dead token answers). */
function authorizedRepos(call: Call) {
  const token = find(call);
  const { clients, grants, authorizedRepos: there } = call.state;
  const client = clients.get(token.clientId);
  if (!there || client === undefined) throw notFound();
  const held = grants.get(token.id);
  const repositories =
    held?.refused === true ? undefined : call.state.gitlab?.repositories(held?.accessToken ?? client.secret);
  if (repositories === undefined) {
    throw new ApiError(422, [
      { title: "unprocessable entity", detail: "Token was revoked. You have to re-authorize." },
    ]);
  }
  return page(call, repositories, (name) => ({ id: name, type: "authorized-repos", attributes: { name } }));
}

export const oauthTokenRoutes: readonly Route[] = [
  route("GET", "/organizations/:organization/oauth-tokens", listOfOrganization),
  route("GET", "/oauth-clients/:id/oauth-tokens", listOfClient),
  route("GET", "/oauth-tokens/:id", (call) => ok(showToken(find(call)))),
  route("GET", "/oauth-tokens/:id/authorized-repos", authorizedRepos),
  route("PATCH", "/oauth-tokens/:id", update),
  route("DELETE", "/oauth-tokens/:id", remove),
];
