import type { Random } from "../random";

/** A request for a token, as GitLab's log tells of it. */
export interface TokenRequest {
  /** Milliseconds since {@link LogForm.from}. */
  readonly start: number;
  readonly end: number;
  readonly status: number;
  /** Without secrets. */
  readonly params: readonly { readonly key: string; readonly value: string }[];
  readonly userAgent: string | null;
  /** Of the refresh token, when one was presented. */
  readonly tokenHash?: string;
}

export interface LogForm {
  readonly from: Date;
  /** `new`: GitLab 18, with a hash of the refresh token; `old`: GitLab 13, as in the support article. */
  readonly format: "new" | "old";
}

/** The lines of `production_json.log`, in the order in which the requests ended. */
export function tokenRequestLog(requests: readonly TokenRequest[], form: LogForm, random: Random): string {
  return [...requests]
    .sort((a, b) => a.end - b.end)
    .map((request) => `${JSON.stringify(record(request, form, random))}\n`)
    .join("");
}

function record({ start, end, ...request }: TokenRequest, { from, format }: LogForm, random: Random): object {
  const seconds = Number(((end - start) / 1000).toFixed(5));
  const at = (milliseconds: number) => new Date(from.getTime() + milliseconds).toISOString();
  const common = {
    method: "POST",
    path: "/oauth/token",
    format: "*/*",
    controller: format === "new" ? "Oauth::TokensController" : "Doorkeeper::TokensController",
    action: "create",
    status: request.status,
  };
  const rest = {
    params: request.params,
    remote_ip: "203.0.113.17",
    user_id: null,
    username: null,
    ua: request.userAgent,
    correlation_id: random.letters(26),
  };
  if (format === "old")
    return { ...common, duration: Number(seconds.toFixed(2)), view: 0.3, db: 4.1, time: at(start), ...rest };
  return {
    ...common,
    time: at(end),
    ...rest,
    refresh_token_hash: request.tokenHash,
    "meta.caller_id": "Oauth::TokensController#create",
    db_duration_s: Number((seconds * 0.6).toFixed(5)),
    cpu_s: 0.031,
    pid: 4000 + random.below(20),
    duration_s: seconds,
  };
}
