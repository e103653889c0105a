import type { Reply } from "../http/serve";

/** What every answer says of the limit, once a GitLab has one ("User and IP rate limits", "Response headers"). */
export type LimitHeaders = Readonly<Record<string, string>>;

/** Counts a user's requests by the minute of the clock, as Rack::Attack does: a minute begins for everybody at once. */
export class GitlabRateLimit {
  private readonly used = new Map<string, { minute: number; count: number }>();

  /** @returns headers for the answer, or the answer itself when there were too many */
  take(key: string, perMinute: number, now: Date): LimitHeaders | Reply {
    const minute = Math.floor(now.getTime() / 60_000);
    const before = this.used.get(key);
    const count = before?.minute === minute ? before.count + 1 : 1;
    this.used.set(key, { minute, count });
    const reset = (minute + 1) * 60;
    const headers = {
      "RateLimit-Limit": String(perMinute),
      "RateLimit-Name": "throttle_authenticated_api",
      "RateLimit-Observed": String(count),
      "RateLimit-Remaining": String(Math.max(0, perMinute - count)),
      "RateLimit-Reset": String(reset),
      "RateLimit-ResetTime": new Date(reset * 1000).toUTCString(),
    };
    if (count <= perMinute) return headers;
    const wait = Math.max(1, reset - Math.floor(now.getTime() / 1000));
    return { status: 429, text: "Retry later\n", headers: { ...headers, "Retry-After": String(wait) } };
  }
}
