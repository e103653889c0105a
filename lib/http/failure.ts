import { errorCode } from "../util/error-code";
import { proxyName, type WebProxy } from "./proxy";

/** Why a request has no whole answer. */
export interface Failure {
  /**
   * - `hopeless`: not done, and never will be as things are.
   * - `lost`: whether the server did it is unknown; asking again may help.
   * - `too-slow`: as `lost`, but so much time has gone by that asking again is not worth it.
   */
  readonly type: "hopeless" | "lost" | "too-slow";
  readonly reason: string;
  readonly fix?: string;
  /** Of what is lost: no connection was made, so that the server did nothing for sure. */
  readonly unsent?: boolean;
}

/** Codes of errors before there is a connection (Node, and undici's own). */
const UNSENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** An answer that is larger than it may be, sent or unpacked. */
export class AnswerTooLarge extends Error {
  constructor(readonly limit: number) {
    super(`the answer is larger than ${limit / 2 ** 20} MiB`);
  }
}

/** Names with other characters in the place of theirs would be taken for those of other things. */
export class NotUtf8 extends Error {
  constructor() {
    super("the answer is not UTF-8");
  }
}

/** A request that took longer than one may in all. */
export class TooSlow extends Error {
  constructor(readonly milliseconds: number) {
    super(`no complete answer within ${milliseconds / 1000} s`);
  }
}

export interface Way {
  readonly target: URL;
  readonly proxy: WebProxy | undefined;
  /** Whether `NO_PROXY` takes the target out, although there is a proxy. */
  readonly bypassed: boolean;
}

/** Says what an error on the way to a server means, and what to do about it. */
export function failureOf(error: unknown, way: Way): Failure {
  if (error instanceof AnswerTooLarge)
    return {
      type: "hopeless",
      reason: error.message,
      fix: "check that the address is the API's and that no proxy changes its answers",
    };
  if (error instanceof NotUtf8) return { type: "lost", reason: error.message };
  if (error instanceof TooSlow) return { type: "too-slow", reason: error.message };
  const failure =
    certificateFailure(error, way) ?? proxyFailure(error, way) ?? nameFailure(error, way) ?? connectionFailure(error);
  const unsent = failure.type === "lost" && causes(error).some((each) => UNSENT.test(errorCode(each) ?? ""));
  return unsent ? { ...failure, unsent } : failure;
}

function connectionFailure(error: unknown): Failure {
  return { type: "lost", reason: `the connection failed: ${messageOf(error)}` };
}

const TRUST =
  "set NODE_EXTRA_CA_CERTS or SSL_CERT_FILE to a PEM file with the certificate of its authority (Terraform reads SSL_CERT_FILE, and what the system trusts: often /etc/ssl/certs/ca-certificates.crt)";
const CLOCK = "renew it on the server; if it is valid, correct this machine's clock";

/** OpenSSL's and Node's codes for certificates that are refused: asking again does not change it. */
const certificates: readonly { readonly code: RegExp; readonly what: string; readonly fix: string }[] = [
  { code: /^DEPTH_ZERO_SELF_SIGNED_CERT$/, what: "is self-signed and not trusted here", fix: TRUST },
  {
    code: /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY|GET_ISSUER)_\w+)$/,
    what: "comes from an authority that is not trusted here, or lacks intermediate certificates",
    fix: TRUST,
  },
  { code: /^CERT_HAS_EXPIRED$/, what: "has expired", fix: CLOCK },
  { code: /^CERT_NOT_YET_VALID$/, what: "is not valid yet", fix: CLOCK },
  {
    code: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    what: "is for another name",
    fix: "use the certificate's name, or get a certificate for this name",
  },
  { code: /^(CERT_|ERR_TLS_CERT_)/, what: "is refused", fix: "correct the server's certificate" },
];

function certificateFailure(error: unknown, { target, proxy }: Way): Failure | undefined {
  for (const each of causes(error)) {
    const code = errorCode(each) ?? "";
    const found = certificates.find((certificate) => certificate.code.test(code));
    if (found !== undefined) {
      const whose =
        proxy?.url.protocol === "https:" ? `${target.host}, or of the proxy ${proxyName(proxy)},` : target.host;
      return {
        type: "hopeless",
        reason: `the certificate of ${whose} ${found.what}${names(each)} (${code})`,
        fix: found.fix,
      };
    }
    if (/^(EPROTO|ERR_SSL_)/.test(code)) {
      return {
        type: "hopeless",
        reason: `${target.host} failed the TLS handshake (${code})`,
        fix: "check the address and its port: usually https is used where http is expected",
      };
    }
  }
  return undefined;
}

/** The names that a certificate is for; what comes from a server is shown as far as it is names. */
function names(error: unknown): string {
  const certificate: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "cert") : undefined;
  const text: unknown =
    typeof certificate === "object" && certificate !== null ? Reflect.get(certificate, "subjectaltname") : "";
  const found = typeof text === "string" ? text.match(/(?<=DNS:|IP Address:)[\w.*:-]+/g) : null;
  return found === null ? "" : `: ${found.slice(0, 5).join(", ")}`;
}

function proxyFailure(error: unknown, { target, proxy }: Way): Failure | undefined {
  if (proxy === undefined) return undefined;
  const name = proxyName(proxy);
  const all = causes(error);
  const status = all
    .map((each) => /Proxy.*\((\d{3})\)/.exec(messageOf(each))?.[1])
    .find((found) => found !== undefined);
  if (status === "407") {
    return {
      type: "hopeless",
      reason: `the proxy ${name} needs a user name and password (407)`,
      fix: `set ${proxy.variable} to http://USER:PASSWORD@HOST:PORT, special characters percent-encoded`,
    };
  }
  if (status === "502" || status === "503" || status === "504") {
    return {
      type: "lost",
      reason: `the proxy ${name} cannot reach ${target.host} (${status})`,
      fix: `check the name ${target.hostname}; if it does not need the proxy, add it to NO_PROXY`,
    };
  }
  if (status !== undefined) {
    return {
      type: "hopeless",
      reason: `the proxy ${name} does not allow ${target.host} (${status})`,
      fix: `allow ${target.host} there; if it does not need the proxy, add it to NO_PROXY`,
    };
  }
  const code = all
    .map(errorCode)
    .find((found) => found !== undefined && /^(E[A-Z]+|UND_ERR_CONNECT_TIMEOUT)$/.test(found));
  if (code === undefined) return undefined;
  const what = code === "ENOTFOUND" || code === "EAI_AGAIN" ? "its name cannot be resolved" : "it cannot be reached";
  return { type: "lost", reason: `the proxy ${name}: ${what} (${code})`, fix: `check ${proxy.variable}` };
}

function nameFailure(error: unknown, { target, bypassed }: Way): Failure | undefined {
  const code = causes(error)
    .map(errorCode)
    .find((found) => found === "ENOTFOUND" || found === "EAI_AGAIN");
  if (code === undefined) return undefined;
  const proxy = target.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  return {
    type: "lost",
    reason: `the name ${target.hostname} cannot be resolved (${code})`,
    fix: bypassed
      ? `check the name; ${proxy} is set, but NO_PROXY covers this name, so no proxy was used`
      : `check the name; if this network needs a proxy, set ${proxy}`,
  };
}

/** An error and what caused it, outermost first. */
function causes(error: unknown): readonly unknown[] {
  const found: unknown[] = [];
  for (
    let each = error;
    typeof each === "object" && each !== null && found.length < 5;
    each = Reflect.get(each, "cause")
  ) {
    found.push(each);
    const parts: unknown = Reflect.get(each, "errors");
    // One for each address of a name that has several.
    if (Array.isArray(parts)) found.push(...parts.slice(0, 3));
  }
  return found;
}

/** An error's own words. */
export function messageOf(error: unknown): string {
  const message: unknown = typeof error === "object" && error !== null ? Reflect.get(error, "message") : undefined;
  return typeof message === "string" && message !== "" ? message : (errorCode(error) ?? String(error));
}
