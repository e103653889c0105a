/** What the lines of the logs say, before anything is concluded from it. All of it passes between threads. */

/** Where something stands. */
export interface Spot {
  /** Bytes from the beginning of the input (unpacked). */
  readonly offset: number;
  /** Counted from 1. */
  readonly line: number;
}

interface Observed {
  readonly spot: Spot;
  /** The time the line names, in milliseconds since 1970; null where there is none that can be read. */
  readonly at: number | null;
  readonly correlationId: string | null;
}

/** A `POST /oauth/token` with `grant_type=refresh_token`, or one that failed before its kind was known (429, 5xx). */
export interface Refresh extends Observed {
  readonly type: "refresh";
  readonly status: number;
  /** As logged: its unit is not known yet. */
  readonly duration: number | null;
  /** Which field the duration came from. GitLab renamed it when it changed the unit to seconds. */
  readonly durationField: "duration" | "duration_s" | null;
  /** The application's id; empty where the log does not tell. */
  readonly client: string;
  /** GitLab's number of the user, where the log has it. */
  readonly userId: number | null;
  /** `refresh_token_hash`: the first hex digits of the refresh token's SHA-256. */
  readonly hash: string | null;
  /** Written by a version of GitLab whose Doorkeeper answers `invalid_grant` with 400, so that 401 means `invalid_client`. */
  readonly modern: boolean;
  /** The request carried a refresh token, or the log does not tell. */
  readonly carriedToken: boolean;
  /** By how much, in milliseconds, the moment may differ from `at`: a second where the time has no fraction, more where a log shipper named it. */
  readonly coarseness: number;
  /** The pod or container that wrote the line, where the line names one. */
  readonly pod: string | null;
  /** The host or log stream that the line names as its source; null where it names none. */
  readonly machine: string | null;
  /** What the last heading before the line says about its source, such as `==> web-1/production_json.log <==`; null where there is none. */
  readonly heading: string | null;
  /** What stands beside a record that was cut out of a text says about its source; empty where it says nothing. */
  readonly beside: string;
  /** Cut out of a text that may be a larger JSON, which may name the machine out of sight. */
  readonly cutOut: boolean;
  readonly user: string | null;
  readonly address: string | null;
}

/**
 * A request to the API that was refused, with GitLab's reason: `meta.auth_fail_reason`, or `rate_limited`, `forbidden` and `unauthorized` where
 * the status alone tells.
 */
export interface AuthFailure extends Observed {
  readonly type: "auth-failure";
  readonly reason: string;
  /** Such as `PersonalAccessToken/12`. */
  readonly tokenId: string | null;
  readonly requestedScopes: string | null;
  readonly status: number;
  readonly user: string | null;
  readonly address: string | null;
}

/** A token request of another grant type, such as `authorization_code`, that was not granted. */
export interface GrantRefusal extends Observed {
  readonly type: "grant-refusal";
  readonly grant: string;
  readonly status: number;
  /** The application's id; empty where the log does not tell. */
  readonly client: string;
  /** As of a {@link Refresh}. */
  readonly modern: boolean;
}

export const symptomKinds = [
  "grant-invalid",
  "token-revoked",
  "token-expired",
  "insufficient-scope",
  "invalid-client",
  "user-blocked",
  "terms-not-accepted",
  "password-expired",
  "rate-limited",
  "not-found",
  "moved-project",
  "webhook-refused",
  "gitlab-error",
  "timed-out",
  "refresh-unanswered",
  "certificate",
  "name-not-found",
  "not-reached",
  "unknown-timeout",
  "unknown-certificate",
  "unknown-name",
  "unknown-connection",
  "unauthorized",
  "refused-otherwise",
] as const;
export type SymptomKind = (typeof symptomKinds)[number];

/** A refusal by GitLab, or that it was not reached, as Terraform Enterprise logs it. */
export interface Symptom extends Observed {
  readonly type: "symptom";
  readonly kind: SymptomKind;
  /**
   * Whose line it is: `tfe` by its own form, `unclear` where the line is nothing but the sentence (then the file decides), `other` in any
   * other product's log: GitLab's and Doorkeeper's sentences reach every client.
   */
  readonly origin: "tfe" | "unclear" | "other";
  /** TFE's component or container, where the line names one. */
  readonly component: string | null;
}

/** A request that GitLab's Rack::Attack refused before the application saw it (`auth_json.log`): no client is named. */
export interface Ban extends Observed {
  readonly type: "ban";
  /** `throttle` is answered with 429, `blocklist` with 403. */
  readonly env: "throttle" | "blocklist";
  readonly target: "token" | "other";
  /** The throttle's name, such as `throttle_authenticated_api`. */
  readonly matched: string | null;
  readonly address: string | null;
}

/** A webhook that GitLab sent or TFE received. */
export interface Webhook extends Observed {
  readonly type: "webhook";
}

/** A line with a needle that says nothing about the case, and why it does not. */
export interface Irrelevant {
  readonly type: "irrelevant";
  readonly why: "other-request" | "other-grant" | "request-succeeded" | "not-about-gitlab";
}

export const notUnderstood = {
  "json-broken": "a JSON record that is cut off or damaged, and not usable",
  "grant-unknown": "a token request without a grant type in the log",
  "no-status": "a token request without a status",
  "no-token-request-log":
    "a token request in a log without grant types (web server log, production.log); production_json.log has them",
  "line-too-long": "a part of a line longer than 128 KiB in which no record was found",
  "unknown-text": "a line in an unknown format",
  "other-product":
    "a refusal in a log that seems to belong to another product, neither GitLab nor Terraform Enterprise",
} as const;
export type NotUnderstood = keyof typeof notUnderstood;

/** A line with a needle that was not understood. */
export interface Puzzle {
  readonly type: "not-understood";
  readonly reason: NotUnderstood;
  readonly spot: Spot;
}

export type Observation = Refresh | GrantRefusal | AuthFailure | Ban | Symptom | Webhook | Irrelevant | Puzzle;
