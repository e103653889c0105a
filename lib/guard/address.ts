import { UsageError } from "../errors";
import { isThisMachine } from "../http/proxy";

/** Where the guarded service is for the provider, and where it is in truth. */
export interface Service {
  /** `http://HOST/api/v2/`: what the provider is told, and asks the guard for. */
  readonly url: URL;
  readonly upstream: URL;
}

/** Where a request is to go. */
export type Address =
  | {
      readonly type: "service";
      /** Below the API's root; of the same host but outside of it with a leading slash, such as `/api/registry/…`. */
      readonly path: string;
      /** As it came, with its `?`; "" for none. */
      readonly search: string;
      readonly upstream: URL;
    }
  | { readonly type: "elsewhere"; readonly url: URL }
  /** `reason` is a whole sentence. */
  | { readonly type: "wrong"; readonly reason: string };

/**
 * The service as the provider shall know it. The provider writes the host's name into each resource's identity
 * (provider 0.79, `WriteTFEIdentity`), so it is that of the API's own address, as without a guard. Go never asks a proxy for this
 * machine itself (golang.org/x/net/http/httpproxy, `useProxy`), so that an API on loopback goes by the service's name.
 *
 * @throws UsageError when the service has no other name than this machine's
 */
export function serviceOf({ hostname, apiUrl }: { readonly hostname: string; readonly apiUrl: string }): Service {
  const upstream = new URL(apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`);
  const host = isThisMachine(upstream) ? hostname : upstream.host;
  const url = new URL(`http://${host}${upstream.pathname}`);
  if (isThisMachine(url)) {
    throw new UsageError({
      rule: "guard/loopback",
      message: `${hostname} is this machine, and Terraform's provider never uses a proxy to reach it, so the guard cannot check its requests`,
      fix: 'give the server its own name, with a host block in Terraform\'s CLI configuration: host "tfe.example.test" { services = { "tfe.v2.2" = "http://127.0.0.1:PORT/api/v2/" } }',
    });
  }
  return { url, upstream };
}

/** Reads a request's target: a proxy gets whole addresses (RFC 9112, "absolute-form"). */
export function readAddress(target: string, service: Service): Address {
  if (!/^http:\/\//i.test(target) || !URL.canParse(target)) {
    return { type: "wrong", reason: "This is a proxy: a request must give the full http:// address of its target." };
  }
  const url = new URL(target);
  if (url.username !== "" || url.password !== "") {
    return { type: "wrong", reason: "An address that contains a user name is not forwarded." };
  }
  if (url.host.replace(/\.(?=$|:)/, "") === service.url.host && url.host !== service.url.host)
    return { type: "wrong", reason: "The server's name ends with a dot." };
  if (url.host !== service.url.host) return { type: "elsewhere", url };
  const [, path = "", search = ""] = /^http:\/\/[^/?#]*([^?#]*)(\?[^#]*)?/i.exec(target) ?? [];
  // What the parser changed, or a server might read in another way.
  if (path !== url.pathname || /\/\/|%2e|%2f|%5c|\\/i.test(path)) {
    return { type: "wrong", reason: "The address's path is ambiguous." };
  }
  const upstream = new URL(service.upstream);
  upstream.pathname = path;
  upstream.search = search;
  const root = service.url.pathname;
  return { type: "service", path: path.startsWith(root) ? path.slice(root.length) : path, search, upstream };
}
