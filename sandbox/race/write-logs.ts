import { createHash } from "node:crypto";
import { Random } from "../random";
import type { RaceOutcome, SimulatedRefresh } from "./simulate";

export interface LogOptions {
  readonly seed: number;
  /** When the burst began. */
  readonly from: Date;
  /** `new`: GitLab 18, with a hash of the refresh token; `old`: GitLab 13, as in the support article. */
  readonly format: "new" | "old";
}

const CLIENT = "7f5c4a9be1d24a6f8c3b2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a";

/** The lines that GitLab would have written into `production_json.log`, in the order in which the requests ended. */
export function gitlabLog(outcome: RaceOutcome, options: LogOptions): string {
  const random = new Random(options.seed + 1);
  const salt = random.letters(12);
  const lines = [...outcome.refreshes]
    .sort((a, b) => a.end - b.end)
    .map((refresh) => JSON.stringify(record(refresh, options, random, salt)));
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function record(refresh: SimulatedRefresh, { from, format }: LogOptions, random: Random, salt: string): object {
  const seconds = Number(((refresh.end - refresh.start) / 1000).toFixed(5));
  const at = (milliseconds: number) => new Date(from.getTime() + milliseconds).toISOString();
  const common = {
    method: "POST",
    path: "/oauth/token",
    format: "*/*",
    controller: format === "new" ? "Oauth::TokensController" : "Doorkeeper::TokensController",
    action: "create",
    status: refresh.granted ? 200 : format === "new" ? 400 : 401,
  };
  const params = [
    { key: "client_id", value: CLIENT },
    { key: "client_secret", value: "[FILTERED]" },
    { key: "grant_type", value: "refresh_token" },
    { key: "refresh_token", value: "[FILTERED]" },
  ];
  const rest = {
    params,
    remote_ip: "203.0.113.17",
    user_id: null,
    username: null,
    ua: "terraform-enterprise",
    correlation_id: random.letters(26),
  };
  if (format === "old")
    return { ...common, duration: Number(seconds.toFixed(2)), view: 0.3, db: 4.1, time: at(refresh.start), ...rest };
  return {
    ...common,
    time: at(refresh.end),
    ...rest,
    // GitLab logs the first ten hex digits of the token's SHA-256.
    refresh_token_hash: createHash("sha256").update(`${salt}${refresh.token}`).digest("hex").slice(0, 10),
    "meta.caller_id": "Oauth::TokensController#create",
    db_duration_s: Number((seconds * 0.6).toFixed(5)),
    cpu_s: 0.031,
    pid: 4000 + random.below(20),
    duration_s: seconds,
  };
}

/** The lines that TFE would have written for the webhooks whose refresh was refused. */
export function tfeLog(outcome: RaceOutcome, options: LogOptions): string {
  const random = new Random(options.seed + 2);
  return outcome.refreshes
    .filter(({ granted }) => !granted)
    .map(({ end }) => {
      const time = new Date(options.from.getTime() + end).toISOString().slice(0, 19).replace("T", " ");
      const id = [8, 4, 4, 4, 12].map((length) => random.letters(length).toLowerCase()).join("-");
      return [
        `${time} [ERROR] [${id}] The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.\n`,
        `${time} [ERROR] [${id}] Server responded with code 401, message: Token was revoked. You have to re-authorize from the user.\n`,
      ].join("");
    })
    .join("");
}
