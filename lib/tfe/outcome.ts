import { errorCode } from "../util/error-code";

/** What the server answered, once retries are over. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** How one attempt at a request ended. */
export type Outcome =
  | { readonly type: "answer"; readonly answer: Answer }
  /** Not done, for sure: it may be sent again whatever it is. `wait` is in milliseconds. */
  | { readonly type: "refused"; readonly wait: number; readonly reason: string }
  /** Whether the server did it is unknown. */
  | { readonly type: "lost"; readonly reason: string }
  /** Not done, and never will be as things are. */
  | { readonly type: "hopeless"; readonly reason: string; readonly fix: string };

/** Longest wait that a server is granted, in milliseconds. */
const LONGEST_WAIT = 60_000;

/** What an answer means, before anything of it is understood. */
export function outcomeOf(status: number, headers: Answer["headers"], text: string): Outcome {
  if (status === 429) return { type: "refused", wait: resetOf(headers) ?? 1000, reason: "the rate limit is used up" };
  if (status >= 500) return { type: "lost", reason: `the server answered ${status}` };
  if (status >= 300 && status < 400) {
    return {
      type: "hopeless",
      reason: `answered ${status}, which leads to ${headers.location ?? "nowhere"}`,
      fix: "use the name under which the server answers by itself",
    };
  }
  if (status < 300 && headers["content-type"]?.includes("text/html") === true) {
    return {
      type: "hopeless",
      reason: "answered with a web page instead of JSON",
      fix: "check the hostname, and that no proxy or login page stands before the API",
    };
  }
  const body = parseBody(text);
  // A refusal in other words than JSON, from a proxy for example, is one all the same.
  if (body === undefined && status < 400) return { type: "lost", reason: "the answer is not whole JSON" };
  return { type: "answer", answer: { status, body: body?.value ?? null, headers } };
}

/** What it means that there was no whole answer. */
export function outcomeOfError(error: unknown): Outcome {
  const reason = `the connection failed: ${messageOf(error)}`;
  return isCertificateError(error) ? { type: "hopeless", reason, fix: CERTIFICATE_FIX } : { type: "lost", reason };
}

/** When the server takes requests again, in milliseconds from now; undefined when it does not say. */
export function resetOf(headers: Answer["headers"]): number | undefined {
  const seconds = Number(headers["x-ratelimit-reset"] ?? headers["retry-after"]);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, LONGEST_WAIT) : undefined;
}

/** Node trusts its own list of authorities, unlike Terraform, which trusts the system's. */
export const CERTIFICATE_FIX =
  "if the server's certificate is of an authority of your own, set NODE_EXTRA_CA_CERTS to the file with its certificate";

/** OpenSSL's and Node's names for a certificate that is not trusted: trying again does not change it. */
export function isCertificateError(error: unknown): boolean {
  const code = errorCode(error) ?? "";
  return /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(VERIFY|GET_ISSUER)_|ERR_TLS_CERT_)/.test(code);
}

/** A network error's own words. */
export function messageOf(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}

function parseBody(text: string): { readonly value: unknown } | undefined {
  if (text.trim() === "") return { value: null };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}
