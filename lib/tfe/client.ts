import type { Dispatcher } from "undici";
import { ExternalError } from "../errors";
import { below } from "../http/below";
import type { Clock } from "../http/pace";
import { type Attempt, Patience } from "../http/patience";
import { Transport, type TransportOptions } from "../http/transport";
import { jsonText } from "../util/json-text";
import { plural } from "../util/plural";
import { masked } from "../util/secret";
import type { TfeHost } from "./host";
import { type Answer, outcomeOf, resetOf } from "./outcome";

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
  /** How requests travel. @default as {@link Transport} says, by the process's environment */
  readonly transport?: TransportOptions;
}

/** Requests under way at a time. */
export const CONNECTIONS = 10;

/**
 * TFE's API: paced below its rate limit, patient with 429, 5xx and dropped connections, JSON:API both ways. Its errors never
 * hold the token.
 */
export class TfeClient {
  private readonly transport: Transport;
  private readonly patience: Patience;

  constructor(
    readonly host: TfeHost,
    { requestsPerSecond = 30, transport, ...options }: TfeClientOptions = {},
  ) {
    this.transport = new Transport({ connections: CONNECTIONS, ...transport });
    this.patience = new Patience(
      { requestsPerSecond, ...options },
      () => new ExternalError(`the client of ${host.hostname} is closed`),
    );
  }

  /** How many requests were sent, retries included. */
  get requests(): number {
    return this.patience.requests;
  }

  /**
   * Asks the server for its version and rate limit, and keeps to the latter.
   *
   * @returns `server`: its name and version (headers `TFP-AppName` and `X-TFE-Version`); HCP Terraform tells no version but its API's
   * (`TFP-API-Version`). `tellsVersion`: whether it tells either (go-tfe, `RemoteTFEVersion`, `RemoteAPIVersion`)
   */
  async ping(): Promise<{
    readonly version: string | undefined;
    readonly server: string;
    readonly tellsVersion: boolean;
  }> {
    const { headers } = await this.expect("GET", "ping");
    const limit = Number(headers["x-ratelimit-limit"]);
    if (Number.isFinite(limit) && limit > 0) this.patience.limit(limit);
    const version = headers["x-tfe-version"] || undefined;
    const name = headers["tfp-appname"] || this.host.hostname;
    const api = headers["tfp-api-version"] || undefined;
    const server = `${name} ${version ?? `(API ${api ?? "of no version"})`}`;
    return { version, server, tellsVersion: version !== undefined || api !== undefined };
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
    const ending = await this.patience.send(what, again, () => this.once(method, path, options));
    if (ending.type === "answer") {
      if (ending.answer.status === 401) throw this.failure(method, path, ending.answer);
      return ending.answer;
    }
    const { last, attempts } = ending;
    // Some addresses that a server leads to, and some errors, repeat what was sent.
    const said = `${what}: ${masked(last.reason, [this.host.token])}`;
    if (last.type === "hopeless") throw new ExternalError(said, last.fix === undefined ? {} : { fix: last.fix });
    const undone = last.type === "refused" || (last.type === "lost" && last.unsent === true);
    throw givenUp(said, attempts, again || undone, last.type === "refused" ? undefined : last.fix);
  }

  /** Ends at once: what is still under way fails, and nothing is sent any more. */
  async close(): Promise<void> {
    this.patience.close();
    await this.transport.destroy();
  }

  /** What the server says is wrong, in one sentence, with what to do. */
  failure(method: string, path: string, { status, body }: Answer): ExternalError {
    const what = `${method} ${this.describe(path)} answered ${status}`;
    if (status === 401) {
      return new ExternalError(
        `${what}: ${this.host.hostname} does not accept the token from ${this.host.tokenSource}`,
        {
          fix: `terraform login ${this.host.hostname}, or set a valid token there`,
        },
      );
    }
    // Some servers and proxies repeat what they were sent.
    const said = masked(errorsOf(body), [this.host.token]);
    if (status === 404) {
      return new ExternalError(`${what}: it does not exist, or the token cannot see it`, {
        fix: 'check the name; the token\'s owner needs the permission "Manage VCS settings" in the organization',
      });
    }
    return new ExternalError(said === "" ? what : `${what}: ${said}`);
  }

  private async once(method: Dispatcher.HttpMethod, path: string, options: RequestOptions): Promise<Attempt<Answer>> {
    const url = below(this.host.apiUrl, path);
    for (const [key, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, String(value));
    }
    const exchange = await this.transport.exchange({
      method,
      url,
      headers: {
        authorization: `Bearer ${this.host.token}`,
        accept: "application/vnd.api+json",
        ...(options.body === undefined ? {} : { "content-type": "application/vnd.api+json" }),
      },
      body: options.body === undefined ? undefined : jsonText(options.body),
    });
    // The window is used up, by this client or by another with the same user: the next request would be refused.
    if (exchange.type === "answered" && exchange.headers["x-ratelimit-remaining"] === "0" && exchange.status !== 429)
      this.patience.pause(resetOf(exchange.headers) ?? 0);
    return outcomeOf(exchange);
  }

  private describe(path: string): string {
    return `/${path.replace(/^\/+/, "")}`;
  }
}

function givenUp(said: string, attempts: number, again: boolean, fix: string | undefined): ExternalError {
  return new ExternalError(`${said} (${plural(attempts, "attempt")})`, {
    fix: again
      ? (fix ?? "the server is overloaded or cannot be reached; nothing is lost: run the command again later")
      : "it is unknown whether the server did it; take a new inventory before you continue",
  });
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
