import { Agent, type Dispatcher, request } from "undici";
import { ExternalError } from "../errors";
import { messageOf, type TfeHost } from "./host";
import { type Clock, createPace, type Pace, systemClock } from "./pace";

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  /** Sent as JSON:API. */
  readonly body?: unknown;
  /** Whether it may be sent again when its answer was lost. @default true for GET, PATCH, PUT and DELETE */
  readonly idempotent?: boolean;
}

/** What the server answered, once retries are over. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TfeClientOptions {
  /** Told each time a request is sent again, and why. */
  readonly onRetry?: (line: string) => void;
  /** Requests a second, until the server says otherwise. @default 30, TFE's limit for a user */
  readonly requestsPerSecond?: number;
  readonly clock?: Clock;
  /** From 0 to 1; tests bring their own. */
  readonly random?: () => number;
}

const ATTEMPTS = 6;
const CONNECTIONS = 10;
const TIMEOUT = 60_000;

/**
 * TFE's API: paced below its rate limit, patient with 429, 5xx and dropped connections, JSON:API both ways. Its errors never
 * hold the token.
 */
export class TfeClient {
  private readonly agent = new Agent({
    connections: CONNECTIONS,
    pipelining: 1,
    headersTimeout: TIMEOUT,
    bodyTimeout: TIMEOUT,
  });
  private readonly pace: Pace;
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly onRetry: (line: string) => void;
  /** How many requests were sent, retries included. */
  requests = 0;

  constructor(
    readonly host: TfeHost,
    options: TfeClientOptions = {},
  ) {
    this.clock = options.clock ?? systemClock;
    this.pace = createPace(options.requestsPerSecond ?? 30, this.clock);
    this.random = options.random ?? Math.random;
    this.onRetry = options.onRetry ?? (() => {});
  }

  /** Asks the server for its version and rate limit, and keeps to the latter. */
  async ping(): Promise<{ readonly version: string | undefined }> {
    const { headers } = await this.expect("GET", "ping");
    const limit = Number(headers["x-ratelimit-limit"]);
    if (Number.isFinite(limit) && limit > 0) this.pace.limit(limit);
    return { version: headers["x-tfe-version"] || undefined };
  }

  /** As {@link send}, for what must succeed. @throws ExternalError for every status from 400 on */
  async expect(method: Dispatcher.HttpMethod, path: string, options: RequestOptions = {}): Promise<Answer> {
    const answer = await this.send(method, path, options);
    if (answer.status >= 400) throw this.failure(method, path, answer);
    return answer;
  }

  /** Sends a request until it is answered. A status below 500 other than 429 is an answer, 401 is an error. */
  async send(method: Dispatcher.HttpMethod, path: string, options: RequestOptions = {}): Promise<Answer> {
    const again = options.idempotent ?? method !== "POST";
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.once(method, path, options);
      if (outcome.type === "answer") {
        if (outcome.answer.status === 401) throw this.failure(method, path, outcome.answer);
        return outcome.answer;
      }
      const mayRepeat = again || outcome.type === "refused";
      if (!mayRepeat || attempt >= ATTEMPTS) {
        throw new ExternalError(`${method} ${this.describe(path)}: ${outcome.reason} (${attempt} attempt(s))`, {
          fix: again
            ? "the server is overloaded or cannot be reached; nothing is lost, run the command again later"
            : "whether the server did it is unknown; take a new inventory before going on",
        });
      }
      const wait = outcome.type === "refused" ? outcome.wait : this.backoff(attempt);
      if (outcome.type === "refused") this.pace.pause(wait);
      this.onRetry(
        `${method} ${this.describe(path)}: ${outcome.reason}; trying again in ${(wait / 1000).toFixed(1)} s`,
      );
      if (outcome.type === "lost") await this.clock.sleep(wait);
    }
  }

  async close(): Promise<void> {
    await this.agent.close();
  }

  /** What the server says is wrong, in one sentence, with what to do. */
  failure(method: string, path: string, { status, body }: Answer): ExternalError {
    const what = `${method} ${this.describe(path)} answered ${status}`;
    if (status === 401) {
      return new ExternalError(`${what}: ${this.host.hostname} does not take the token from ${this.host.tokenSource}`, {
        fix: `terraform login ${this.host.hostname}, or set a valid token there`,
      });
    }
    const said = errorsOf(body);
    if (status === 404) {
      return new ExternalError(`${what}: it does not exist, or the token may not see it`, {
        fix: 'check the name; the token\'s owner needs the permission "Manage VCS settings" in the organization',
      });
    }
    return new ExternalError(said === "" ? what : `${what}: ${said}`);
  }

  private async once(method: Dispatcher.HttpMethod, path: string, options: RequestOptions): Promise<Outcome> {
    await this.pace.turn();
    this.requests += 1;
    const url = new URL(path.replace(/^\/+/, ""), this.host.apiUrl);
    for (const [key, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    try {
      const response = await request(url, {
        method,
        dispatcher: this.agent,
        headers: {
          authorization: `Bearer ${this.host.token}`,
          accept: "application/vnd.api+json",
          ...(options.body === undefined ? {} : { "content-type": "application/vnd.api+json" }),
        },
        body: options.body === undefined ? null : JSON.stringify(options.body),
      });
      const text = await response.body.text();
      const status = response.statusCode;
      const headers = flat(response.headers);
      if (status === 429) return { type: "refused", wait: this.resetOf(headers), reason: "the rate limit is used up" };
      if (status >= 500) return { type: "lost", reason: `the server answered ${status}` };
      const body = parseBody(text);
      // A refusal in other words than JSON, from a proxy for example, is one all the same.
      if (body === undefined && status < 400) return { type: "lost", reason: "the answer is not whole JSON" };
      return { type: "answer", answer: { status, body: body?.value ?? null, headers } };
    } catch (error) {
      return { type: "lost", reason: `the connection failed: ${messageOf(error)}` };
    }
  }

  private resetOf(headers: Readonly<Record<string, string>>): number {
    const seconds = Number(headers["x-ratelimit-reset"] ?? headers["retry-after"]);
    const wait = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 1000;
    return Math.min(wait, TIMEOUT) + this.random() * 100;
  }

  /** 0.5 s doubled each time, at most 20 s, of which half is chance. */
  private backoff(attempt: number): number {
    return Math.min(20_000, 500 * 2 ** (attempt - 1)) * (0.5 + this.random() / 2);
  }

  private describe(path: string): string {
    return `/${path.replace(/^\/+/, "")}`;
  }
}

type Outcome =
  | { readonly type: "answer"; readonly answer: Answer }
  /** Not done, for sure: it may be sent again whatever it is. */
  | { readonly type: "refused"; readonly wait: number; readonly reason: string }
  /** Whether the server did it is unknown. */
  | { readonly type: "lost"; readonly reason: string };

function flat(headers: NodeJS.Dict<string | string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}

function parseBody(text: string): { readonly value: unknown } | undefined {
  if (text.trim() === "") return { value: null };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** JSON:API's errors on one line. */
function errorsOf(body: unknown): string {
  const errors: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "errors") : undefined;
  if (!Array.isArray(errors)) return "";
  return errors
    .map((error: unknown) => {
      const part = (key: string) => (typeof error === "object" && error !== null ? Reflect.get(error, key) : undefined);
      return [part("title"), part("detail")].filter((text) => typeof text === "string" && text !== "").join(": ");
    })
    .filter((text) => text !== "")
    .join("; ");
}
