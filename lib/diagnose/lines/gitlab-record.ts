import { jsonText } from "../../util/json-text";
import type { AuthFailure, Ban, GrantRefusal, Observation, Puzzle, Refresh, Spot, Webhook } from "../observation";
import { normalAddress } from "./address";
import { isObject, type JsonObject, parseLenient } from "./lenient-json";
import { machineOf } from "./machine";
import { symptomsIn } from "./phrases";
import { coarsenessOf, parseTime } from "./time";

/** Where a record was found, and what its wrappings tell. */
export interface Context {
  readonly spot: Spot;
  readonly pod: string | null;
  readonly machine: string | null;
  readonly heading: string | null;
  /** The time that a wrapping names. */
  readonly at: number | null;
  /** What stands beside a record that was cut out says about the machine. */
  readonly beside: string;
  /** The record was cut out of a larger text, and no machine is named beside it. */
  readonly cutOut: boolean;
  readonly damaged: boolean;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function number(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : null;
}

/** What stands in the place of a user who is not told. GitLab's user names are of letters, digits, `.`, `-` and `_`. */
const placeholder =
  /^(?:[\W_]*|[[<{(*].*|x+|anon(?:ymous|ymized)?|filtered|ghost|guest|hidden|mask(?:ed)?|n\/?a|nil|none|null|redacted|removed|undefined|unknown|user(?:name)?)$/i;

/** Who, unless something else stands in the name's place: that tells no two apart, and makes no two one. */
function named(value: unknown): string | null {
  const told = text(value);
  return told === null || placeholder.test(told) ? null : told;
}

/** GitLab numbers users from 1 on. */
function userNumber(value: unknown): number | null {
  const told = number(value);
  return told !== null && told > 0 ? told : null;
}

/** The longest duration that is believed, in milliseconds (the coarsest unit in use is not known yet): a day. */
const LONGEST = 86_400_000;

function plausible(duration: number | null): number | null {
  return duration !== null && duration >= 0 && duration <= LONGEST ? duration : null;
}

/** A field of GitLab's context, which is logged as `meta.name`, and nested by some log shippers. */
function meta(record: JsonObject, name: string): unknown {
  return record[`meta.${name}`] ?? record[`meta_${name}`] ?? (isObject(record.meta) ? record.meta[name] : undefined);
}

/** A request's parameters; they are an array of {key, value}, or an object, or a string of either, after some log shippers. */
function paramsOf(record: JsonObject): unknown {
  return typeof record.params === "string" ? parseLenient(record.params) : record.params;
}

function param(record: JsonObject, name: string): string | null {
  const params = paramsOf(record);
  if (isObject(params)) return text(params[name]);
  if (!Array.isArray(params)) return null;
  for (const entry of params) if (isObject(entry) && entry.key === name) return text(entry.value);
  return null;
}

/** Whether a list of parameters is whole: GitLab ends a long one with a key `truncated`, and articles leave out what does not matter. */
function isWhole(params: readonly unknown[]): boolean {
  return params.every((entry) => isObject(entry) && typeof entry.key === "string" && entry.key !== "truncated");
}

/** Whether the request had a refresh token, or may have had one. Doorkeeper answers one without as an invalid request. */
function carriedToken(record: JsonObject, hash: string | null, damaged: boolean): boolean {
  if (hash !== null || damaged) return true;
  const params = paramsOf(record);
  if (isObject(params)) return text(params.refresh_token) !== null || "truncated" in params || "..." in params;
  if (!Array.isArray(params) || params.length === 0 || !isWhole(params)) return true;
  return param(record, "refresh_token") !== null;
}

/** The pod, where a log shipper added it to the record. */
function podOf(record: JsonObject): string | null {
  const { kubernetes } = record;
  if (!isObject(kubernetes)) return null;
  return text(kubernetes.pod_name) ?? (isObject(kubernetes.pod) ? text(kubernetes.pod.name) : null);
}

/** Hexadecimal is a hash of a refresh token; what someone wrote in its place, such as `[FILTERED]`, tells no tokens apart. */
const isHash = (value: string): boolean => /^[\da-f]+$/i.test(value);

/** By how much, in milliseconds, the time at which a log shipper read a line may be later than the line's own: Filebeat looks every 10 s. */
const SHIPPED = 10_000;

/** When a record was written, by GitLab's own field, else by what a shipper or a wrapping says. */
function momentOf(record: JsonObject, { at }: Pick<Context, "at">): { at: number | null; coarseness: number } {
  const own = parseTime(record.time);
  if (own !== null) return { at: own, coarseness: coarsenessOf(record.time) };
  return { at: parseTime(record["@timestamp"] ?? record._time ?? record.timestamp) ?? at, coarseness: SHIPPED };
}

function common(record: JsonObject, context: Context) {
  const address = text(record.remote_ip) ?? text(meta(record, "remote_ip"));
  return {
    spot: context.spot,
    at: momentOf(record, context).at,
    correlationId: text(record.correlation_id),
    user: named(record.username) ?? named(meta(record, "user")),
    address: address === null ? null : (normalAddress(address) ?? named(address)),
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

/** What Rack::Attack refused, by GitLab's auth_json.log; `track` only notes what it let pass. */
export function ban(record: JsonObject, context: Context): Ban | Observation {
  const { env } = record;
  if (env !== "throttle" && env !== "blocklist") return { type: "irrelevant", why: "request-succeeded" };
  const { user: _user, ...known } = common(record, context);
  return {
    type: "ban",
    ...known,
    env,
    target: isTokenRequest({ ...record, method: record.request_method ?? record.method }) ? "token" : "other",
    matched: text(record.matched),
  };
}

/** A token request of another grant type, which matters where it was refused. */
function otherGrant(record: JsonObject, grant: string, status: number, context: Context): GrantRefusal | Observation {
  if (status >= 200 && status < 300) return { type: "irrelevant", why: "other-grant" };
  const { spot, at, correlationId } = common(record, context);
  const client = param(record, "client_id") ?? "";
  return { type: "grant-refusal", spot, at, correlationId, grant, status, client, modern: isModern(record) };
}

/** By the controller, which is GitLab's own since its Doorkeeper answers `invalid_grant` with 400. */
const isModern = (record: JsonObject): boolean =>
  /^Oauth::TokensController(?:#|$)/.test(text(record.controller) ?? text(meta(record, "caller_id")) ?? "");

/** Reads a token request of production_json.log. */
export function tokenRequest(record: JsonObject, context: Context): Refresh | Observation {
  const status = number(record.status);
  const { spot } = context;
  if (status === null) {
    return { type: "not-understood", reason: context.damaged ? "json-broken" : "no-status", spot } satisfies Puzzle;
  }
  const grant = param(record, "grant_type");
  const hash = text(record.refresh_token_hash) ?? text(meta(record, "refresh_token_hash"));
  const failedEarly = status === 429 || status >= 500;
  if (grant === null && hash === null && !failedEarly) return { type: "not-understood", reason: "grant-unknown", spot };
  if (grant !== null && grant !== "refresh_token") return otherGrant(record, grant, status, context);
  const seconds = number(record.duration_s);
  const old = number(record.duration);
  return {
    type: "refresh",
    ...common(record, context),
    status,
    duration: plausible(seconds ?? old),
    durationField: seconds !== null ? "duration_s" : old !== null ? "duration" : null,
    userId: userNumber(record.user_id) ?? userNumber(meta(record, "user_id")),
    client: param(record, "client_id") ?? "",
    hash: hash !== null && isHash(hash) ? hash : null,
    modern: isModern(record) || hash !== null,
    carriedToken: carriedToken(record, hash, context.damaged),
    coarseness: momentOf(record, context).coarseness,
    heading: context.heading,
    pod: context.pod ?? podOf(record),
    machine: [context.machine, machineOf(record)].filter(Boolean).join(" ") || null,
    beside: context.beside,
    cutOut: context.cutOut,
  };
}

/**
 * Reads a refused API request. GitLab sets the reason as soon as one way of authenticating fails, also on requests that then succeed in
 * another way, so the status decides.
 */
export function authFailure(record: JsonObject, context: Context): AuthFailure | Observation {
  const reason = failReason(record) ?? reasonByAnswer(record);
  if (reason === null) return { type: "not-understood", reason: "json-broken", spot: context.spot };
  const status = number(record.status);
  if (status !== null && status !== 401 && status !== 403 && status !== 429)
    return { type: "irrelevant", why: "request-succeeded" };
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

/** The reason for a refusal that names none: what the answer says (`api_error`), or what its status alone tells. */
function reasonByAnswer(record: JsonObject): string | null {
  const told = symptomsIn(typeof record.api_error === "string" ? record.api_error : jsonText(record.api_error ?? ""));
  const [first] = told;
  if (first !== undefined) return first.replaceAll("-", "_");
  const status = number(record.status);
  return status === 429 ? "rate_limited" : status === 403 ? "forbidden" : status === 401 ? "unauthorized" : null;
}

/** Whether a record is a request to the API that was refused with 401, 403 or 429. */
export function isRefusedApi(record: JsonObject): boolean {
  const status = number(record.status);
  const isApi = "route" in record || (typeof record.path === "string" && record.path.includes("/api/"));
  return isApi && (status === 401 || status === 403 || status === 429);
}

/** Reads a line of GitLab's sidekiq.log about a webhook; each is logged at its start and at its end, and only the start counts. */
export function webhookJob(record: JsonObject, context: Context): Webhook | Observation {
  const status = text(record.job_status);
  if (status !== null && status !== "start") return { type: "irrelevant", why: "other-request" };
  const { spot, at, correlationId } = common(record, context);
  return { type: "webhook", spot, at, correlationId };
}
