import type { Received, Reply } from "../http/serve";
import { ApiError, JSON_API, type Route } from "./api";
import { RateLimit } from "./rate-limit";
import { oauthRoutes } from "./routes/oauth";
import { organizationRoutes } from "./routes/organizations";
import { policySetRoutes } from "./routes/policy-sets";
import { projectRoutes } from "./routes/projects";
import { registryModuleRoutes } from "./routes/registry-modules";
import { stackRoutes } from "./routes/stacks";
import { workspaceActionRoutes } from "./routes/workspace-actions";
import { workspaceRoutes } from "./routes/workspaces";
import type { TfeState } from "./state";

const routes: readonly Route[] = [
  ...organizationRoutes,
  ...projectRoutes,
  ...oauthRoutes,
  ...workspaceRoutes,
  ...workspaceActionRoutes,
  ...policySetRoutes,
  ...registryModuleRoutes,
  ...stackRoutes,
];

const compiled = routes.map((route) => ({
  route,
  pattern: new RegExp(`^${route.path.replace(/:([a-z]+)/g, "(?<$1>[^/]+)")}/?$`),
}));

export interface TfeOptions {
  readonly state: TfeState;
  /** Requests a second for a token; null for no limit. */
  readonly requestsPerSecond: number | null;
  readonly origin: () => string;
}

/** Answers TFE's API. */
export function createTfe(options: TfeOptions): (request: Received) => Reply {
  const { state } = options;
  const limit = options.requestsPerSecond === null ? undefined : new RateLimit(options.requestsPerSecond, 1000);
  // "10 requests a minute" for this one route (HCP Terraform API, "OAuth Tokens").
  const deletions = options.requestsPerSecond === null ? undefined : new RateLimit(10, 60_000);
  const common = { "TFP-API-Version": "2.6", "X-TFE-Version": "v202607-1", "TFP-AppName": "Terraform Enterprise" };

  return (request) => {
    const { method, path } = request;
    if (path === "/.well-known/terraform.json") {
      return {
        status: 200,
        body: {
          "modules.v1": "/api/registry/v1/modules/",
          "state.v2": "/api/v2/",
          "tfe.v2": "/api/v2/",
          "tfe.v2.1": "/api/v2/",
          "tfe.v2.2": "/api/v2/",
        },
      };
    }
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
    const grant = limit?.take(token ?? "anonymous");
    const headers = { ...common, ...grant?.headers };
    const failed = (error: ApiError, more: Readonly<Record<string, string>> = headers): Reply => ({
      status: error.status,
      contentType: JSON_API,
      headers: more,
      body: {
        errors: [
          {
            status: String(error.status),
            title: error.title,
            ...(error.detail === undefined ? {} : { detail: error.detail }),
            ...(error.pointer === undefined ? {} : { source: { pointer: error.pointer } }),
          },
        ],
      },
    });
    if (grant?.granted === false) {
      return failed(new ApiError(429, "Too many requests", "You have exceeded the API's rate limit."));
    }
    // Answers without a token too: clients read the rate limit from it.
    if (path === "/api/v2/ping") return { status: 204, headers };
    if (token !== state.token) return failed(new ApiError(401, "unauthorized"));
    if (method === "DELETE" && path.startsWith("/api/v2/oauth-tokens/")) {
      const deletion = deletions?.take(token);
      if (deletion?.granted === false) {
        return failed(new ApiError(429, "Too many requests"), { ...headers, ...deletion.headers });
      }
    }
    const candidates = compiled.flatMap(({ route, pattern }) => {
      const match = pattern.exec(path);
      return match === null ? [] : [{ route, params: match.groups ?? {} }];
    });
    const found = candidates.find(({ route }) => route.method === method);
    if (found === undefined) {
      return {
        ...failed(new ApiError(404, "not found", `The sandbox has no route ${method} ${path}`)),
        unknownRoute: true,
      };
    }
    const params = Object.fromEntries(
      Object.entries(found.params).map(([key, value]) => [key, decodeURIComponent(value)]),
    );
    try {
      const reply = found.route.handle({ state, params, query: request.query, request, origin: options.origin() });
      return { ...reply, headers: { ...headers, ...reply.headers } };
    } catch (error) {
      if (error instanceof ApiError) return failed(error);
      throw error;
    }
  };
}
