import { setMaxListeners } from "node:events";
import { Agent, type Dispatcher, request } from "undici";
import { ExternalError } from "../errors";
import { masked } from "../util/secret";
import type { TfeHost } from "./host";
import { type Answer, type Outcome, outcomeOf, outcomeOfError, resetOf } from "./outcome";
import { type Clock, createPace, type Pace, systemClock } from "./pace";

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query;
  /** Sent as JSON:API. */
  readonly body?: unknown;
  /** Whether it may be sent again when its answer was lost. @default true for GET, PATCH, PUT and DELETE */
  readonly idempotent?: boolean;
}

export type { Answer } from "./outcome";

export interface TfeClientOptions {
  /** Told each time a request is sent again, and why. */
  readonly onRetry?: (line: string) => void;
  /** Requests a second, until the server says otherwise. @default 30, TFE's limit for a user */
  readonly requestsPerSecond?: number;
  readonly clock?: Clock;
  /** From 0 to 1; tests bring their own. */
  readonly random?: () => number;
}

/** How often a request is sent whose answer was lost. */
const ATTEMPTS = 6;
/** How long a server may refuse a request for its rate limit, in milliseconds. */
const PATIENCE = 300_000;
/** Requests under way at a time. */
export const CONNECTIONS = 10;
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
  /** When the wait is over that was told of last, by what it is for. */
  private readonly told = new Map<string, number>();
  private readonly ended = new AbortController();
  /** How many requests were sent, retries included. */
  requests = 0;

  constructor(
    readonly host: TfeHost,
    options: TfeClientOptions = {},
  ) {
    setMaxListeners(0, this.ended.signal);
    this.clock = this.until(options.clock ?? systemClock);
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
    const what = `${method} ${this.describe(path)}`;
    const again = options.idempotent ?? method !== "POST";
    const began = this.clock.now();
    for (let attempt = 1, losses = 0; ; attempt += 1) {
      const outcome = await this.once(method, path, options);
      this.requireOpen();
      switch (outcome.type) {
        case "answer":
          if (outcome.answer.status === 401) throw this.failure(method, path, outcome.answer);
          return outcome.answer;
        case "hopeless":
          throw new ExternalError(`${what}: ${outcome.reason}`, { fix: outcome.fix });
        case "refused": {
          const wait = outcome.wait + this.random() * 100;
          if (this.clock.now() + wait - began > PATIENCE) throw givenUp(what, outcome.reason, attempt, true);
          this.pace.pause(wait);
          this.tell(what, outcome.reason, wait);
          break;
        }
        case "lost": {
          losses += 1;
          if (!again || losses >= ATTEMPTS) throw givenUp(what, outcome.reason, attempt, again);
          const wait = this.backoff(losses);
          this.tell(what, outcome.reason, wait);
          await this.clock.sleep(wait);
          break;
        }
      }
    }
  }

  /** Ends at once: what is still under way fails, and nothing is sent any more. */
  async close(): Promise<void> {
    this.ended.abort();
    await this.agent.destroy();
  }

  /** What the server says is wrong, in one sentence, with what to do. */
  failure(method: string, path: string, { status, body }: Answer): ExternalError {
    const what = `${method} ${this.describe(path)} answered ${status}`;
    if (status === 401) {
      return new ExternalError(`${what}: ${this.host.hostname} does not take the token from ${this.host.tokenSource}`, {
        fix: `terraform login ${this.host.hostname}, or set a valid token there`,
      });
    }
    // Some servers and proxies repeat what they were sent.
    const said = masked(errorsOf(body), [this.host.token]);
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
      const headers = flat(response.headers);
      // The window is used up, by this client or by another with the same user: the next request would be refused.
      if (headers["x-ratelimit-remaining"] === "0" && response.statusCode !== 429) {
        this.pace.pause(resetOf(headers) ?? 0);
      }
      return outcomeOf(response.statusCode, headers, text);
    } catch (error) {
      return outcomeOfError(error);
    }
  }

  /** 0.5 s doubled each time, at most 20 s, of which half is chance. */
  private backoff(attempt: number): number {
    return Math.min(20_000, 500 * 2 ** (attempt - 1)) * (0.5 + this.random() / 2);
  }

  /** Once for each wait: of requests that fail together, one speaks for all. */
  private tell(what: string, reason: string, wait: number): void {
    const now = this.clock.now();
    if (now < (this.told.get(`${what} ${reason}`) ?? 0)) return;
    this.told.set(`${what} ${reason}`, now + wait);
    this.onRetry(`${what}: ${reason}; trying again in ${(wait / 1000).toFixed(1)} s`);
  }

  /** A clock whose sleepers fail when the client is closed. */
  private until(clock: Clock): Clock {
    return {
      now: () => clock.now(),
      sleep: async (milliseconds) => {
        await clock.sleep(milliseconds, this.ended.signal);
        this.requireOpen();
      },
    };
  }

  private requireOpen(): void {
    if (this.ended.signal.aborted) throw new ExternalError(`the client of ${this.host.hostname} is closed`);
  }

  private describe(path: string): string {
    return `/${path.replace(/^\/+/, "")}`;
  }
}

function givenUp(what: string, reason: string, attempts: number, again: boolean): ExternalError {
  return new ExternalError(`${what}: ${reason} (${attempts} attempt(s))`, {
    fix: again
      ? "the server is overloaded or cannot be reached; nothing is lost, run the command again later"
      : "whether the server did it is unknown; take a new inventory before going on",
  });
}

function flat(headers: NodeJS.Dict<string | string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
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
