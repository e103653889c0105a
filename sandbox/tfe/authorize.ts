import type { Received, Reply } from "../http/serve";
import { authorizeConnection } from "./state/add-connection";
import type { TfeState } from "./state/tfe-state";

/**
 * A connection's `connect-path`, which a person opens in a browser to authorize it: GitLab's page is taken as answered with yes,
 * and the connection has its token. Undefined for any other address.
 */
export function authorize(state: TfeState, { method, path }: Received, now: Date): Reply | undefined {
  if (method !== "GET" || !path.startsWith("/auth/")) return undefined;
  for (const client of state.clients.values()) {
    if (String(client.attributes["connect-path"]).split("?")[0] !== path) continue;
    const name = client.attributes.name ?? client.attributes["service-provider-display-name"];
    const [held] = client.tokenIds;
    if (held !== undefined) return { status: 200, text: `${name} (${client.id}) is authorized already: ${held}.\n` };
    const token = authorizeConnection(state, client, now.toISOString());
    return { status: 200, text: `${name} (${client.id}) is authorized: ${token.id}. You can close this page.\n` };
  }
  return undefined;
}
