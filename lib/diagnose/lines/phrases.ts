import type { SymptomKind } from "../observation";

/**
 * The words in which GitLab refuses, as TFE's GitLab client logs them (GitLab's lib/gitlab/auth/user_access_denied_reason.rb, Doorkeeper's
 * config/locales/en.yml). A line may hold several: the article's error has two halves.
 */
const phrases: readonly (readonly [SymptomKind, RegExp])[] = [
  ["grant-invalid", /authorization grant is invalid|\binvalid_grant\b/],
  ["token-revoked", /Token was revoked/],
  ["token-expired", /Token is expired/],
  [
    "refused-otherwise",
    /\b(?:unauthorized_client|unsupported_grant_type)\b|OAuth2::Error: \w+|redirect ur[il] included is not valid|Gitlab::Error::Parsing/i,
  ],
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
  // What has a kind of its own is no other kind as well.
  if (found.length > 1) return found.filter((kind) => kind !== "refused-otherwise");
  if (found.length > 0) return found;
  const at = text.search(/responded with code [345]\d\d/);
  if (at < 0) return [];
  const answer = text.slice(at + "responded with code ".length, at + 300);
  return answers
    .filter(([, pattern]) => pattern.test(answer))
    .map(([kind]) => kind)
    .slice(0, 1);
}

/** In which words Ruby, Go, git and curl tell that a server was not reached. */
const failures: readonly (readonly [SymptomKind, RegExp])[] = [
  ["certificate", /certificate verify failed|SSL certificate problem|\bx509: /],
  [
    "name-not-found",
    /\bgetaddrinfo\b|\bno such host\b|ould not resolve host|ervice not known|ailure in name resolution/,
  ],
  [
    "timed-out",
    /\b(?:Read|Open|Write)Timeout\b|\bTimeoutError\b|\bexecution expired\b|\b(?:[Cc]onnection|[Oo]peration|[Rr]equest) timed out|\bi\/o timeout|TLS handshake timeout|\bdeadline exceeded|\bTimeout::Error\b/,
  ],
  [
    "not-reached",
    /onnection refused|onnection reset|\bECONNRE(?:FUSED|SET)\b|o route to host|etwork is unreachable|\bEOFError\b|Proxy Authentication Required/,
  ],
];
const ofGitlab = /gitlab|\/oauth\/token|\/api\/v4\b/i;
/** Services of Terraform Enterprise's own, and other code hosts. */
const ofOthers =
  /redis|postgres|\bPG::|vault|consul|rabbit|\bnats\b|amazonaws|\.windows\.net|googleapis|minio|localhost|127\.0\.0\.1|::1\b|terraform\.io|hashicorp\.com|github|bitbucket|azure|slack|smtp|archivist|sentry|prometheus/i;
const ofConnections = /\bvcs\b|oauth|\bgit\b/i;
const unknown: Partial<Record<SymptomKind, SymptomKind>> = {
  certificate: "unknown-certificate",
  "name-not-found": "unknown-name",
  "timed-out": "unknown-timeout",
  "not-reached": "unknown-connection",
};
/** What a program says of a deadline of its own as well. */
const vague = /deadline exceeded/;

/** How a server was not reached, by a line of Terraform Enterprise's log; undefined where that is none of GitLab's matters. */
export function failedConnection(text: string): SymptomKind | undefined {
  const kind = failures.find(([, pattern]) => pattern.test(text))?.[0];
  if (kind === undefined) return undefined;
  if (ofGitlab.test(text)) {
    const isLost = kind === "timed-out" || /onnection reset|ECONNRESET|EOFError/.test(text);
    return isLost && /\/oauth\/token/.test(text) ? "refresh-unanswered" : kind;
  }
  if (ofOthers.test(text)) return undefined;
  if (ofConnections.test(text)) return kind;
  return vague.test(text) ? undefined : unknown[kind];
}

/**
 * Whether a text is, or begins with, a sentence that Terraform Enterprise's GitLab client logs, and nothing of another program stands before
 * it. Words that all OAuth servers use (`invalid_client`) are none.
 */
export const isBareSentence = (text: string): boolean =>
  /^[\s"'\u201c>*-]{0,8}(?:Server responded with code \d{3}, message:|The provided authorization grant is invalid, expired|Client authentication failed due to|Token was revoked\. You have to|Token is expired\. You can|(?:Net|Errno|Faraday|OpenSSL)::|SSL_connect |Failed to open TCP connection )/.test(
    text,
  );
