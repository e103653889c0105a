import { randomBytes } from "node:crypto";
import { isGood, reachOf } from "./authorize";
import type { GitlabState, OauthGrant } from "./state";
import { ADMINISTRATOR } from "./users";

/** An application's next pair of tokens. `previous`: the grant that it renews and that is not revoked yet. */
export function newGrant(clientId: string, userId: number, previous: OauthGrant | null = null): OauthGrant {
  return { clientId, userId, accessToken: newToken(), refreshToken: newToken(), revoked: false, previous };
}

const newToken = () => randomBytes(32).toString("hex");

/** Lets an application act for the administrator, as a person does who says yes to it in the browser. */
export function grantTo(
  state: GitlabState,
  application: { readonly key: string; readonly secret: string },
): OauthGrant {
  state.applications.set(application.key, application.secret);
  const grant = newGrant(application.key, ADMINISTRATOR);
  state.grants.push(grant);
  return grant;
}

/** The repositories that TFE sees with a token; undefined when it is good no more. */
export function repositoriesOf(state: GitlabState, token: string, now: Date): readonly string[] | undefined {
  if (!isGood(state, token, now)) return undefined;
  return [...state.projects.values()]
    .map(({ path }) => path)
    .filter((path) => reachOf(state, token, path, now) !== "none");
}
