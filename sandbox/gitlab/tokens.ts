import { isExpired } from "./authorize";
import { type GitlabRoute, reply } from "./call";
import { showProject, visibleProjects } from "./projects";
import type { PersonalAccessToken } from "./state";

function show(token: PersonalAccessToken, now: Date): unknown {
  return {
    id: token.id,
    name: token.name,
    revoked: token.revoked,
    created_at: "2026-01-01T00:00:00.000Z",
    description: null,
    scopes: token.scopes,
    user_id: token.userId,
    last_used_at: token.lastUsedAt,
    active: !token.revoked && !isExpired(token, now),
    expires_at: token.expiresAt,
  };
}

const VERSION = { version: "17.5.0-ee", revision: "sandbox" };
const NO_KAS = { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null };

/** What a token can say of itself. */
export const tokenRoutes: readonly GitlabRoute[] = [
  { method: "GET", path: /^version$/, handle: () => reply(200, VERSION) },
  { method: "GET", path: /^metadata$/, handle: () => reply(200, { ...VERSION, kas: NO_KAS, enterprise: true }) },
  {
    method: "GET",
    path: /^user$/,
    handle: ({ state, token }) => {
      const user = state.users.get(token.userId) ?? { id: token.userId, username: "somebody", state: "active" };
      return reply(200, { ...user, name: user.username, locked: false, bot: false });
    },
  },
  {
    method: "GET",
    path: /^personal_access_tokens\/self$/,
    anyScope: true,
    handle: ({ token, now }) => reply(200, show(token, now)),
  },
  {
    method: "DELETE",
    path: /^personal_access_tokens\/self$/,
    anyScope: true,
    handle: ({ state, token }) => {
      // Only a personal token is one of the state's own; an OAuth token is not revoked here.
      if (!state.tokens.includes(token)) return reply(400, { message: "400 Bad request" });
      token.revoked = true;
      return { status: 204 };
    },
  },
  {
    method: "GET",
    path: /^personal_access_tokens\/self\/associations$/,
    anyScope: true,
    handle: ({ state, request, token: { userId } }) => {
      const projects = visibleProjects(state, userId, request).map((project) =>
        showProject(state, userId, project, request),
      );
      return reply(200, { groups: [], projects });
    },
  },
];
