import type { AuthFailure, Observation, Puzzle, Refresh, Spot, Webhook } from "../observation";
import { isObject, type JsonObject, parseLenient } from "./lenient-json";
import { parseTime } from "./time";

/** Where a record was found, and what its wrappings tell. */
export interface Context {
  readonly spot: Spot;
  readonly pod: string | null;
  readonly damaged: boolean;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function number(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : null;
}

/** The longest duration that is believed, in milliseconds (the coarsest unit in use is not known yet): a day. */
const LONGEST = 86_400_000;

function plausible(duration: number | null): number | null {
  return duration !== null && duration >= 0 && duration <= LONGEST ? duration : null;
}

/** A field of GitLab's context, which is logged as `meta.name`, and nested by some log shippers. */
function meta(record: JsonObject, name: string): unknown {
  return record[`meta.${name}`] ?? (isObject(record.meta) ? record.meta[name] : undefined);
}

/** A request's parameter; they are an array of {key, value}, or an object, or a string of either, after some log shippers. */
function param(record: JsonObject, name: string): string | null {
  const params = typeof record.params === "string" ? parseLenient(record.params) : record.params;
  if (isObject(params)) return text(params[name]);
  if (!Array.isArray(params)) return null;
  for (const entry of params) if (isObject(entry) && entry.key === name) return text(entry.value);
  return null;
}

/** The pod, where a log shipper added it to the record. */
function podOf(record: JsonObject): string | null {
  const { kubernetes } = record;
  if (!isObject(kubernetes)) return null;
  return text(kubernetes.pod_name) ?? (isObject(kubernetes.pod) ? text(kubernetes.pod.name) : null);
}

function common(record: JsonObject, { spot }: Context) {
  return {
    spot,
    at: parseTime(record.time ?? record["@timestamp"]),
    correlationId: text(record.correlation_id),
    user: text(record.username) ?? text(meta(record, "user")),
    address: text(record.remote_ip) ?? text(meta(record, "remote_ip")),
  };
}

/** Why an API request was refused, where a record says so. */
export const failReason = (record: JsonObject): string | null => text(meta(record, "auth_fail_reason"));

/** Whether a record is one of GitLab's structured logs, and not what a log shipper or a run-time put around it. */
export function isGitlabRecord(record: JsonObject): boolean {
  if (typeof record.path === "string" && ("status" in record || "method" in record)) return true;
  if ("jid" in record && typeof record.class === "string") return true;
  return record.message === "Rack_Attack" || failReason(record) !== null;
}

/** Whether a record is a request for a token. GitLab may be installed under a path of its own. */
export function isTokenRequest(record: JsonObject): boolean {
  const path = text(record.path)?.split("?")[0];
  const isPath = path !== undefined && /\/oauth\/token(?:\.json)?\/?$/.test(path);
  return isPath && (text(record.method) ?? "POST").toUpperCase() === "POST";
}

/** Reads a token request of production_json.log, or GitLab's note that it throttled one. */
export function tokenRequest(record: JsonObject, context: Context): Refresh | Observation {
  const throttled = record.message === "Rack_Attack" && record.env === "throttle";
  const status = throttled ? 429 : number(record.status);
  const { spot } = context;
  if (status === null) {
    return { type: "not-understood", reason: context.damaged ? "json-broken" : "no-status", spot } satisfies Puzzle;
  }
  const grant = param(record, "grant_type");
  const hash = text(record.refresh_token_hash) ?? text(meta(record, "refresh_token_hash"));
  const failedEarly = status === 429 || status >= 500;
  if (grant === null && hash === null && !failedEarly) return { type: "not-understood", reason: "grant-unknown", spot };
  if (grant !== null && grant !== "refresh_token") return { type: "irrelevant", why: "other-grant" };
  const seconds = number(record.duration_s);
  const old = number(record.duration);
  return {
    type: "refresh",
    ...common(record, context),
    status,
    duration: plausible(seconds ?? old),
    durationField: seconds !== null ? "duration_s" : old !== null ? "duration" : null,
    client: param(record, "client_id") ?? "",
    hash,
    modern: seconds !== null || record.controller === "Oauth::TokensController" || hash !== null,
    pod: context.pod ?? podOf(record),
  };
}

/**
 * Reads a refused API request. GitLab sets the reason as soon as one way of authenticating fails, also on requests that then succeed in
 * another way, so the status decides.
 */
export function authFailure(record: JsonObject, context: Context): AuthFailure | Observation {
  const reason = failReason(record);
  if (reason === null) return { type: "not-understood", reason: "json-broken", spot: context.spot };
  const status = number(record.status);
  if (status !== null && status !== 401 && status !== 403) return { type: "irrelevant", why: "request-succeeded" };
  if (status === null) return { type: "not-understood", reason: "no-status", spot: context.spot };
  return {
    type: "auth-failure",
    ...common(record, context),
    reason,
    tokenId: text(meta(record, "auth_fail_token_id")),
    requestedScopes: text(meta(record, "auth_fail_requested_scopes")),
    status,
  };
}

/** Reads a line of GitLab's sidekiq.log about a webhook; each is logged at its start and at its end, and only the start counts. */
export function webhookJob(record: JsonObject, context: Context): Webhook | Observation {
  const status = text(record.job_status);
  if (status !== null && status !== "start") return { type: "irrelevant", why: "other-request" };
  const { spot, at, correlationId } = common(record, context);
  return { type: "webhook", spot, at, correlationId };
}
