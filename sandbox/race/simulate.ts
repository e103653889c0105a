import { Random } from "../random";

export interface RaceOptions {
  /** Webhooks that arrive at once. */
  readonly webhooks: number;
  /** How long GitLab takes to answer a refresh, in milliseconds. */
  readonly latencyMs: number;
  /** Over how many milliseconds the webhooks arrive. @default 2000 */
  readonly spreadMs?: number;
  /** How many webhooks TFE works on at once. @default 10 */
  readonly workers?: number;
  /** How TFE authenticates to GitLab. */
  readonly connection: "oauth" | "pat";
  /**
   * Whether Doorkeeper's table has the column `previous_refresh_token`: a token is then revoked when one that renewed it is first
   * used, and so several refreshes of it may win. @default false
   */
  readonly previousRefreshToken?: boolean;
  readonly seed: number;
}

/** One request for a new token, in milliseconds from the first webhook. */
export interface SimulatedRefresh {
  /** When the webhook came that it is for. */
  readonly arrival: number;
  readonly start: number;
  readonly end: number;
  readonly granted: boolean;
  /** Which refresh token it presented: 0 is the first. */
  readonly token: number;
}

export interface RaceOutcome {
  readonly refreshes: readonly SimulatedRefresh[];
  /** Webhooks whose refresh was refused: TFE cannot fetch for them. */
  readonly failed: number;
  /** Whether any was: TFE then takes the connection for revoked. */
  readonly lost: boolean;
}

/** Doorkeeper revokes within its transaction; the rest of a slow request is spent answering. */
const REVOKED_AFTER = 0.85;
/** What a refresh takes that finds its token revoked, in milliseconds. */
const REFUSAL = 40;

/**
 * A burst of webhooks, in simulated time. TFE refreshes its OAuth token for each webhook, with the refresh token that it holds when
 * it begins. GitLab answers under a row lock: the first refresh of a token revokes it, and every other that presents it is
 * refused, when it gets the lock. With `previous_refresh_token` those win too that get the lock before TFE uses what the first one
 * got. TFE holds a new token once the winner's answer has arrived, and uses it at once. A personal access token is never refreshed.
 */
export function simulateRace(options: RaceOptions): RaceOutcome {
  if (options.connection === "pat") return { refreshes: [], failed: 0, lost: false };
  const random = new Random(options.seed);
  const spread = options.spreadMs ?? 2000;
  const arrivals = Array.from({ length: options.webhooks }, () => random.next() * spread).sort((a, b) => a - b);
  const free = Array.from({ length: Math.max(1, options.workers ?? 10) }, () => 0);
  const tokens = new Tokens();
  const refreshes: SimulatedRefresh[] = [];
  for (const arrival of arrivals) {
    const worker = indexOfLeast(free);
    const start = Math.max(arrival, free[worker] ?? 0);
    const token = tokens.heldAt(start);
    const lockedAt = Math.max(start, tokens.lockedUntil[token] ?? 0);
    const granted = lockedAt < (tokens.revokedAt[token] ?? Number.POSITIVE_INFINITY);
    const latency = options.latencyMs * (0.8 + random.next() * 0.4);
    const end = lockedAt + (granted ? latency : REFUSAL * (0.5 + random.next()));
    if (granted) {
      const committed = lockedAt + latency * REVOKED_AFTER;
      tokens.lockedUntil[token] = committed;
      tokens.revokedAt[token] = Math.min(
        tokens.revokedAt[token] ?? Number.POSITIVE_INFINITY,
        options.previousRefreshToken === true ? end : committed,
      );
      tokens.hold(end);
    }
    free[worker] = end;
    refreshes.push({ arrival, start, end, granted, token });
  }
  const failed = refreshes.filter(({ granted }) => !granted).length;
  return { refreshes, failed, lost: failed > 0 };
}

/** Refresh tokens by number, from 0. */
class Tokens {
  /** Until when a refresh holds the token's row. */
  readonly lockedUntil: number[] = [];
  readonly revokedAt: number[] = [];
  /** When TFE came to hold which, in order of time. */
  private readonly held = [{ since: 0, token: 0 }];

  hold(since: number): void {
    let at = this.held.length;
    while (at > 0 && (this.held[at - 1]?.since ?? 0) > since) at -= 1;
    this.held.splice(at, 0, { since, token: this.held.length });
  }

  heldAt(moment: number): number {
    let at = this.held.length - 1;
    while (at > 0 && (this.held[at]?.since ?? 0) > moment) at -= 1;
    return this.held[at]?.token ?? 0;
  }
}

function indexOfLeast(values: readonly number[]): number {
  let least = 0;
  for (let index = 1; index < values.length; index += 1) {
    if ((values[index] ?? 0) < (values[least] ?? 0)) least = index;
  }
  return least;
}

/** The mean share of webhooks that fail, over several bursts. */
export function failureRate(options: RaceOptions, runs: number): number {
  let failed = 0;
  for (let run = 0; run < runs; run += 1) failed += simulateRace({ ...options, seed: options.seed + run }).failed;
  return failed / (runs * Math.max(1, options.webhooks));
}
