import { createHash } from "node:crypto";
import type { Received, Reply } from "../http/serve";
import { newGrant } from "./grants";
import type { GitlabState, OauthGrant } from "./state";

const INVALID_GRANT =
  "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.";

/** Requests that wait for a refresh token's row, in the order in which they came. */
const locks = new WeakMap<OauthGrant, Promise<unknown>>();

/**
 * `POST /oauth/token` as Doorkeeper answers it: it locks the row of the refresh token, checks that it is not revoked, revokes it,
 * and creates the next. Of several refreshes with one refresh token the first wins and the others get `invalid_grant`, unless
 * the table has `previous_refresh_token`.
 */
export async function tokenEndpoint(state: GitlabState, request: Received): Promise<Reply> {
  const start = Date.now();
  const given = read(request.body);
  const reply = await answer(state, request, given);
  const presented = given.get("grant_type") === "refresh_token" ? given.get("refresh_token") : null;
  state.tokenRequests.push({
    start,
    end: Date.now(),
    status: reply.status,
    params: [...given].map(([key, value]) => ({ key, value: SECRET.test(key) ? "[FILTERED]" : value })),
    userAgent: request.headers["user-agent"] ?? null,
    ...(presented ? { tokenHash: hashOf(presented) } : {}),
  });
  return reply;
}

/** Parameters that GitLab's log does not show. */
const SECRET = /(token|secret|password|code)$/;

/** GitLab logs the first ten hex digits of the token's SHA-256. */
const hashOf = (token: string) => createHash("sha256").update(token).digest("hex").slice(0, 10);

async function answer(state: GitlabState, request: Received, given: URLSearchParams): Promise<Reply> {
  const type = given.get("grant_type");
  if (!type) return missing("grant_type");
  if (type === "authorization_code") return exchange(state, request, given);
  if (type !== "refresh_token") {
    return failed(
      400,
      "unsupported_grant_type",
      "The authorization grant type is not supported by the authorization server.",
    );
  }
  // Doorkeeper looks at the token first, then at the client, then at whether they belong together.
  const presented = given.get("refresh_token");
  if (!presented) return missing("refresh_token");
  const grant = state.grants.find(({ refreshToken }) => refreshToken === presented);
  if (grant === undefined || grant.revoked) return invalidGrant(state);
  const client = clientOf(request, given);
  if (client !== undefined && !isKnown(state, client)) return invalidClient();
  if (client?.id !== grant.clientId) return invalidGrant(state);
  const turn = (locks.get(grant) ?? Promise.resolve()).then(() => refresh(state, grant));
  locks.set(grant, turn);
  return turn;
}

/**
 * `POST /oauth/revoke`: ends the pair that a token belongs to. A token that is not there is no error (RFC 7009, 2.2); one of another
 * application, or without the application's secret, is (Doorkeeper, `TokensController#revoke`).
 */
export function revokeEndpoint(state: GitlabState, request: Received): Reply {
  const given = read(request.body);
  const client = clientOf(request, given);
  const token = given.get("token") ?? "";
  const grant = state.grants.find(({ accessToken, refreshToken }) => token === accessToken || token === refreshToken);
  const known = client !== undefined && isKnown(state, client);
  if (!known || (grant !== undefined && grant.clientId !== client.id)) {
    return failed(403, "unauthorized_client", "You are not authorized to revoke this token");
  }
  if (grant !== undefined) grant.revoked = true;
  return { status: 200, body: {} };
}

/** Nobody signs in to the sandbox's GitLab, so that no code is ever good. */
function exchange(state: GitlabState, request: Received, given: URLSearchParams): Reply {
  if (!given.get("code")) return missing("code");
  const client = clientOf(request, given);
  return client !== undefined && isKnown(state, client) ? invalidGrant(state) : invalidClient();
}

/** The application that asks: in the body, or as HTTP Basic authentication. */
function clientOf({ headers }: Received, given: URLSearchParams): Client | undefined {
  const inBody = given.get("client_id");
  if (inBody) return { id: inBody, secret: given.get("client_secret") ?? "" };
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? "")?.[1];
  const [id, secret = ""] = Buffer.from(basic ?? "", "base64")
    .toString("utf8")
    .split(":");
  return id ? { id, secret } : undefined;
}

interface Client {
  readonly id: string;
  readonly secret: string;
}

/** An application shows its secret; one that is there by its grants alone, as tests add them, has none. */
function isKnown({ applications, grants }: GitlabState, { id, secret }: Client): boolean {
  const expected = applications.get(id);
  return expected === undefined ? grants.some(({ clientId }) => clientId === id) : expected === secret;
}

async function refresh(state: GitlabState, grant: OauthGrant): Promise<Reply> {
  const { latencyMs, previousRefreshToken } = state.doorkeeper;
  if (grant.revoked) return invalidGrant(state);
  // A server that is closed waits for no refresh: hence `unref`.
  if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs).unref());
  const next = newGrant(grant.clientId, grant.userId, previousRefreshToken ? grant : null);
  if (!previousRefreshToken) grant.revoked = true;
  state.grants.push(next);
  return {
    status: 200,
    body: {
      access_token: next.accessToken,
      token_type: "Bearer",
      expires_in: 7200,
      refresh_token: next.refreshToken,
      scope: "api",
      created_at: Math.floor(Date.now() / 1000),
    },
  };
}

const invalidGrant = ({ doorkeeper }: GitlabState) =>
  failed(doorkeeper.invalidGrantStatus, "invalid_grant", INVALID_GRANT);

const invalidClient = () =>
  failed(
    401,
    "invalid_client",
    "Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.",
  );

const missing = (parameter: string) => failed(400, "invalid_request", `Missing required parameter: ${parameter}.`);

function failed(status: number, error: string, error_description: string): Reply {
  return { status, body: { error, error_description } };
}

function read(body: string): URLSearchParams {
  if (!body.trimStart().startsWith("{")) return new URLSearchParams(body);
  try {
    const parsed: unknown = JSON.parse(body);
    return new URLSearchParams(Object.entries(Object(parsed)).map(([key, value]) => [key, String(value)]));
  } catch {
    return new URLSearchParams();
  }
}
