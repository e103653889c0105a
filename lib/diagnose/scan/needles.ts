/**
 * What a line must contain to be worth parsing. Every needle has at least {@link NEEDLE_WINDOW} bytes, since the search skips as far
 * as the shortest allows: a short needle slows all of them.
 */
const words = [
  "oauth/token", // GitLab's token endpoint
  "oauth\\/token", // the same, from a JSON printer that escapes slashes
  "auth_fail_reason", // api_json.log from GitLab 17.2
  "zation grant is invalid", // first half of the error in TFE's logs
  "invalid_grant",
  "Token was revoked", // its second half
  "Token is expired",
  "responded with code", // every other refusal that TFE's GitLab client logs
  "insufficient_scope",
  "Client authentication failed",
  "invalid_client",
  "account has been",
  "user_blocked",
  "WebHookWorker", // GitLab's sidekiq.log: a webhook is sent
  "/webhooks/vcs", // TFE's logs: a webhook arrives
] as const;

/** How many bytes of each needle steer the search: as many as the shortest needle has. */
export const NEEDLE_WINDOW = Math.min(...words.map((word) => word.length));

/** A word as UTF-16 holds it between its first and last letter, which is the same in both byte orders. */
function wide(word: string): Buffer {
  return Buffer.from(word, "utf16le").subarray(0, word.length * 2 - 1);
}

/** Every needle, as bytes of UTF-8 (and of any other code that contains ASCII) and of UTF-16. */
export const needles: readonly Buffer[] = words.flatMap((word) => [Buffer.from(word, "latin1"), wide(word)]);
