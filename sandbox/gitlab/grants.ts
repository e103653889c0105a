import { randomBytes } from "node:crypto";
import type { GitlabState, OauthGrant } from "./state";

/** An application's next pair of tokens. `previous`: the grant that it renews and that is not revoked yet. */
export function newGrant(clientId: string, previous: OauthGrant | null = null): OauthGrant {
  return { clientId, accessToken: newToken(), refreshToken: newToken(), revoked: false, previous };
}

const newToken = () => randomBytes(32).toString("hex");

/** Lets an application act for the user, as a person does who says yes to it in the browser. */
export function grantTo(
  state: GitlabState,
  application: { readonly key: string; readonly secret: string },
): OauthGrant {
  state.applications.set(application.key, application.secret);
  const grant = newGrant(application.key);
  state.grants.push(grant);
  return grant;
}
