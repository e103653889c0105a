import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DiagnoseOptions, type Diagnosis, defaultOptions, diagnose, readChunks } from "../../../lib/diagnose";

/** What a test says about a token request; the rest is as GitLab logs it. */
export interface TokenRequest {
  readonly time?: string;
  readonly status?: number;
  readonly seconds?: number;
  readonly client?: string;
  readonly hash?: string;
  readonly id?: string;
  readonly grant?: string;
  readonly path?: string;
  readonly user?: string;
}

const params = (request: TokenRequest) => [
  { key: "client_id", value: request.client ?? "5c1f".repeat(16) },
  { key: "client_secret", value: "[FILTERED]" },
  { key: "grant_type", value: request.grant ?? "refresh_token" },
  { key: "refresh_token", value: "[FILTERED]" },
];

/** A line of production_json.log of a present GitLab: `time` is the end, `duration_s` in seconds. */
export function modern(request: TokenRequest = {}): string {
  return JSON.stringify({
    method: "POST",
    path: request.path ?? "/oauth/token",
    format: "json",
    controller: "Oauth::TokensController",
    action: "create",
    status: request.status ?? 200,
    time: request.time ?? "2024-05-01T10:00:00.000Z",
    params: params(request),
    correlation_id: request.id ?? `01HX${request.time ?? ""}${request.status ?? 200}`,
    "meta.caller_id": "Oauth::TokensController#create",
    "meta.remote_ip": "10.1.2.3",
    remote_ip: "10.1.2.3",
    ...(request.user === undefined ? {} : { username: request.user }),
    ua: "Faraday v1.0.1",
    ...(request.hash === undefined ? {} : { refresh_token_hash: request.hash }),
    db_duration_s: 0.01,
    duration_s: request.seconds ?? 0.11,
  });
}

/** The same from a GitLab of 2020: `time` is the start, `duration` of disputed unit. */
export function old(request: TokenRequest & { duration: number }): string {
  return JSON.stringify({
    method: "POST",
    path: "/oauth/token",
    format: "*/*",
    controller: "Doorkeeper::TokensController",
    action: "create",
    status: request.status ?? 200,
    duration: request.duration,
    view: 0.0,
    time: request.time ?? "2020-07-02T12:59:09.108Z",
    params: params(request),
    remote_ip: null,
    user_id: null,
    username: null,
    ua: null,
    correlation_id: request.id ?? `old${request.time ?? ""}${request.status ?? 200}`,
  });
}

/** A request that has nothing to do with tokens. */
export function ordinary(time: string, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    method: "GET",
    path: "/group/app",
    controller: "ProjectsController",
    action: "show",
    status: 200,
    time,
    params: [],
    ...fields,
  });
}

/** A line of api_json.log about a refused token. */
export function refusedApi(reason: string, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    time: "2024-05-01T10:00:05.000Z",
    severity: "INFO",
    duration_s: 0.01,
    status: 401,
    method: "GET",
    path: "/api/v4/projects/7",
    params: [],
    route: "/api/:version/projects/:id",
    correlation_id: "01HXAPI",
    "meta.auth_fail_reason": reason,
    "meta.auth_fail_token_id": "PersonalAccessToken/12",
    ...fields,
  });
}

export const grantInvalid =
  "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.";
export const tokenRevoked =
  "Server responded with code 401, message: Token was revoked. You have to re-authorize from the user.";

/** A line of TFE's plain logs. */
export function tfe(message: string, time = "2024-05-01 10:00:30", level = "ERROR"): string {
  return `${time} [${level}] [0f2b1c4e-1111-4222-8333-444455556666] ${message}`;
}

/** A race that everything speaks for: one winner of 60 s, and losers during it. */
export function raceLines(losers = 1, hash: string | null = "a1b2c3d4e5"): readonly string[] {
  const common = hash === null ? {} : { hash };
  return [
    ...Array.from({ length: losers }, (_, index) =>
      modern({
        ...common,
        time: `2024-05-01T10:00:${20 + index}.000Z`,
        status: 400,
        seconds: 3.4,
        id: `loser-${index}`,
      }),
    ),
    modern({ ...common, time: "2024-05-01T10:01:00.000Z", status: 200, seconds: 60.1, id: "winner" }),
  ];
}

export const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

/** Bytes in chunks of a size. */
export async function* chunked(bytes: Buffer, size = 65536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Diagnoses named texts. */
export async function diagnosed(
  inputs: Readonly<Record<string, string | Buffer>> | readonly string[],
  options: Partial<DiagnoseOptions> = {},
): Promise<Diagnosis> {
  const named = isLines(inputs) ? { "production_json.log": text(inputs) } : inputs;
  const facts = [];
  for (const [name, content] of Object.entries(named))
    facts.push(...(await readChunks(name, chunked(Buffer.from(content)))));
  return diagnose(facts, { ...defaultOptions, ...options });
}

function isLines(inputs: Readonly<Record<string, string | Buffer>> | readonly string[]): inputs is readonly string[] {
  return Array.isArray(inputs);
}

/** Runs a test with a folder of its own. */
export async function withFolder<T>(
  files: Readonly<Record<string, string | Buffer>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "repoint-diagnose-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
