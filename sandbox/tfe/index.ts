import type { Received, Reply } from "../http/serve";
import { ApiError } from "./api/errors";
import { JSON_API, type Route } from "./api/route";
import { authorize } from "./authorize";
import { RateLimit } from "./rate-limit";
import { createRouter, type Match } from "./router";
import { routes } from "./routes";
import type { TfeState } from "./state/tfe-state";

export interface TfeOptions {
  readonly state: TfeState;
  /** Requests a second for a user; null for no limit. */
  readonly requestsPerSecond: number | null;
  /** The address that clients use. */
  readonly origin: () => string;
  /** @default the system's */
  readonly now?: () => Date;
  /** Milliseconds, for the rate limit. @default the system's */
  readonly monotonic?: () => number;
}

const VERSIONS = { "TFP-API-Version": "2.6", "X-TFE-Version": "1.1.0", "TFP-AppName": "Terraform Enterprise" };

const DISCOVERY: Reply = {
  status: 200,
  body: {
    "modules.v1": "/api/registry/v1/modules/",
    "providers.v1": "/api/registry/v1/providers/",
    "state.v2": "/api/v2/",
    "tfe.v2": "/api/v2/",
    "tfe.v2.1": "/api/v2/",
    "tfe.v2.2": "/api/v2/",
  },
};

const find = createRouter(routes);

/** Answers TFE's API. */
export function createTfe(options: TfeOptions): (request: Received) => Reply {
  const { state, requestsPerSecond } = options;
  const now = options.now ?? (() => new Date());
  const limit = requestsPerSecond === null ? undefined : new RateLimit(requestsPerSecond, 1000, options.monotonic);
  // "10 requests per minute" for this one route (HCP Terraform API, "OAuth Tokens").
  const deletions = requestsPerSecond === null ? undefined : new RateLimit(10, 60_000, options.monotonic);

  const answer = (request: Received, match: Match | undefined, token: string): Reply => {
    if (request.path.replace(/\/$/, "") === "/api/v2/ping") return { status: 204 };
    if (match === undefined) return unknownRoute(request);
    const user = state.users.get(token);
    if (user === undefined) throw new ApiError(401, [{ title: "unauthorized" }]);
    if (isTokenDeletion(match.route)) requireGrant(deletions, user.id);
    const { params, route } = match;
    return route.handle({ state, user, params, query: request.query, request, origin: options.origin(), now });
  };

  return (request) => {
    if (request.path === "/.well-known/terraform.json") return DISCOVERY;
    const authorized = authorize(state, request, now());
    if (authorized !== undefined) return authorized;
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    // "Requests are per user, not per token"; who has none is told by the address, and all come from this one.
    const grant = limit?.take(state.users.get(token)?.id ?? "");
    try {
      if (grant?.granted === false) throw tooMany(grant.headers);
      const reply = answer(request, find(request.method, request.path), token);
      return { ...reply, headers: { ...VERSIONS, ...grant?.headers, ...reply.headers } };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const more = error instanceof TooManyRequests ? error.headers : {};
      return refusal(error, { ...VERSIONS, ...grant?.headers, ...more });
    }
  };
}

class TooManyRequests extends ApiError {
  constructor(readonly headers: Readonly<Record<string, string>>) {
    super(429, [{ title: "Too many requests", detail: "You have exceeded the API's rate limit." }]);
  }
}

const tooMany = (headers: Readonly<Record<string, string>>) => new TooManyRequests(headers);

function requireGrant(limit: RateLimit | undefined, userId: string): void {
  const grant = limit?.take(userId);
  if (grant?.granted === false) throw tooMany(grant.headers);
}

const isTokenDeletion = ({ method, path }: Route) => method === "DELETE" && path === "/api/v2/oauth-tokens/:id";

function refusal(error: ApiError, headers: Readonly<Record<string, string>>): Reply {
  return { status: error.status, contentType: JSON_API, headers, body: error.body() };
}

function unknownRoute({ method, path }: Received): Reply {
  const error = new ApiError(404, [{ title: "not found", detail: `The sandbox has no route ${method} ${path}` }]);
  return { ...refusal(error, {}), unknownRoute: true };
}
