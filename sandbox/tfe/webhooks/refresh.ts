import { text } from "../api/json";
import type { HeldGrant, OauthClient } from "../state/records";
import { askGitlab } from "./ask-gitlab";
import type { WebhookCall } from "./webhook-call";

export interface RefreshCall extends WebhookCall {
  readonly client: OauthClient;
  readonly tokenId: string;
  /** What TFE held when the webhook arrived: here is the race. */
  readonly held: HeldGrant;
  readonly log: (message: string) => void;
}

/**
 * Refreshes a connection's token at GitLab. New tokens are kept; when they are refused, TFE is left with the old ones, which are
 * revoked, and the connection is of no use from then on, whoever else may have got new ones.
 *
 * @returns the access token to go on with, undefined when there is none.
 */
export async function refresh({
  state,
  gitlabUrl,
  client,
  tokenId,
  held,
  log,
}: RefreshCall): Promise<string | undefined> {
  const { status, body } = await askGitlab(`${gitlabUrl}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({
      client_id: text(client.attributes.key) ?? "",
      client_secret: client.secret,
      grant_type: "refresh_token",
      refresh_token: held.refreshToken,
    }),
  });
  const [accessToken, refreshToken] = [text(body.access_token), text(body.refresh_token)];
  const now = state.grants.get(tokenId);
  if (status === 200 && accessToken !== undefined && refreshToken !== undefined) {
    if (now !== undefined && now.refused !== true) state.grants.set(tokenId, { accessToken, refreshToken });
    return accessToken;
  }
  log(text(body.error_description) ?? `Server responded with code ${status}`);
  // Anything else, such as a server that is down, leaves the tokens as good as they were.
  if (body.error !== "invalid_grant") return undefined;
  if (now !== undefined && now.refused !== true) state.grants.set(tokenId, { ...held, refused: true });
  return held.accessToken;
}
