/** What a file that should hold an SSH private key holds. */
export type PrivateKeyText =
  | {
      readonly type: "key";
      /** As ssh reads it: line feeds alone, and one at the end. */
      readonly text: string;
      /** What had to be mended for that, in words. */
      readonly mended: readonly string[];
    }
  | { readonly type: "refused"; readonly rule: string; readonly message: string; readonly fix: string };

const refused = (rule: string, message: string, fix: string): PrivateKeyText => ({
  type: "refused",
  rule,
  message,
  fix,
});

/**
 * Reads a private key as editors, mail and copying leave it: what ssh stumbles over and has one meaning is mended, what is missing
 * is refused. Pure. No message holds anything of the key.
 */
export function readPrivateKey(bytes: Buffer): PrivateKeyText {
  const mended: string[] = [];
  const mend = (text: string, what: string, change: (text: string) => string): string => {
    const better = change(text);
    if (better !== text) mended.push(what);
    return better;
  };
  // PowerShell's `>` writes UTF-16 with a byte order mark.
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (isUtf16) mended.push("UTF-16");
  let text = bytes.toString(isUtf16 ? "utf16le" : "utf8");
  text = mend(text, "a byte order mark", (raw) => raw.replace(/^\uFEFF/, ""));
  text = mend(text, "Windows line ends", (raw) => raw.replace(/\r\n?/g, "\n"));
  // OpenSSH's own format must begin with its first line (sshkey_parse_private2).
  text = mend(text, "empty lines at the beginning", (raw) => raw.replace(/^\s+(?=-----BEGIN )/, ""));
  text = mend(text, "no line break at the end", (raw) => raw.replace(/\s*$/, "\n").replace(/^\n$/, ""));

  const begin = /^-----BEGIN ([A-Z ]*PRIVATE KEY)-----$/m.exec(text);
  if (begin === null) return noKey(text);
  const [, label = ""] = begin;
  const end = text.indexOf(`\n-----END ${label}-----\n`, begin.index);
  if (end < 0) {
    return refused(
      "ssh-key/cut-off",
      `the key is cut off: there is no line -----END ${label}-----`,
      "copy the whole file again, including its last line",
    );
  }
  const body = text.slice(begin.index + begin[0].length, end);
  if (hasPassphrase(label, body)) {
    return refused(
      "ssh-key/passphrase",
      "the key has a passphrase, which TFE cannot ask for",
      "make a copy without a passphrase (ssh-keygen -p on the copy), or create a separate key for this",
    );
  }
  if (label === "OPENSSH PRIVATE KEY" && !isWhole(body)) {
    return refused("ssh-key/damaged", "the key is damaged: its parts are inconsistent", "copy the whole file again");
  }
  return { type: "key", text, mended };
}

function noKey(text: string): PrivateKeyText {
  if (text.startsWith("PuTTY-User-Key-File")) {
    return refused(
      "ssh-key/file",
      "this is a PuTTY key, which ssh cannot read",
      "convert it: puttygen KEY -O private-openssh -o NEW",
    );
  }
  const isPublic = /^(ssh-|ecdsa-|sk-)\S+ AAAA/.test(text) || /-----BEGIN (?:SSH2 |RSA )?PUBLIC KEY/.test(text);
  return refused(
    "ssh-key/file",
    `this is not a private key${isPublic ? ", but a public one" : ""}`,
    isPublic ? "give the file without .pub" : "give the file of a private key",
  );
}

/** PEM says so in words; OpenSSH's own format names the cipher after its magic, "none" for a key in clear (PROTOCOL.key). */
function hasPassphrase(label: string, body: string): boolean {
  if (label.startsWith("ENCRYPTED") || /^Proc-Type:.*ENCRYPTED/m.test(body)) return true;
  const cipher = label === "OPENSSH PRIVATE KEY" ? fieldsOf(body)?.[0] : undefined;
  return cipher !== undefined && cipher.toString("latin1") !== "none";
}

/** The magic, cipher, KDF, its options, the number of keys, one public key each, and the private part, to the last byte (PROTOCOL.key). */
function isWhole(body: string): boolean {
  const fields = fieldsOf(body);
  return fields !== undefined && fields.length === 5 && fields.every(({ length }, index) => index === 2 || length > 0);
}

const MAGIC = "openssh-key-v1\0";

/** The fields of a key in OpenSSH's format, as far as they are whole; undefined when it is none. */
function fieldsOf(body: string): readonly Buffer[] | undefined {
  const bytes = Buffer.from(body, "base64");
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) return undefined;
  const fields: Buffer[] = [];
  let at = MAGIC.length;
  while (at + 4 <= bytes.length) {
    // The number of keys stands between the options and the first of them; files hold one.
    if (fields.length === 3) {
      at += 4;
      if (at + 4 > bytes.length) break;
    }
    const length = bytes.readUInt32BE(at);
    if (at + 4 + length > bytes.length) break;
    fields.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}
