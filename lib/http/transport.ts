import { isUtf8 } from "node:buffer";
import { promisify } from "node:util";
import * as zlib from "node:zlib";
import { Agent, type Dispatcher, ProxyAgent, request } from "undici";
import { UsageError } from "../errors";
import { errorCode } from "../util/error-code";
import { AnswerTooLarge, type Failure, failureOf, NotUtf8, TooSlow, type Way } from "./failure";
import { proxyFor, type WebProxy } from "./proxy";
import { trustedAuthorities } from "./trust";

export interface TransportOptions {
  /** Where proxies and authorities are looked up. @default the process's own */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Connections to one server at a time. @default 10 */
  readonly connections?: number;
  /** How long nothing may come, in milliseconds. @default 60,000 */
  readonly idle?: number;
  /** How long a request may take until its answer is whole, redirects included, in milliseconds. @default 180,000 */
  readonly total?: number;
  /** How often one request is redirected on the same host. @default 5 */
  readonly redirects?: number;
  /** The largest answer, packed or unpacked, in bytes. @default 64 MiB */
  readonly limit?: number;
  /** Takes every request instead of the network; tests bring their own. */
  readonly dispatcher?: Dispatcher;
}

export interface Outgoing {
  readonly method: Dispatcher.HttpMethod;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** How one request ended. */
export type Exchange =
  | {
      readonly type: "answered";
      readonly status: number;
      /** By their names in small letters. */
      readonly headers: Readonly<Record<string, string>>;
      readonly text: string;
      /** Where the answer is from; another address than was asked where the server redirected. */
      readonly url: URL;
    }
  /** Not followed: it leads to another host, in circles, nowhere, or would change what was sent. */
  | {
      readonly type: "redirected";
      readonly status: number;
      /** Where it leads, without a query; undefined when the answer gave no address that can be read. */
      readonly to: string | undefined;
      /** Whether that is another host, to which the token does not go. */
      readonly otherHost: boolean;
    }
  | Failure;

/**
 * Sends requests, and trusts no answer: each has a largest size and a longest time, and a redirect is followed on the same host
 * alone, since the token goes with it. Goes through proxies and checks certificates as {@link proxyFor} and
 * {@link trustedAuthorities} say. Asks nothing twice: that is for its caller.
 */
export class Transport {
  private readonly agents = new Map<string, Dispatcher>();
  private readonly env: NodeJS.ProcessEnv;
  private readonly total: number;
  private readonly limit: number;
  private authorities: { readonly ca: string[] | undefined } | undefined;

  constructor(private readonly options: TransportOptions = {}) {
    this.env = options.env ?? process.env;
    this.total = options.total ?? 180_000;
    this.limit = options.limit ?? 64 * 2 ** 20;
  }

  /** @throws UsageError when a proxy or a file of authorities that the environment names cannot be used */
  async exchange(outgoing: Outgoing): Promise<Exchange> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(new TooSlow(this.total)), this.total);
    try {
      let { url } = outgoing;
      for (let redirects = 0; ; redirects += 1) {
        const exchange = await this.once({ ...outgoing, url }, abort.signal);
        if (exchange.type !== "answered" || exchange.status < 300 || exchange.status >= 400) return exchange;
        const { status } = exchange;
        const next = sameHost(url, exchange.headers.location);
        const repeats = outgoing.method === "GET" || status === 307 || status === 308;
        if (next === undefined || !repeats || redirects >= (this.options.redirects ?? 5))
          return {
            type: "redirected",
            status,
            to: placeOf(url, exchange.headers.location),
            otherHost: next === undefined,
          };
        url = next;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends at once: what is under way fails. */
  async destroy(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.destroy()));
  }

  private async once({ method, url, headers, body }: Outgoing, signal: AbortSignal): Promise<Exchange> {
    const proxy = proxyFor(url, this.env);
    const way: Way = {
      target: url,
      proxy,
      bypassed: proxy === undefined && proxyFor(url, { ...this.env, NO_PROXY: "", no_proxy: "" }) !== undefined,
    };
    try {
      const response = await request(url, {
        method,
        dispatcher: this.options.dispatcher ?? this.agentFor(proxy),
        headers: { ...headers, "accept-encoding": "gzip" },
        body: body ?? null,
        signal,
      });
      const flat = flatten(response.headers);
      const text = await this.textOf(response.body, flat["content-encoding"]);
      return { type: "answered", status: response.statusCode, headers: flat, text, url };
    } catch (error) {
      if (error instanceof UsageError) throw error;
      return failureOf(signal.aborted ? signal.reason : error, way);
    }
  }

  private agentFor(proxy: WebProxy | undefined): Dispatcher {
    const key = proxy?.url.href ?? "";
    const known = this.agents.get(key);
    if (known !== undefined) return known;
    this.authorities ??= { ca: trustedAuthorities(this.env) };
    const { ca } = this.authorities;
    const { connections = 10, idle = 60_000 } = this.options;
    const tls = ca === undefined ? {} : { ca };
    const common = { connections, pipelining: 1, headersTimeout: idle, bodyTimeout: idle };
    const agent =
      proxy === undefined
        ? new Agent({ ...common, connect: tls })
        : new ProxyAgent({
            ...common,
            ...addressOf(proxy),
            // As Go: http without a tunnel, https through one.
            proxyTunnel: false,
            requestTls: tls,
            proxyTls: tls,
          });
    this.agents.set(key, agent);
    return agent;
  }

  private async textOf(body: AsyncIterable<Uint8Array>, encoding: string | undefined): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body) {
      size += chunk.length;
      if (size > this.limit) throw new AnswerTooLarge(this.limit);
      chunks.push(chunk);
    }
    const bytes = await this.unpack(Buffer.concat(chunks), encoding?.trim().toLowerCase() ?? "");
    if (!isUtf8(bytes)) throw new NotUtf8();
    return new TextDecoder().decode(bytes);
  }

  private async unpack(bytes: Buffer, encoding: string): Promise<Buffer> {
    const unpack = bytes.length === 0 ? undefined : unpackers.get(encoding);
    if (unpack === undefined) return bytes;
    try {
      return await unpack(bytes, { maxOutputLength: this.limit });
    } catch (error) {
      throw errorCode(error) === "ERR_BUFFER_TOO_LARGE" ? new AnswerTooLarge(this.limit) : error;
    }
  }
}

/** Only gzip is asked for; some servers and proxies send others all the same. */
const unpackers = new Map<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>([
  ["gzip", promisify(zlib.gunzip)],
  ["x-gzip", promisify(zlib.gunzip)],
  ["deflate", promisify(zlib.inflate)],
  ["br", promisify(zlib.brotliDecompress)],
]);

/**
 * Where a redirect leads, when that is the same host: by name and port, or from http to https on their usual ports. A server
 * behind a proxy that ends TLS often calls itself http; the token then goes on over https all the same.
 */
function sameHost(from: URL, location: string | undefined): URL | undefined {
  if (location === undefined) return undefined;
  let to: URL;
  try {
    to = new URL(location, from);
  } catch {
    return undefined;
  }
  if (to.protocol !== "http:" && to.protocol !== "https:") return undefined;
  to.username = "";
  to.password = "";
  if (to.origin === from.origin) return to;
  if (to.hostname !== from.hostname || to.port !== "" || from.port !== "") return undefined;
  to.protocol = "https:";
  return to;
}

/** A redirect's aim without its query, which may hold anything. */
function placeOf(from: URL, location: string | undefined): string | undefined {
  // An empty one is no address either.
  if (location === undefined || location.trim() === "" || !URL.canParse(location, from)) return undefined;
  const { protocol, host, pathname } = new URL(location, from);
  return `${protocol}//${host}${pathname}`;
}

/** What a server did that redirects to where nobody follows, after its name. */
export function redirectInWords({
  status,
  to,
  otherHost,
}: Pick<Extract<Exchange, { type: "redirected" }>, "status" | "to" | "otherHost">): string {
  if (to === undefined) return `answered ${status}, a redirect without an address`;
  const why = otherHost ? "another host, which must not get the token" : "the same host, which redirects again";
  return `answered ${status}, which redirects to ${to}: ${why}`;
}

/** undici takes a user from the address only together with a password; and SOCKS5's from nowhere else. */
export function addressOf({ url, variable }: WebProxy): { readonly uri: string; readonly token?: string } {
  if ((url.username === "" && url.password === "") || url.protocol === "socks5:") return { uri: url.href };
  const bare = new URL(url);
  bare.username = "";
  bare.password = "";
  try {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return { uri: bare.href, token: `Basic ${Buffer.from(pair).toString("base64")}` };
  } catch {
    throw new UsageError({
      rule: "http/proxy",
      message: `the user name or password in ${variable} is not percent-encoded correctly`,
      fix: "write % as %25, and other special characters in the same way",
    });
  }
}

function flatten(headers: NodeJS.Dict<string | string[]>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}
