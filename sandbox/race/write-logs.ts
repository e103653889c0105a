import { createHash } from "node:crypto";
import { type LogForm, type TokenRequest, tokenRequestLog } from "../gitlab/token-request-log";
import { Random } from "../random";
import { type LogEntry, logLine } from "../tfe/log-line";
import type { RaceOutcome, SimulatedRefresh } from "./simulate";

/** `from`: when the burst began. */
export interface LogOptions extends LogForm {
  readonly seed: number;
}

const PARAMS = [
  { key: "client_id", value: "7f5c4a9be1d24a6f8c3b2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a" },
  { key: "client_secret", value: "[FILTERED]" },
  { key: "grant_type", value: "refresh_token" },
  { key: "refresh_token", value: "[FILTERED]" },
];

/** The lines that GitLab would have written into `production_json.log`, in the order in which the requests ended. */
export function gitlabLog(outcome: RaceOutcome, options: LogOptions): string {
  const random = new Random(options.seed + 1);
  const salt = random.letters(12);
  const hashOf = (token: number) => createHash("sha256").update(`${salt}${token}`).digest("hex").slice(0, 10);
  const refused = options.format === "new" ? 400 : 401;
  const asked = ({ start, end, granted, token }: SimulatedRefresh): TokenRequest => ({
    start,
    end,
    status: granted ? 200 : refused,
    params: PARAMS,
    userAgent: "terraform-enterprise",
    tokenHash: hashOf(token),
  });
  return tokenRequestLog(outcome.refreshes.map(asked), options, random);
}

/** The lines that TFE would have written: each webhook, and the error in two parts where its refresh was refused. */
export function tfeLog(outcome: RaceOutcome, options: LogOptions): string {
  const random = new Random(options.seed + 2);
  const uuid = () => [8, 4, 4, 4, 12].map((length) => random.letters(length).toLowerCase()).join("-");
  const moment = (ms: number) => new Date(options.from.getTime() + ms);
  return outcome.refreshes
    .flatMap(({ arrival, end, granted }): readonly LogEntry[] => {
      const id = uuid();
      const path = `/webhooks/vcs/${uuid()}`;
      return [
        { at: moment(arrival), level: "INFO", id, message: `Started POST "${path}"` },
        ...(granted ? [] : [INVALID_GRANT, REVOKED]).map(
          (message): LogEntry => ({ at: moment(end), level: "ERROR", id, message }),
        ),
      ];
    })
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(logLine)
    .join("");
}

const INVALID_GRANT =
  "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.";
const REVOKED = "Server responded with code 401, message: Token was revoked. You have to re-authorize from the user.";
