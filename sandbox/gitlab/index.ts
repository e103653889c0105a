import type { Received, Reply } from "../http/serve";
import type { GitlabProject, GitlabState, OauthGrant, PersonalAccessToken } from "./state";
import { tokenEndpoint } from "./token-endpoint";

const reply = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  body,
  headers,
});
const unauthorized = () => reply(401, { message: "401 Unauthorized" });

/** Answers GitLab's API, as far as a VCS connection and Repoint need it. */
export function createGitlab(
  state: GitlabState,
  now: () => Date = () => new Date(),
): (request: Received) => Reply | Promise<Reply> {
  return (request) => {
    const { method, path } = request;
    if (path === "/oauth/token" && method === "POST") return tokenEndpoint(state, request);
    if (!path.startsWith("/api/v4/")) return unknown(request);
    const authorized = authorize(state, request, now());
    if ("status" in authorized) return authorized;
    const rest = path.slice("/api/v4/".length);
    if (method === "GET" && rest === "version") return reply(200, { version: "17.5.0-ee", revision: "sandbox" });
    if (method === "GET" && rest === "user")
      return reply(200, { id: authorized.userId, username: "sandbox-bot", state: "active" });
    if (method === "GET" && rest === "personal_access_tokens/self") return reply(200, showToken(authorized, now()));
    if (method === "GET" && rest === "personal_access_tokens/self/associations") {
      const projects = [...state.projects.values()].filter(({ accessLevel }) => accessLevel >= 40).map(showProject);
      return reply(200, { groups: [], projects });
    }
    const project = /^projects\/([^/]+)(\/.*)?$/.exec(rest);
    if (project !== null) return projectRoute(state, request, decodeURIComponent(project[1] ?? ""), project[2] ?? "");
    return unknown(request);
  };
}

function unknown(_: Received): Reply {
  return { ...reply(404, { error: "404 Not Found" }), unknownRoute: true };
}

function authorize(state: GitlabState, request: Received, now: Date): PersonalAccessToken | Reply {
  const header = request.headers["private-token"];
  const given = typeof header === "string" ? header : /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  const grant = state.grants.find(({ accessToken }) => accessToken === given);
  if (grant !== undefined && !grant.revoked && grant.previous !== null) {
    grant.previous.revoked = true;
    grant.previous = null;
  }
  const token = grant === undefined ? state.tokens.find((candidate) => candidate.token === given) : asToken(grant);
  if (token === undefined) return unauthorized();
  const invalid = (description: string) => reply(401, { error: "invalid_token", error_description: description });
  // GitLab says the same of a revoked personal access token as of a revoked OAuth token.
  if (token.revoked) return invalid("Token was revoked. You have to re-authorize from the user.");
  if (token.expiresAt !== null && token.expiresAt <= now.toISOString().slice(0, 10)) {
    return invalid("Token is expired. You can either do re-authorization or token refresh.");
  }
  const needed = request.method === "GET" ? ["api", "read_api"] : ["api"];
  if (!token.scopes.some((scope) => needed.includes(scope))) {
    const error_description = "The request requires higher privileges than provided by the access token.";
    return reply(403, { error: "insufficient_scope", error_description, scope: "api" });
  }
  token.lastUsedAt = now.toISOString();
  return token;
}

/** An OAuth access token, as far as the API tells it from a personal one. */
function asToken({ revoked }: OauthGrant): PersonalAccessToken {
  return { id: 0, name: "oauth", token: "", revoked, scopes: ["api"], userId: 7, expiresAt: null, lastUsedAt: null };
}

function showToken(token: PersonalAccessToken, now: Date): unknown {
  const expired = token.expiresAt !== null && token.expiresAt <= now.toISOString().slice(0, 10);
  return {
    id: token.id,
    name: token.name,
    revoked: token.revoked,
    created_at: "2026-01-01T00:00:00.000Z",
    scopes: token.scopes,
    user_id: token.userId,
    last_used_at: token.lastUsedAt,
    active: !token.revoked && !expired,
    expires_at: token.expiresAt,
  };
}

function showProject(project: GitlabProject): unknown {
  const access = { access_level: project.accessLevel, notification_level: 3 };
  return {
    id: project.id,
    path_with_namespace: project.path,
    default_branch: "main",
    permissions: { project_access: project.accessLevel > 0 ? access : null, group_access: null },
  };
}

function projectRoute(state: GitlabState, request: Received, id: string, rest: string): Reply {
  const project =
    state.projects.get(id) ?? [...state.projects.values()].find((candidate) => String(candidate.id) === id);
  if (project === undefined || project.accessLevel === 0) return reply(404, { message: "404 Project Not Found" });
  const { method } = request;
  if (rest === "" && method === "GET") return reply(200, showProject(project));
  // Webhooks are seen by Maintainers (40) and Owners alone.
  if (rest.startsWith("/hooks") && project.accessLevel < 40) return reply(403, { message: "403 Forbidden" });
  if (rest === "/hooks" && method === "GET") return paged(request, project.hooks);
  if (rest === "/hooks" && method === "POST") {
    const url: unknown = Reflect.get(Object(parse(request.body)), "url");
    if (typeof url !== "string" || !/^https?:\/\//.test(url)) return reply(422, { error: "Invalid url given" });
    state.addHook(project.path, url);
    return reply(
      201,
      project.hooks.find((hook) => hook.url === url),
    );
  }
  const hook = /^\/hooks\/(\d+)$/.exec(rest)?.[1];
  if (hook !== undefined) {
    const found = project.hooks.find((candidate) => String(candidate.id) === hook);
    if (found === undefined) return reply(404, { message: "404 Not found" });
    if (method === "GET") return reply(200, found);
    if (method === "DELETE") {
      project.hooks = project.hooks.filter((candidate) => candidate !== found);
      return { status: 204 };
    }
  }
  return unknown(request);
}

/** GitLab's pages: `page`, `per_page` (at most 100), and headers that say where the next one is. */
function paged(request: Received, items: readonly unknown[]): Reply {
  const size = Math.min(100, Math.max(1, Number(request.query.get("per_page") ?? 20) || 20));
  const number = Math.max(1, Number(request.query.get("page") ?? 1) || 1);
  const pages = Math.max(1, Math.ceil(items.length / size));
  return reply(200, items.slice((number - 1) * size, number * size), {
    "x-page": String(number),
    "x-per-page": String(size),
    "x-total": String(items.length),
    "x-total-pages": String(pages),
    "x-next-page": number < pages ? String(number + 1) : "",
    "x-prev-page": number > 1 ? String(number - 1) : "",
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return Object.fromEntries(new URLSearchParams(text));
  }
}
