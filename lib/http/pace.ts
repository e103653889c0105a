import { setTimeout } from "node:timers/promises";

/** What keeps requests under a server's limit. */
export interface Pace {
  /** Waits until one more request may start. Who can wait comes after all who cannot. */
  turn(urgency?: Urgency): Promise<void>;
  /** The server asks for silence: nobody starts a request for this long. */
  pause(milliseconds: number): void;
  /** The server's own limit, requests a second. */
  limit(perSecond: number): void;
}

/** Whether somebody waits for the answer now. */
export type Urgency = "now" | "later";

/** How time passes; tests bring their own. */
export interface Clock {
  now(): number;
  /** Ends early, without an error, when the signal is given. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }).catch(() => {}),
};

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What a limit is of, in milliseconds. */
const WINDOW = 1000;

/**
 * Spaces requests evenly: a quarter of a second's worth may start at once after a rest, then one every 1/limit seconds, and
 * never more than the limit in any second, so that a server which counts by the second refuses none.
 */
export function createPace(perSecond: number, clock: Clock = systemClock): Pace {
  let limit = perSecond;
  let next = Number.NEGATIVE_INFINITY;
  let pausedUntil = 0;
  /** When each request of the last second started, the oldest first. */
  let started: number[] = [];
  const waiting: Record<Urgency, Waiting[]> = { now: [], later: [] };
  let isServing = false;

  const start = async (): Promise<void> => {
    for (;;) {
      const now = clock.now();
      started = started.filter((time) => time > now - WINDOW);
      const oldest = started.at(-Math.max(1, Math.floor(limit)));
      const at = Math.max(pausedUntil, next, oldest === undefined ? 0 : oldest + WINDOW);
      if (at > now) {
        await clock.sleep(at - now);
        continue;
      }
      const interval = 1000 / limit;
      const burst = Math.max(1, Math.floor(limit / 4));
      next = Math.max(next, now - burst * interval) + interval;
      started.push(now);
      return;
    }
  };
  const serve = async (): Promise<void> => {
    isServing = true;
    while (waiting.now.length + waiting.later.length > 0) {
      const failed = await start().then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      const next = waiting.now.shift() ?? waiting.later.shift();
      // It ends in an error where the client is closed; so do all that come after it.
      if (failed === undefined) next?.resolve();
      else next?.reject(failed.error);
      // Whoever it was goes on first: a pause that it asks for is kept by the next.
      await undefined;
    }
    isServing = false;
  };
  return {
    turn: (urgency = "now") =>
      new Promise((resolve, reject) => {
        waiting[urgency].push({ resolve, reject });
        if (!isServing) void serve();
      }),
    pause: (milliseconds) => {
      pausedUntil = Math.max(pausedUntil, clock.now() + milliseconds);
    },
    limit: (given) => {
      limit = given;
    },
  };
}
