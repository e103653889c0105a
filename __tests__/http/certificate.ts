import { createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";

/** A certificate with its key, in PEM, made anew for each test: no key is kept in the repository. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly name: string;
  readonly privateKey: KeyObject;
}

export interface CertificateOptions {
  readonly name?: string;
  /** DNS names and IPv4 addresses that it is for. @default 127.0.0.1 */
  readonly hosts?: readonly string[];
  readonly authority?: boolean;
  /** @default itself */
  readonly issuer?: Certificate;
  readonly from?: Date;
  readonly until?: Date;
}

const DAY = 24 * 60 * 60 * 1000;

/** X.509 version 3 (RFC 5280), signed by ECDSA with SHA-256. */
export function certificate(options: CertificateOptions = {}): Certificate {
  const { name = "test", hosts = ["127.0.0.1"], authority = false, issuer } = options;
  const { from = new Date(Date.now() - DAY), until = new Date(Date.now() + DAY) } = options;
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(oid("06082a8648ce3d040302"));
  const extension = (id: string, critical: boolean, value: Buffer) =>
    sequence(oid(id), ...(critical ? [Buffer.from("0101ff", "hex")] : []), tagged(0x04, value));
  const names = hosts.map((host) =>
    /^[\d.]+$/.test(host) ? tagged(0x87, Buffer.from(host.split(".").map(Number))) : tagged(0x82, Buffer.from(host)),
  );
  const extensions = [
    extension("0603551d13", true, sequence(...(authority ? [Buffer.from("0101ff", "hex")] : []))),
    ...(hosts.length === 0 ? [] : [extension("0603551d11", false, sequence(...names))]),
  ];
  const body = sequence(
    tagged(0xa0, Buffer.from("020102", "hex")),
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguished(issuer?.name ?? name),
    sequence(time(from), time(until)),
    distinguished(name),
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(...extensions)),
  );
  const signature = createSign("sha256")
    .update(body)
    .sign(issuer?.privateKey ?? privateKey);
  const der = sequence(body, algorithm, tagged(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: "pkcs8", format: "pem" })),
    name,
    privateKey,
  };
}

const oid = (hex: string) => Buffer.from(hex, "hex");
const distinguished = (name: string) =>
  sequence(tagged(0x31, sequence(oid("0603550403"), tagged(0x0c, Buffer.from(name)))));
const time = (date: Date) => tagged(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`));
const sequence = (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts));

function tagged(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}
