const ipv4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/;
const bracketed = /^\[([\da-f:.]+)(?:%[\w.-]+)?\](?::\d{1,5})?$/i;
const ipv6 = /^([\da-f]{0,4}:[\da-f:]{1,40}[\da-f.]{0,16})(?:%[\w.-]+)?$/i;
/** An IPv4 address in IPv6's range for such (RFC 4291, 2.5.5.2), as it is left when compressed. */
const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/;

/** A list of proxies is no longer. */
const LONGEST = 300;

function compressed(text: string): string | undefined {
  try {
    return new URL(`http://[${text}]/`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
}

function plainIpv4(text: string): string {
  const [, high = "0", low = "0"] = mapped.exec(text) ?? [];
  const bytes = [high, low].flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 255];
  });
  return bytes.join(".");
}

/**
 * An IP address in the one form that equal ones share: IPv4 also where it is mapped into IPv6, IPv6 compressed and in lower case (RFC 5952), without
 * a port or a zone; of a proxy's list, the first, which is the client's. Undefined for anything else.
 */
export function normalAddress(text: string): string | undefined {
  const first = text.length > LONGEST ? "" : (text.split(",", 1)[0]?.trim() ?? "");
  const four = ipv4.exec(first)?.[1];
  if (four !== undefined) return four;
  const six = (bracketed.exec(first) ?? ipv6.exec(first))?.[1];
  const whole = six === undefined ? undefined : compressed(six);
  return whole !== undefined && mapped.test(whole) ? plainIpv4(whole) : whole;
}
