import { ExternalError } from "../errors";
import { redirectInWords, Transport, type TransportOptions } from "../http/transport";
import { parseJson } from "../util/json";

/** How often Terraform lets a host send it elsewhere (terraform-svchost, package disco). */
const REDIRECTS = 3;
const TIMEOUT = 30_000;
/** The document is a few hundred bytes. */
const LIMIT = 2 ** 20;
const FIX = "check the hostname in the organization file and that this machine can reach it";

/** What a host says of itself. */
export interface Discovered {
  /** The API's address, absolute. A relative one is relative to where the document was found. */
  readonly api: string;
  /** Everything that it offers, by the services' ids, with absolute addresses where it is an address. */
  readonly services: Readonly<Record<string, unknown>>;
}

/**
 * Asks a host where its API is, by Terraform's discovery (`/.well-known/terraform.json`), without a token.
 *
 * @throws ExternalError when there is no such document, or it names no API of Terraform Enterprise.
 */
export async function discover(hostname: string, options: TransportOptions = {}): Promise<Discovered> {
  const transport = new Transport({ idle: TIMEOUT, total: 2 * TIMEOUT, limit: LIMIT, redirects: 0, ...options });
  try {
    return await read(transport, new URL(`https://${hostname}/.well-known/terraform.json`), REDIRECTS);
  } finally {
    await transport.destroy();
  }
}

async function read(transport: Transport, url: URL, redirects: number): Promise<Discovered> {
  const exchange = await transport.exchange({ method: "GET", url, headers: {} });
  switch (exchange.type) {
    case "answered": {
      const { status, text } = exchange;
      if (status >= 500) throw new ExternalError(`${url.href} answered ${status}`, { fix: "try again later" });
      const services = status === 200 ? servicesIn(text, exchange.url) : {};
      const api = apiOf(services);
      if (api === undefined) {
        throw new ExternalError(`${url.href} does not describe a TFE API (status ${status})`, { fix: FIX });
      }
      return { api, services };
    }
    case "redirected": {
      // Terraform follows to other hosts too, since no token is sent yet. The token goes where this leads: never over a
      // connection that can be read.
      if (exchange.to === undefined) throw new ExternalError(`${url.href} ${redirectInWords(exchange)}`, { fix: FIX });
      if (redirects === 0 || !exchange.to.startsWith("https://"))
        throw new ExternalError(`${url.href} redirects to ${exchange.to}; Repoint does not follow this`, { fix: FIX });
      return read(transport, new URL(exchange.to), redirects - 1);
    }
    case "hopeless":
    case "lost":
    case "too-slow":
      throw new ExternalError(`${url.hostname} cannot be reached: ${exchange.reason}`, { fix: exchange.fix ?? FIX });
  }
}

/** The document's services; none where it is no such document. */
function servicesIn(text: string, from: URL): Readonly<Record<string, unknown>> {
  const json = parseJson(text);
  const services = json.type === "value" ? json.value : null;
  if (typeof services !== "object" || services === null || Array.isArray(services)) return {};
  return Object.fromEntries(
    Object.entries(services).map(([id, service]: [string, unknown]) => [
      id,
      typeof service === "string" && URL.canParse(service, from) ? new URL(service, from).href : service,
    ]),
  );
}

/** The API's address; undefined when the document names none that a token may be sent to. */
function apiOf(services: Readonly<Record<string, unknown>>): string | undefined {
  const service = services["tfe.v2.2"] ?? services["tfe.v2"];
  const url = typeof service === "string" && URL.canParse(service) ? new URL(service) : undefined;
  return url?.protocol === "https:" && url.username === "" && url.password === "" ? url.href : undefined;
}
