import { text } from "../api/json";
import { isGitlabAt } from "../gitlab-address";
import { askGitlab } from "./ask-gitlab";
import { refresh } from "./refresh";
import type { WebhookCall } from "./webhook-call";

/**
 * Looks at the repository in GitLab with the connection's token: a personal access token as it is, an OAuth token after it was
 * refreshed, which happens for every webhook. What goes wrong is logged.
 */
export async function fetchFromVcs(call: WebhookCall): Promise<void> {
  const { state, gitlabUrl, link } = call;
  const tokenId = link["oauth-token-id"] ?? "";
  const client = state.clients.get(state.tokens.get(tokenId)?.clientId ?? "");
  // A GitHub App's, which GitLab has nothing to tell about.
  if (client === undefined) return;
  const log = (message: string) => {
    state.log.push({ at: new Date(), level: "ERROR", id: call.id, message });
    state.noteVcsEvent(client, { level: "error", message, suggestedAction: "Reauthorize the VCS connection." });
  };
  const address = text(client.attributes["http-url"]) ?? "";
  if (!isGitlabAt(address, gitlabUrl)) {
    log(`The sandbox asks no other GitLab than its own, and not ${address}`);
    return;
  }
  try {
    const held = state.grants.get(tokenId);
    const token = held === undefined ? client.secret : await refresh({ ...call, client, tokenId, held, log });
    if (token === undefined) return;
    const headers = { Authorization: `Bearer ${token}` };
    const { status, body } = await askGitlab(`${gitlabUrl}/api/v4/projects/${encodeURIComponent(link.identifier)}`, {
      headers,
    });
    if (status < 400) state.noteVcsEvent(client, { level: "info", message: `Webhook of ${link.identifier} processed` });
    else {
      log(`Server responded with code ${status}, message: ${body.error_description ?? body.message ?? body.error}`);
    }
  } catch (error) {
    log(`Failed to reach ${address}: ${error instanceof Error ? String(error.cause ?? error.message) : error}`);
  }
}
