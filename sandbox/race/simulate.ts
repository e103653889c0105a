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
  readonly seed: number;
}

/** One request for a new token, in milliseconds from the first webhook. */
export interface SimulatedRefresh {
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
 * refused, when it gets the lock (Doorkeeper without `previous_refresh_token`). TFE holds the new token once the winner's
 * answer has arrived. A personal access token is never refreshed.
 */
export function simulateRace(options: RaceOptions): RaceOutcome {
  if (options.connection === "pat") return { refreshes: [], failed: 0, lost: false };
  const random = new Random(options.seed);
  const spread = options.spreadMs ?? 2000;
  const arrivals = Array.from({ length: options.webhooks }, () => random.next() * spread).sort((a, b) => a - b);
  const free = Array.from({ length: Math.max(1, options.workers ?? 10) }, () => 0);
  /** When TFE came to hold each refresh token, and when GitLab revoked it. */
  const held = [0];
  const revoked: number[] = [];
  const refreshes: SimulatedRefresh[] = [];
  for (const arrival of arrivals) {
    const worker = free.indexOf(Math.min(...free));
    const start = Math.max(arrival, free[worker] ?? 0);
    const token = held.reduce((latest, since, index) => (since <= start ? index : latest), 0);
    const gone = revoked[token];
    const granted = gone === undefined;
    const latency = options.latencyMs * (0.8 + random.next() * 0.4);
    const end = granted ? start + latency : Math.max(start, gone) + REFUSAL * (0.5 + random.next());
    if (granted) {
      revoked[token] = start + latency * REVOKED_AFTER;
      held.push(end);
    }
    free[worker] = end;
    refreshes.push({ start, end, granted, token });
  }
  const failed = refreshes.filter(({ granted }) => !granted).length;
  return { refreshes, failed, lost: failed > 0 };
}

/** The mean share of webhooks that fail, over several bursts. */
export function failureRate(options: RaceOptions, runs: number): number {
  let failed = 0;
  for (let run = 0; run < runs; run += 1) failed += simulateRace({ ...options, seed: options.seed + run }).failed;
  return failed / (runs * Math.max(1, options.webhooks));
}
