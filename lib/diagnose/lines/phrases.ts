import type { SymptomKind } from "../observation";

/**
 * The words in which GitLab refuses, as TFE's GitLab client logs them (GitLab's lib/gitlab/auth/user_access_denied_reason.rb, Doorkeeper's
 * config/locales/en.yml). A line may hold several: the article's error has two halves.
 */
const phrases: readonly (readonly [SymptomKind, RegExp])[] = [
  ["grant-invalid", /authorization grant is invalid|\binvalid_grant\b/],
  ["token-revoked", /Token was revoked/],
  ["token-expired", /Token is expired/],
  ["insufficient-scope", /\binsufficient_scope\b|requires higher privileges than provided/],
  ["invalid-client", /Client authentication failed|\binvalid_client\b/],
  ["terms-not-accepted", /accept the Terms of Service/i],
  ["password-expired", /password (?:has )?expired|Access denied due to an expired password/i],
  [
    "user-blocked",
    /account (?:has been (?:blocked|deactivated|banned)|is pending approval)|\buser_blocked\b|email address is not confirmed/,
  ],
];

const answers: readonly (readonly [SymptomKind, RegExp])[] = [
  ["rate-limited", /^429/],
  ["gitlab-error", /^5/],
  ["moved-project", /^405.{0,80}moved project/s],
  ["not-found", /^404/],
  ["webhook-refused", /^422/],
  ["unauthorized", /^40[13]/],
  ["refused-otherwise", /^(?:3|4)/],
];

/** Which refusals a text tells of. */
export function symptomsIn(text: string): readonly SymptomKind[] {
  const found = phrases.filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind);
  if (found.length > 0) return found;
  const at = text.search(/responded with code [345]\d\d/);
  if (at < 0) return [];
  const answer = text.slice(at + "responded with code ".length, at + 300);
  return answers
    .filter(([, pattern]) => pattern.test(answer))
    .map(([kind]) => kind)
    .slice(0, 1);
}

/**
 * Whether a text is, or begins with, a sentence that Terraform Enterprise's GitLab client logs, and nothing of another program stands before
 * it. Words that all OAuth servers use (`invalid_client`) are none.
 */
export const isBareSentence = (text: string): boolean =>
  /^[\s"'\u201c>*-]{0,8}(?:Server responded with code \d{3}, message:|The provided authorization grant is invalid, expired|Client authentication failed due to|Token was revoked\. You have to|Token is expired\. You can)/.test(
    text,
  );
