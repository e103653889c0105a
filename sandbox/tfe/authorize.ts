import type { Received, Reply } from "../http/serve";
import { authorizeConnection, reauthorizeConnection } from "./state/add-connection";
import type { TfeState } from "./state/tfe-state";

/**
 * A connection's `connect-path`, which a person opens in a browser to authorize it, or to reauthorize it: GitLab's page is taken as
 * answered with yes. Undefined for any other address.
 */
export function authorize(state: TfeState, { method, path }: Received, now: Date): Reply | undefined {
  if (method !== "GET" || !path.startsWith("/auth/")) return undefined;
  for (const client of state.clients.values()) {
    if (String(client.attributes["connect-path"]).split("?")[0] !== path) continue;
    const name = client.attributes.name ?? client.attributes["service-provider-display-name"];
    const called = `${name} (${client.id})`;
    if (client.attributes.key === null) {
      return { status: 422, text: `${called} has no application to authorize: it has a token of its own.\n` };
    }
    const [held] = client.tokenIds;
    const token =
      held === undefined
        ? authorizeConnection(state, client, now.toISOString())
        : reauthorizeConnection(state, client, held, now.toISOString());
    const what = held === undefined ? "authorized" : "authorized again";
    return { status: 200, text: `${called} is ${what}: ${token.id}. You can close this page.\n` };
  }
  return undefined;
}
