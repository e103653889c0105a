import type { Received, Reply } from "../http/serve";
import { accessTokenRoutes } from "./access-tokens";
import { associationRoutes } from "./associations";
import { authorize } from "./authorize";
import type { GitlabRoute } from "./call";
import { noRoute } from "./errors";
import { groupRoutes } from "./groups";
import { hookEventRoutes } from "./hook-events";
import { hookRoutes } from "./hooks";
import { instanceRoutes } from "./instance";
import { projectRoutes } from "./projects";
import { GitlabRateLimit } from "./rate-limit";
import { serviceAccountRoutes } from "./service-accounts";
import { isSince } from "./settings";
import type { GitlabState } from "./state";
import { revokeEndpoint, tokenEndpoint } from "./token-endpoint";
import { tokenRoutes } from "./tokens";
import { userTokenRoutes } from "./user-tokens";

const ROOT = "/api/v4/";
/** Everything that the sandbox's GitLab answers below `/api/v4/`. */
export const gitlabRoutes: readonly GitlabRoute[] = [
  ...instanceRoutes,
  ...tokenRoutes,
  ...associationRoutes,
  ...userTokenRoutes,
  ...serviceAccountRoutes,
  ...groupRoutes,
  ...projectRoutes,
  ...accessTokenRoutes,
  ...hookRoutes,
  ...hookEventRoutes,
];

/** Answers GitLab's API, as far as a VCS connection and Repoint need it. */
export function createGitlab(state: GitlabState): (request: Received) => Reply | Promise<Reply> {
  const limit = new GitlabRateLimit();
  return async (request) => {
    const { method, path } = request;
    if (path === "/oauth/token" && method === "POST") return tokenEndpoint(state, request);
    if (path === "/oauth/revoke" && method === "POST") return revokeEndpoint(state, request);
    // An answer to HEAD is that to GET; the server leaves its body out.
    const found = find(method === "HEAD" ? "GET" : method, path);
    if (found === undefined) return { ...noRoute(), unknownRoute: true };
    const { route, parts } = found;
    if (route.since !== undefined && !isSince(state.settings.version, route.since)) return noRoute();
    const now = state.clock();
    const token = authorize(state, request, now, route);
    const { requestsPerMinute } = state.settings;
    const who = "status" in token ? "nobody" : String(token.userId);
    const granted = requestsPerMinute === null ? {} : limit.take(who, requestsPerMinute, now);
    if (isReply(granted)) return granted;
    const reply = "status" in token ? token : await handle(state, request, { route, parts }, token, now);
    return { ...reply, headers: { ...granted, ...reply.headers } };
  };
}

const isReply = (granted: object): granted is Reply => "status" in granted;

interface Found {
  readonly route: GitlabRoute;
  readonly parts: readonly string[];
}

function handle(
  state: GitlabState,
  request: Received,
  { route, parts }: Found,
  token: Exclude<ReturnType<typeof authorize>, Reply>,
  now: Date,
): Reply | Promise<Reply> {
  // Whom a test has given a token and nothing else is a person.
  const user = state.users.get(token.userId) ?? { id: token.userId, username: "somebody", state: "active" };
  return route.handle({ state, request, token, user, now }, ...parts);
}

function find(method: string, path: string): Found | undefined {
  if (!path.startsWith(ROOT)) return undefined;
  for (const route of gitlabRoutes) {
    const match = route.method === method ? route.path.exec(path.slice(ROOT.length)) : null;
    if (match !== null) return { route, parts: match.slice(1).map(decode) };
  }
  return undefined;
}

/** What cannot be decoded names nothing. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
