/** What a request was granted: headers for every answer, and how long to wait when it was refused. */
export interface Grant {
  readonly granted: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** A limit of requests a window for each key, as TFE has it: a new window starts with the first request after the last. */
export class RateLimit {
  private readonly windows = new Map<string, { start: number; used: number }>();

  constructor(
    readonly limit: number,
    private readonly windowMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  take(key: string): Grant {
    const now = this.now();
    let window = this.windows.get(key);
    if (window === undefined || now - window.start >= this.windowMs) {
      window = { start: now, used: 0 };
      this.windows.set(key, window);
    }
    const granted = window.used < this.limit;
    if (granted) window.used += 1;
    const reset = (window.start + this.windowMs - now) / 1000;
    return {
      granted,
      headers: {
        "X-RateLimit-Limit": String(this.limit),
        "X-RateLimit-Remaining": String(this.limit - window.used),
        "X-RateLimit-Reset": reset.toFixed(3),
      },
    };
  }
}
