/** What an administrator may set, as far as a VCS connection feels it, and which version it is. Tests change it at will. */
export interface GitlabSettings {
  /** What a version does not have yet, it answers 404 to. @default "17.5.0" */
  version: string;
  /** Whether tokens of people must expire ("Require expiration date for access tokens"). @default true */
  requireExpiry: boolean;
  /** The same for service accounts ("Service accounts", "require_personal_access_token_expiry" for them). @default false */
  serviceAccountsExpire: boolean;
  /** 365, or 400 with a setting of 17.6 and later. @default 365 */
  maxLifetimeDays: number;
  /** How many webhooks a project may have ("Webhook limits": 100 unless an administrator says otherwise); null for any. @default 100 */
  hooksPerProject: number | null;
  /** Authenticated API requests a minute for a user ("User and IP rate limits"); null for any number. @default null */
  requestsPerMinute: number | null;
}

export const usualSettings = (): GitlabSettings => ({
  version: "17.5.0",
  requireExpiry: true,
  serviceAccountsExpire: false,
  maxLifetimeDays: 365,
  hooksPerProject: 100,
  requestsPerMinute: null,
});

/** Whether a version is at least another, such as `17.4`. */
export function isSince(version: string, since: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(since)];
  for (const [index, wanted] of b.entries()) {
    const has = a[index] ?? 0;
    if (has !== wanted) return has > wanted;
  }
  return true;
}

const numbersOf = (version: string) => (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);
