import { randomBytes } from "node:crypto";
import type { GitlabSettings } from "./settings";
import type { GitlabUser } from "./users";

export interface PersonalAccessToken {
  readonly id: number;
  name: string;
  token: string;
  revoked: boolean;
  scopes: string[];
  readonly userId: number;
  /** A date such as 2027-01-31, or null. */
  expiresAt: string | null;
  lastUsedAt: string | null;
  /** @default 2026-01-01 */
  readonly createdAt?: string;
  /** The id of the token that it was made from by a rotation: they are of one family. @default none */
  readonly previousId?: number;
  readonly description?: string | null;
}

const DAY = 86_400_000;
/** How long before a use is noted again ("Personal access tokens", "View token usage information": every 10 minutes). */
const NOTED_EVERY = 600_000;

export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
const daysLater = (now: Date, days: number): string => dayOf(new Date(now.getTime() + days * DAY));

/** A token ends with the first moment of its day of expiry, in UTC. */
export function isExpired({ expiresAt }: Pick<PersonalAccessToken, "expiresAt">, now: Date): boolean {
  return expiresAt !== null && expiresAt <= dayOf(now);
}

export const isActive = (token: PersonalAccessToken, now: Date): boolean => !token.revoked && !isExpired(token, now);

/** A use is noted at most every ten minutes, so that a token that was just used may look as if it were not. */
export function noteUse(token: PersonalAccessToken, now: Date): void {
  const before = Date.parse(token.lastUsedAt ?? "");
  if (Number.isNaN(before) || now.getTime() - before >= NOTED_EVERY) token.lastUsedAt = now.toISOString();
}

/** Why a day of expiry is refused; undefined where it is taken ("Access token expiration", since 16.0). */
export function expiryTrouble(day: string, now: Date, { maxLifetimeDays }: GitlabSettings): string | undefined {
  const latest = daysLater(now, maxLifetimeDays);
  if (day > latest) return `Expiration date must be before ${latest}`;
  return day < dayOf(now) ? "Expiration date can't be in the past" : undefined;
}

/** The day of expiry of a token that is made without one; null where it has none. */
export function usualExpiry(owner: GitlabUser | undefined, now: Date, settings: GitlabSettings): string | null {
  return mustExpire(owner, settings) ? daysLater(now, settings.maxLifetimeDays) : null;
}

/** A rotation gives a week, unless it says otherwise ("Rotate a personal access token"). */
export function rotatedExpiry(owner: GitlabUser | undefined, now: Date, settings: GitlabSettings): string | null {
  return mustExpire(owner, settings) ? daysLater(now, 7) : null;
}

/** "Require expiration date for access tokens", and the same setting for service accounts. */
function mustExpire(owner: GitlabUser | undefined, { requireExpiry, serviceAccountsExpire }: GitlabSettings): boolean {
  return owner?.type === "service_account" ? serviceAccountsExpire : requireExpiry;
}

export const newTokenText = (): string => `glpat-${randomBytes(15).toString("base64url")}`;

/** A token and all that it was rotated from or into. */
export function familyOf(
  tokens: readonly PersonalAccessToken[],
  token: PersonalAccessToken,
): readonly PersonalAccessToken[] {
  const family = new Set([token]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const each of tokens) {
      const related = [...family].some(({ id, previousId }) => each.previousId === id || previousId === each.id);
      if (related) family.add(each);
    }
  }
  return [...family];
}

/**
 * What GitLab does when a token that is revoked is to be rotated: it takes the attempt for a theft and revokes whatever of its family is
 * active ("Automatic reuse detection", since 16.3).
 */
export function revokeFamily(tokens: readonly PersonalAccessToken[], token: PersonalAccessToken): void {
  for (const each of familyOf(tokens, token)) each.revoked = true;
}

/** A token as the API shows it; its text is shown once, when it is made. */
export function showToken(token: PersonalAccessToken, now: Date): Readonly<Record<string, unknown>> {
  return {
    id: token.id,
    name: token.name,
    revoked: token.revoked,
    created_at: token.createdAt ?? "2026-01-01T00:00:00.000Z",
    description: token.description ?? null,
    scopes: token.scopes,
    user_id: token.userId,
    last_used_at: token.lastUsedAt,
    active: isActive(token, now),
    expires_at: token.expiresAt,
  };
}
