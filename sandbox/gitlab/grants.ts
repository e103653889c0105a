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

/** The repositories that TFE sees with a personal access token or with a grant; undefined when it is good no more. */
export function repositoriesOf(
  { grants, projects, tokens }: GitlabState,
  secret: string,
  held: { readonly accessToken: string; readonly refused?: boolean } | undefined,
): readonly string[] | undefined {
  const good =
    held === undefined
      ? tokens.some(({ token, revoked }) => token === secret && !revoked)
      : held.refused !== true &&
        grants.some(({ accessToken, revoked }) => accessToken === held.accessToken && !revoked);
  return good ? [...projects.values()].filter(({ accessLevel }) => accessLevel > 0).map(({ path }) => path) : undefined;
}
