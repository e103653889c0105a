import { setMaxListeners } from "node:events";
import { type Clock, createPace, systemClock, type Urgency } from "./pace";

/** What one attempt at a request came to. */
export type Attempt<T> =
  | { readonly type: "answer"; readonly answer: T }
  /** Not done, for sure: it may be sent again whatever it is. `wait` is in milliseconds. */
  | { readonly type: "refused"; readonly wait: number; readonly reason: string }
  /** Whether the server did it is unknown; but for what was not even sent. */
  | { readonly type: "lost"; readonly reason: string; readonly fix?: string; readonly unsent?: boolean }
  /** As lost, but it took so long that it is not sent again. */
  | { readonly type: "too-slow"; readonly reason: string; readonly fix?: string }
  /** Not done, and never will be as things are. */
  | { readonly type: "hopeless"; readonly reason: string; readonly fix?: string };

/** How a request ended once there is no patience left. */
export type Ending<T> =
  | { readonly type: "answer"; readonly answer: T }
  | {
      readonly type: "given-up";
      readonly last: Exclude<Attempt<T>, { type: "answer" }>;
      readonly attempts: number;
    };

export interface PatienceOptions {
  /** Told each time a request is sent again, and why. */
  readonly onRetry?: (line: string) => void;
  /** Waits that are shorter, in milliseconds, are not told. @default 0 */
  readonly untold?: number | undefined;
  /** Requests a second, until the server says otherwise. */
  readonly requestsPerSecond: number;
  /** How often a request is sent whose answer was lost. @default 6 */
  readonly attempts?: number | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to 1; tests bring their own. */
  readonly random?: (() => number) | undefined;
}

/** How long a server may refuse a request for its rate limit, in milliseconds. */
const LONGEST = 300_000;

/** Sends requests below a server's rate limit, and again where that helps: after 429, 5xx and dropped connections. */
export class Patience {
  /** How many requests were sent, retries included. */
  requests = 0;
  private readonly pace;
  private readonly clock: Clock;
  private readonly attempts: number;
  private readonly random: () => number;
  private readonly onRetry: (line: string) => void;
  private readonly untold: number;
  /** When the wait is over that was told of last, by what it is for. */
  private readonly told = new Map<string, number>();
  private readonly ended = new AbortController();

  /** @param closed the error of whatever still waits when the client is closed */
  constructor(
    options: PatienceOptions,
    private readonly closed: () => Error,
  ) {
    setMaxListeners(0, this.ended.signal);
    this.clock = this.until(options.clock ?? systemClock);
    this.pace = createPace(options.requestsPerSecond, this.clock);
    this.attempts = options.attempts ?? 6;
    this.random = options.random ?? Math.random;
    this.onRetry = options.onRetry ?? (() => {});
    this.untold = options.untold ?? 0;
  }

  /**
   * Sends a request until it is answered, or there is no use in going on.
   *
   * @param what the request's name, for messages
   * @param again whether it may be sent again when its answer was lost
   */
  async send<T>(
    what: string,
    again: boolean,
    attempt: () => Promise<Attempt<T>>,
    urgency: Urgency = "now",
  ): Promise<Ending<T>> {
    const began = this.clock.now();
    for (let attempts = 1, losses = 0; ; attempts += 1) {
      await this.pace.turn(urgency);
      this.requests += 1;
      const last = await attempt();
      this.requireOpen();
      switch (last.type) {
        case "answer":
          return last;
        case "hopeless":
        case "too-slow":
          return { type: "given-up", last, attempts };
        case "refused": {
          const wait = last.wait + this.random() * 100;
          if (this.clock.now() + wait - began > LONGEST) return { type: "given-up", last, attempts };
          this.pace.pause(wait);
          this.tell(what, last.reason, wait);
          break;
        }
        case "lost": {
          losses += 1;
          if (!(again || last.unsent === true) || losses >= this.attempts) return { type: "given-up", last, attempts };
          const wait = this.backoff(losses);
          this.tell(what, last.reason, wait);
          await this.clock.sleep(wait);
          break;
        }
      }
    }
  }

  /** The server's own limit, requests a second. */
  limit(perSecond: number): void {
    this.pace.limit(perSecond);
  }

  /** The server asks for silence for so many milliseconds. */
  pause(milliseconds: number): void {
    this.pace.pause(milliseconds);
  }

  /** Ends at once: what still waits fails, and nothing is sent any more. */
  close(): void {
    this.ended.abort();
  }

  /** 0.5 s doubled each time, at most 20 s, of which half is chance. */
  private backoff(attempt: number): number {
    return Math.min(20_000, 500 * 2 ** (attempt - 1)) * (0.5 + this.random() / 2);
  }

  /** Once for each wait: of requests that fail together, one speaks for all. */
  private tell(what: string, reason: string, wait: number): void {
    if (wait < this.untold) return;
    const now = this.clock.now();
    if (now < (this.told.get(`${what} ${reason}`) ?? 0)) return;
    this.told.set(`${what} ${reason}`, now + wait);
    this.onRetry(`${what}: ${reason}; retrying in ${(wait / 1000).toFixed(1)} s`);
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
    if (this.ended.signal.aborted) throw this.closed();
  }
}
