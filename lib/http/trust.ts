import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as tls from "node:tls";
import { UsageError } from "../errors";
import { readBytes } from "../files/read-file";
import { variableOf } from "../util/environment";

const RULE = "http/authorities";
/** A system's whole bundle has some 250 KiB. */
const LARGEST = 16 * 2 ** 20;
const PEM = "-----BEGIN CERTIFICATE-----";

/**
 * The authorities that servers' certificates are checked by: Node's own, and those of `NODE_EXTRA_CA_CERTS` (Node's variable),
 * `SSL_CERT_FILE` and `SSL_CERT_DIR` (which Terraform and its provider read on Linux: Go, `crypto/x509`).
 *
 * @returns undefined when none of them is set: then Node's defaults hold, whatever options it was started with
 * @throws UsageError when one names a file that cannot be used
 */
export function trustedAuthorities(env: NodeJS.ProcessEnv): string[] | undefined {
  const files = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"].flatMap((variable) => {
    const file = variableOf(env, variable);
    return file === undefined ? [] : [certificatesOf(file, variable)];
  });
  const folders = (env.SSL_CERT_DIR ?? "").split(":").filter((folder) => folder !== "");
  const own = [...files, ...folders.flatMap(certificatesIn)];
  return own.length === 0 ? undefined : [...tls.rootCertificates, ...own];
}

function certificatesOf(file: string, variable: string): string {
  const fix = `name a file with certificates in PEM format, or unset ${variable}`;
  const text = readBytes(file, { rule: RULE, fix, limit: LARGEST })?.toString("utf8");
  if (text?.includes(PEM) === true) return text;
  const what = text === undefined ? "is not there" : "contains no certificate in PEM format";
  throw new UsageError({ rule: RULE, file, message: `the file that ${variable} names ${what}`, fix });
}

/** As Go does it: every file of the folder that holds certificates, and nothing said of the others. */
function certificatesIn(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      try {
        const text = readBytes(join(folder, name), { rule: RULE, fix: "", limit: LARGEST })?.toString("utf8") ?? "";
        return text.includes(PEM) ? [text] : [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
