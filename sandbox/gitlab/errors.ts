import type { Reply } from "../http/serve";

/**
 * The forms in which GitLab refuses (docs.gitlab.com, "REST API troubleshooting"; lib/api/helpers.rb; lib/api/api_guard.rb). A sentence
 * stands in `message` behind its status, a parameter's fault in `error`, a record's faults by field in `message`, and what is wrong
 * with a token in OAuth's form (RFC 6750).
 */
const refusal = (status: number, body: unknown): Reply => ({ status, body, headers: {} });

export const notFound = (what?: string) =>
  refusal(404, { message: `404 ${what === undefined ? "Not found" : `${what} Not Found`}` });
/** What Grape, the API's framework, answers where there is no route: in `error`, and with another case. */
export const noRoute = () => refusal(404, { error: "404 Not Found" });
export const unauthorized = () => refusal(401, { message: "401 Unauthorized" });
export const forbidden = (reason?: string) =>
  refusal(403, { message: reason === undefined ? "403 Forbidden" : `403 Forbidden - ${reason}` });
export const badRequest = (reason?: string) =>
  refusal(400, { message: reason === undefined ? "400 Bad request" : `400 Bad request - ${reason}` });
export const notAllowed = (reason = "405 Method Not Allowed") => refusal(405, { message: reason });
/** A parameter that is missing or has no valid value (Grape's validations). */
export const badParameter = (status: 400 | 405 | 422, sentence: string) => refusal(status, { error: sentence });
/** A record that cannot be saved: its faults by field; `base` is the record itself. */
export const invalidRecord = (status: 400 | 422, faults: Readonly<Record<string, readonly string[]>>) =>
  refusal(status, { message: faults });
export const unprocessable = (sentence: string) => refusal(422, { message: sentence });

/** GitLab says the same of a revoked personal access token as of a revoked OAuth token. */
export const revokedToken = () => invalidToken("Token was revoked. You have to re-authorize from the user.");
export const expiredToken = () =>
  invalidToken("Token is expired. You can either do re-authorization or token refresh.");
const invalidToken = (error_description: string) => refusal(401, { error: "invalid_token", error_description });

export const insufficientScope = (needed: readonly string[]) =>
  refusal(403, {
    error: "insufficient_scope",
    error_description: "The request requires higher privileges than provided by the access token.",
    scope: needed.join(" "),
  });

/** Of a limit that the application has for one action ("Rate limits", `check_rate_limit!`): JSON, unlike that of Rack::Attack. */
export const tooOften = () =>
  refusal(429, { message: { error: "This endpoint has been requested too many times. Try again later." } });
