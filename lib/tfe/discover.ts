import { request } from "undici";
import { ExternalError } from "../errors";
import { CERTIFICATE_FIX, isCertificateError, messageOf } from "./outcome";

/** How often Terraform lets a host send it elsewhere (terraform-svchost, package disco). */
const REDIRECTS = 3;
const TIMEOUT = 30_000;
const FIX = "check the hostname in the wish, and that this machine reaches it";

/**
 * Asks a host where its API is, by Terraform's discovery (`/.well-known/terraform.json`), without a token.
 *
 * @returns the service's address, absolute. A relative one is relative to where the document was found.
 * @throws ExternalError when there is no such document, or it names no API of Terraform Enterprise.
 */
export async function discover(hostname: string): Promise<string> {
  const url = `https://${hostname}/.well-known/terraform.json`;
  try {
    return await read(new URL(url), REDIRECTS);
  } catch (error) {
    if (error instanceof ExternalError) throw error;
    throw new ExternalError(`${hostname} cannot be reached: ${messageOf(error)}`, {
      fix: isCertificateError(error) ? CERTIFICATE_FIX : FIX,
      cause: error,
    });
  }
}

async function read(url: URL, redirects: number): Promise<string> {
  const { statusCode, headers, body } = await request(url, { headersTimeout: TIMEOUT, bodyTimeout: TIMEOUT });
  const text = await body.text();
  if (statusCode >= 300 && statusCode < 400 && typeof headers.location === "string") {
    const next = new URL(headers.location, url);
    // The token goes where this leads: never over a connection that can be read.
    if (redirects === 0 || next.protocol !== "https:") {
      throw new ExternalError(`${url.href} leads to ${next.href}, which is not followed`, { fix: FIX });
    }
    return read(next, redirects - 1);
  }
  if (statusCode >= 500) throw new ExternalError(`${url.href} answered ${statusCode}`, { fix: "try again later" });
  const service = statusCode === 200 ? serviceOf(text) : undefined;
  if (service === undefined) {
    throw new ExternalError(`${url.href} names no TFE API (status ${statusCode})`, { fix: FIX });
  }
  return new URL(service, url).href;
}

function serviceOf(text: string): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  const services = typeof document === "object" && document !== null ? document : {};
  const service: unknown = Reflect.get(services, "tfe.v2.2") ?? Reflect.get(services, "tfe.v2");
  return typeof service === "string" ? service : undefined;
}
