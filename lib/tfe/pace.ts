import { setTimeout } from "node:timers/promises";

/** What keeps requests under a server's limit. */
export interface Pace {
  /** Waits until one more request may start. */
  turn(): Promise<void>;
  /** The server asks for silence: nobody starts a request for this long. */
  pause(milliseconds: number): void;
  /** The server's own limit, requests a second. */
  limit(perSecond: number): void;
}

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

/**
 * Spaces requests evenly: a quarter of a second's worth may start at once after a rest, then one every 1/limit seconds, so
 * that a server which counts by the second sees few more than its limit, and answers those few with 429, which is waited for.
 */
export function createPace(perSecond: number, clock: Clock = systemClock): Pace {
  let interval = 1000 / perSecond;
  let burst = Math.max(1, Math.floor(perSecond / 4));
  let next = clock.now() - burst * interval;
  let pausedUntil = 0;
  return {
    turn: async () => {
      for (;;) {
        const now = clock.now();
        if (pausedUntil > now) {
          await clock.sleep(pausedUntil - now);
          continue;
        }
        next = Math.max(next, now - burst * interval);
        const at = next;
        next += interval;
        if (at > now) await clock.sleep(at - now);
        if (pausedUntil <= clock.now()) return;
      }
    },
    pause: (milliseconds) => {
      pausedUntil = Math.max(pausedUntil, clock.now() + milliseconds);
    },
    limit: (limit) => {
      interval = 1000 / limit;
      burst = Math.max(1, Math.floor(limit / 4));
    },
  };
}
