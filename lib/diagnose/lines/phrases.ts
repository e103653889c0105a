import type { SymptomKind } from "../observation";

/** The words in which GitLab refuses, as TFE's GitLab client logs them. A line may hold several: the article's error has two halves. */
const phrases: readonly (readonly [SymptomKind, RegExp])[] = [
  ["grant-invalid", /authorization grant is invalid|\binvalid_grant\b/],
  ["token-revoked", /Token was revoked/],
  ["token-expired", /Token is expired/],
  ["insufficient-scope", /\binsufficient_scope\b|requires higher privileges than provided/],
  ["invalid-client", /Client authentication failed|\binvalid_client\b/],
  ["user-blocked", /account (?:has been (?:blocked|deactivated)|is pending approval)|\buser_blocked\b/],
  ["rate-limited", /responded with code 429/],
  ["gitlab-error", /responded with code 5\d\d/],
];

/** Which refusals a text tells of. */
export function symptomsIn(text: string): readonly SymptomKind[] {
  const found = phrases.filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind);
  if (found.length > 0) return found;
  return /responded with code 40[13]/.test(text) ? ["unauthorized"] : [];
}

const ownWords =
  /authorization grant is invalid, expired|Token was revoked\. You have to|Token is expired\. You can|Client authentication failed due to|responded with code \d{3}/;

/** Whether a refusal is told in sentences of GitLab or Terraform Enterprise, and not in words that all OAuth servers use. */
export const inOwnWords = (text: string): boolean => ownWords.test(text);
