import { spawnSync } from "node:child_process";
import { createHash, createPrivateKey } from "node:crypto";

/** What is known of a private key that was looked at. */
export type CheckedKey =
  | {
      readonly type: "readable";
      /** Such as `ssh-ed25519 SHA256:…`, as `ssh-keygen -l` shows it; undefined where ssh-keygen is not there. */
      readonly fingerprint: string | undefined;
    }
  | { readonly type: "unreadable"; readonly said: string };

/** A pipe, since ssh-keygen takes no key on a socket, which is what Node gives a child; and no file, since the key is a secret. */
const COMMAND = 'cat | ssh-keygen -y -P "" -f /dev/stdin';
const NOT_THERE = 127;

/** Asks ssh-keygen whether it can read a key, or Node where there is no ssh-keygen. The key goes to no file and no argument. */
export function checkPrivateKey(text: string, env: NodeJS.ProcessEnv): CheckedKey {
  const { status, stdout, stderr, error } = spawnSync("sh", ["-c", COMMAND], {
    input: text,
    encoding: "utf8",
    env: { ...env, LC_ALL: "C" },
    timeout: 30_000,
  });
  if (error === undefined && status === 0) return { type: "readable", fingerprint: fingerprintOf(stdout) };
  // What is wrong with the place that the key is read from says nothing about the key.
  const isPlace = /No such file|Permission|not permitted|too open|not found/i.test(stderr ?? "");
  if (error === undefined && status !== null && status !== NOT_THERE && !isPlace) {
    const said = stderr.trim().split("\n").at(-1) ?? "";
    return { type: "unreadable", said: said.replace(/^Load key "[^"]*": /, "") || `exit code ${status}` };
  }
  return byNode(text);
}

/** Node reads PEM alone: OpenSSH's own format was checked as far as its parts go when it was read. */
function byNode(text: string): CheckedKey {
  if (text.includes("-----BEGIN OPENSSH PRIVATE KEY-----")) return { type: "readable", fingerprint: undefined };
  try {
    createPrivateKey(text);
    return { type: "readable", fingerprint: undefined };
  } catch {
    // Node's own message tells of its decoders, which helps nobody.
    return { type: "unreadable", said: "it cannot be decoded" };
  }
}

/** `TYPE BASE64 COMMENT` is a public key's line; its fingerprint is the digest of the bytes without padding (ssh-keygen(1)). */
function fingerprintOf(line: string): string | undefined {
  const [type, blob] = line.trim().split(/\s+/);
  if (type === undefined || blob === undefined) return undefined;
  const digest = createHash("sha256").update(Buffer.from(blob, "base64")).digest("base64").replace(/=+$/, "");
  return `${type} SHA256:${digest}`;
}
