import type { Received, Reply } from "../http/serve";
import { authorize } from "./authorize";
import { type GitlabRoute, reply } from "./call";
import { hookRoutes } from "./hooks";
import { projectRoutes } from "./projects";
import type { GitlabState } from "./state";
import { revokeEndpoint, tokenEndpoint } from "./token-endpoint";
import { tokenRoutes } from "./tokens";

const ROOT = "/api/v4/";
/** Everything that the sandbox's GitLab answers below `/api/v4/`. */
export const gitlabRoutes: readonly GitlabRoute[] = [...tokenRoutes, ...projectRoutes, ...hookRoutes];

/** Answers GitLab's API, as far as a VCS connection and Repoint need it. */
export function createGitlab(
  state: GitlabState,
  now: () => Date = () => new Date(),
): (request: Received) => Reply | Promise<Reply> {
  return (request) => {
    const { method, path } = request;
    if (path === "/oauth/token" && method === "POST") return tokenEndpoint(state, request);
    if (path === "/oauth/revoke" && method === "POST") return revokeEndpoint(state, request);
    // An answer to HEAD is that to GET; the server leaves its body out.
    const found = find(method === "HEAD" ? "GET" : method, path);
    if (found === undefined) return { ...reply(404, { error: "404 Not Found" }), unknownRoute: true };
    const moment = now();
    const token = authorize(state, request, moment, found.route.anyScope ?? false);
    if ("status" in token) return token;
    return found.route.handle({ state, request, token, now: moment }, ...found.parts);
  };
}

function find(method: string, path: string): { route: GitlabRoute; parts: string[] } | undefined {
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
