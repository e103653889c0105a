import type { Dispatcher } from "undici";
import { ExternalError } from "../errors";
import type { Clock, Urgency } from "../http/pace";
import { type Attempt, Patience } from "../http/patience";
import { type Exchange, Transport, type TransportOptions } from "../http/transport";
import { outcomeOf, resetOf } from "../tfe/outcome";
import type { Json } from "../util/json";
import { masked } from "../util/secret";

/** Requests under way at a time: at 100 ms of latency, and as long again in the server, 30 a second keep six of them busy. */
const CONNECTIONS = 20;

/** At the edge of the rate limit there are waits that nobody needs to know of, in milliseconds. */
const UNTOLD = 1000;

export interface UpstreamOptions {
  readonly hostname: string;
  readonly token: string;
  /** The user's own: proxies and authorities are looked up there. */
  readonly env: NodeJS.ProcessEnv;
  /** What messages must not hold, beside the token. */
  readonly secrets: readonly string[];
  readonly onRetry: (line: string) => void;
  readonly clock?: Clock | undefined;
  readonly random?: (() => number) | undefined;
  readonly transport?: TransportOptions | undefined;
}

export interface UpstreamRequest {
  readonly method: Dispatcher.HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Asked at the very moment at which the request would be sent, after all waiting, and again before each further attempt: undefined
   * keeps it from being sent. @default no body
   */
  readonly body?: (() => string | undefined) | undefined;
  /** Asked at that moment too: false keeps it from being sent. @default it is sent */
  readonly isNeeded?: (() => boolean) | undefined;
  /** @default "now" */
  readonly urgency?: Urgency | undefined;
  /** Told when an attempt did nothing, for sure, and another one may follow. */
  readonly onUndone?: (() => void) | undefined;
}

export interface UpstreamAnswer {
  readonly status: number;
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for what is no JSON, or empty. */
  readonly json: Json | undefined;
  readonly text: string;
  /** When the request was sent that was answered, and when its answer was whole, by the clock. */
  readonly began: number;
  readonly ended: number;
}

export type UpstreamEnding =
  | { readonly type: "answered"; readonly answer: UpstreamAnswer }
  /** Its `body` or `isNeeded` said no, at first or after an attempt without an answer. */
  | { readonly type: "not-started" }
  /** `isUnknown`: the server may have done it. */
  | {
      readonly type: "failed";
      readonly reason: string;
      readonly fix: string | undefined;
      readonly isUnknown: boolean;
    };

type Started = { readonly type: "answered"; readonly answer: UpstreamAnswer } | { readonly type: "not-started" };

/** The way to the server that is guarded: one pace for all, patience as {@link TfeClient} has it, its certificate checked. */
export class Upstream {
  private readonly transport: Transport;
  private readonly patience: Patience;
  private readonly secrets: readonly string[];
  /** Requests a second. */
  limit = 30;

  constructor(
    options: UpstreamOptions,
    private readonly clock: Clock,
  ) {
    const { hostname, token, secrets, env, transport, random, onRetry } = options;
    this.secrets = [token, ...secrets];
    this.transport = new Transport({ connections: CONNECTIONS, env, ...transport });
    this.patience = new Patience(
      {
        requestsPerSecond: this.limit,
        untold: UNTOLD,
        clock,
        random,
        onRetry: (line) => onRetry(masked(line, this.secrets)),
      },
      () => new ExternalError(`the guard of ${hostname} is closed`),
    );
  }

  /** How many requests were sent, retries included. */
  get requests(): number {
    return this.sent;
  }
  private sent = 0;

  /** Sends a request until it is answered. A POST whose answer was lost is not sent again. */
  async send({
    method,
    url,
    headers,
    body: bodyNow,
    isNeeded = () => true,
    urgency,
    onUndone,
  }: UpstreamRequest): Promise<UpstreamEnding> {
    const what = `${method} ${url.pathname}`;
    let last: Exchange["type"] | undefined;
    const attempt = async (): Promise<Attempt<Started>> => {
      const body = bodyNow?.();
      if ((bodyNow !== undefined && body === undefined) || !isNeeded())
        return { type: "answer", answer: { type: "not-started" } };
      this.sent += 1;
      const began = this.clock.now();
      const exchange = await this.transport.exchange({ method, url, headers, body });
      this.heed(exchange, url);
      last = exchange.type;
      const made = attemptOf(exchange, began, this.clock.now());
      if (made.type === "refused" || (made.type === "lost" && made.unsent === true)) onUndone?.();
      return made;
    };
    const ending = await this.patience.send<Started>(what, method !== "POST", attempt, urgency);
    if (ending.type === "answer") {
      return ending.answer;
    }
    const end = ending.last;
    const isUndone = end.type === "refused" || (end.type === "lost" && end.unsent === true) || last === "redirected";
    return {
      type: "failed",
      reason: masked(`${what}: ${end.reason}`, this.secrets),
      fix: end.type === "refused" ? undefined : end.fix,
      isUnknown: !isUndone,
    };
  }

  /** Ends at once: what is under way fails. */
  async close(): Promise<void> {
    this.patience.close();
    await this.transport.destroy();
  }

  /** Keeps to the limit that the server names, and to its windows. */
  private heed(exchange: Exchange, url: URL): void {
    if (exchange.type !== "answered") return;
    const limit = Number(exchange.headers["x-ratelimit-limit"]);
    // Of others than `ping` it may be a limit of their own: `DELETE /oauth-tokens` has one of 10 a minute.
    if (url.pathname.endsWith("/ping") && Number.isFinite(limit) && limit > 0) {
      this.limit = limit;
      this.patience.limit(limit);
    }
    if (exchange.headers["x-ratelimit-remaining"] === "0" && exchange.status !== 429)
      this.patience.pause(resetOf(exchange.headers) ?? 0);
  }
}

function attemptOf(exchange: Exchange, began: number, ended: number): Attempt<Started> {
  const answered = (json: Json | undefined): Attempt<Started> => {
    if (exchange.type !== "answered") throw new Error("the request has no answer");
    const { status, headers, text } = exchange;
    return { type: "answer", answer: { type: "answered", answer: { status, headers, json, text, began, ended } } };
  };
  // Some answers are no JSON: a policy's text, a log.
  const type = exchange.type === "answered" && exchange.status < 300 ? (exchange.headers["content-type"] ?? "") : "";
  if (type !== "" && !/json|html/.test(type)) return answered(undefined);
  const outcome = outcomeOf(exchange);
  if (outcome.type !== "answer") return outcome;
  return answered((outcome.answer.body as Json | null) ?? undefined);
}
