import { BlockList, isIP } from "node:net";
import { UsageError } from "../errors";
import { variableOf } from "../util/environment";

/** A proxy, and the variable that names it. */
export interface WebProxy {
  /** With the user name and password, where there are some. */
  readonly url: URL;
  readonly variable: string;
}

/**
 * The proxy that a request goes through; undefined for none. By the rules of Terraform and its provider (Go's
 * `net/http.ProxyFromEnvironment`), so that all of them take the same way: `HTTPS_PROXY` for https and `HTTP_PROXY` for http alone,
 * in capitals first, and never for this machine itself. (undici's own `EnvHttpProxyAgent` prefers small letters, takes `HTTP_PROXY`
 * for https too, knows no address ranges in `NO_PROXY`, and sends loopback addresses through the proxy.)
 *
 * @throws UsageError when the variable holds no address of a proxy
 */
export function proxyFor(target: URL, env: NodeJS.ProcessEnv): WebProxy | undefined {
  const name = target.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY";
  const variable = [name, name.toLowerCase()].find((key) => variableOf(env, key) !== undefined);
  if (variable === undefined || bypasses(target, env)) return undefined;
  return { url: addressIn(env[variable] ?? "", variable), variable };
}

/** Whether a host is reached directly although there is a proxy: this machine itself, and what `NO_PROXY` names. */
function bypasses(target: URL, env: NodeJS.ProcessEnv): boolean {
  if (isThisMachine(target)) return true;
  return bypassing(target, variableOf(env, "NO_PROXY") ?? variableOf(env, "no_proxy") ?? "").length > 0;
}

/** Whether a host is this machine, by its name or address: Go's programs reach it without any proxy. */
export function isThisMachine(target: URL): boolean {
  const host = hostOf(target);
  return host === "localhost" || isLoopback(host);
}

/** Those entries of a `NO_PROXY` that cover a host. */
export function bypassing(target: URL, noProxy: string): readonly string[] {
  const port = target.port !== "" ? target.port : target.protocol === "https:" ? "443" : "80";
  return entriesOf(noProxy).filter((entry) => covers(entry.toLowerCase(), hostOf(target), port));
}

/** A `NO_PROXY` without some of its entries. */
export function withoutEntries(noProxy: string, entries: readonly string[]): string {
  return entriesOf(noProxy)
    .filter((entry) => !entries.includes(entry))
    .join(",");
}

const entriesOf = (noProxy: string): readonly string[] =>
  noProxy
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

const hostOf = (target: URL): string => target.hostname.replace(/^\[|\]$/g, "").toLowerCase();

/** `*`, an address, an address range, or a name with all below it; a name that begins with a dot covers what is below it alone. */
function covers(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  const [range, prefix] = entry.split("/");
  if (prefix !== undefined) return inRange(host, range ?? "", prefix);
  const [, bracketed, plain, entryPort] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  const named = bracketed ?? plain ?? entry;
  if (entryPort !== undefined && entryPort !== port) return false;
  if (isIP(named) !== 0) return inRange(host, named, isIP(named) === 4 ? "32" : "128");
  if (named === "") return false;
  const suffix = named.startsWith("*.") ? named.slice(1) : named;
  return suffix.startsWith(".") ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function inRange(host: string, range: string, prefix: string): boolean {
  const [family, rangeFamily, length] = [isIP(host), isIP(range), Number(prefix)];
  if (family === 0 || rangeFamily === 0 || !/^\d+$/.test(prefix) || length > (rangeFamily === 4 ? 32 : 128))
    return false;
  const list = new BlockList();
  list.addSubnet(range, length, rangeFamily === 4 ? "ipv4" : "ipv6");
  return list.check(host, family === 4 ? "ipv4" : "ipv6");
}

function isLoopback(host: string): boolean {
  return inRange(host, "127.0.0.0", "8") || inRange(host, "::1", "128");
}

const SCHEMES = ["http:", "https:", "socks5:"];

/** Without a scheme it is an http proxy, as Go reads it. */
function addressIn(value: string, variable: string): URL {
  try {
    const url = new URL(value.includes("://") ? value : `http://${value}`);
    if (url.hostname !== "" && SCHEMES.includes(url.protocol)) return url;
  } catch {
    // Said below.
  }
  // The value may hold a password.
  throw new UsageError({
    rule: "http/proxy",
    message: `${variable} is not the address of a proxy (its value is not shown: it may contain a password)`,
    fix: "write it as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, with special characters percent-encoded; https:// and socks5:// work too",
  });
}

/** A proxy for a message: its address and the variable, never its user or password. */
export function proxyName({ url, variable }: WebProxy): string {
  return `${url.protocol}//${url.host} (${variable})`;
}
