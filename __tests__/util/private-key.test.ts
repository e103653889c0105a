import { generateKeyPairSync } from "node:crypto";
import { checkPrivateKey } from "../../lib/commands/ssh-key/check-private-key";
import { readPrivateKey } from "../../lib/util/private-key";

/** A field of OpenSSH's format: its length, then its bytes. */
const field = (bytes: Buffer | string): Buffer => {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
};
const one = Buffer.from([0, 0, 0, 1]);

/** A key in OpenSSH's own format (PROTOCOL.key), of a pair made for this test. */
function openSsh(cipher = "none"): string {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = (jwk: { x?: string; d?: string }, part: "x" | "d") => Buffer.from(jwk[part] ?? "", "base64url");
  const pub = raw(publicKey.export({ format: "jwk" }), "x");
  const seed = raw(privateKey.export({ format: "jwk" }), "d");
  const type = field("ssh-ed25519");
  const check = Buffer.from([1, 2, 3, 4, 1, 2, 3, 4]);
  let secret = Buffer.concat([check, type, field(pub), field(Buffer.concat([seed, pub])), field("test")]);
  for (let pad = 1; secret.length % 8 !== 0; pad += 1) secret = Buffer.concat([secret, Buffer.from([pad])]);
  const parts = [
    Buffer.from("openssh-key-v1\0"),
    field(cipher),
    field(cipher === "none" ? "none" : "bcrypt"),
    field(cipher === "none" ? "" : "options"),
    one,
    field(Buffer.concat([type, field(pub)])),
    field(secret),
  ];
  return armoured("OPENSSH PRIVATE KEY", Buffer.concat(parts));
}

function armoured(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,70}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

const pem = (cipher?: { cipher: string; passphrase: string }) =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem", ...cipher },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;

const keys: readonly (readonly [string, string])[] = [
  ["OpenSSH", openSsh()],
  ["PEM", pem()],
];

describe.each(keys)("a key in %s form", (_, key) => {
  const read = (text: string | Buffer) => readPrivateKey(Buffer.from(text));

  it("is taken as it is, and ssh can read it", () => {
    expect(read(key)).toEqual({ type: "key", text: key, mended: [] });
    expect(checkPrivateKey(key, process.env)).toMatchObject({ type: "readable" });
    // A machine without ssh-keygen.
    expect(checkPrivateKey(key, { PATH: "/nowhere" })).toEqual({ type: "readable", fingerprint: undefined });
  });

  it.each<[string, (text: string) => string | Buffer, string]>([
    ["no line break at the end", (text) => text.trimEnd(), "no line break at the end"],
    ["Windows line ends", (text) => text.replaceAll("\n", "\r\n"), "Windows line ends"],
    ["the line ends of old Macs", (text) => text.replaceAll("\n", "\r"), "Windows line ends"],
    ["a byte order mark", (text) => `\uFEFF${text}`, "a byte order mark"],
    ["empty lines in front", (text) => `\n  \n${text}`, "empty lines at the beginning"],
    ["UTF-16", (text) => Buffer.from(`\uFEFF${text}`, "utf16le"), "UTF-16, a byte order mark"],
  ])("is mended when it has %s", (_what, spoil, mended) => {
    expect(read(spoil(key))).toEqual({ type: "key", text: key, mended: mended.split(", ") });
  });

  it("is refused wherever it is cut before its end", () => {
    const last = key.lastIndexOf("-----END");
    const cuts = [40, Math.floor(key.length / 2), last - 1, last, last + 5, key.length - 3];
    expect(cuts.map((at) => read(key.slice(0, at)))).toEqual(
      cuts.map(() => expect.objectContaining({ type: "refused", rule: "ssh-key/cut-off" })),
    );
  });

  it("is refused when lines of its middle are missing, before it is sent or by ssh", () => {
    const lines = key.split("\n");
    const shorter = [...lines.slice(0, 2), ...lines.slice(3)].join("\n");
    const found = read(shorter);
    const said = found.type === "refused" ? found.type : checkPrivateKey(found.text, process.env).type;
    expect(["refused", "unreadable"]).toContain(said);
    const alone = found.type === "refused" ? found.type : checkPrivateKey(found.text, { PATH: "/nowhere" }).type;
    expect(["refused", "unreadable"]).toContain(alone);
  });
});

it.each([
  ["OpenSSH's form", openSsh("aes256-ctr")],
  [
    "PEM",
    "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: x\n\nAAAA\n-----END RSA PRIVATE KEY-----\n",
  ],
  ["PKCS #8", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"],
])("is refused with a passphrase, in %s", (_, key) => {
  expect(readPrivateKey(Buffer.from(key))).toMatchObject({ type: "refused", rule: "ssh-key/passphrase" });
});

it.each([
  ["a public key", "ssh-ed25519 AAAAC3Nza me@here\n", "give the file without .pub"],
  ["PuTTY's", "PuTTY-User-Key-File-3: ssh-ed25519\n", "convert it: puttygen KEY -O private-openssh -o NEW"],
  ["a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "give the file of a private key"],
  ["nothing", "", "give the file of a private key"],
])("%s is none", (_, text, fix) => {
  expect(readPrivateKey(Buffer.from(text))).toMatchObject({ type: "refused", rule: "ssh-key/file", fix });
});
