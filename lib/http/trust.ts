import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as tls from "node:tls";
import { UsageError } from "../errors";
import { variableOf } from "../util/environment";
import { errorCode } from "../util/error-code";

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
  const fix = `name a file with certificates in PEM form, or unset ${variable}`;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const reason = errorCode(error) ?? "unknown reason";
    throw new UsageError({
      rule: "http/authorities",
      file,
      message: `the file that ${variable} names cannot be read (${reason})`,
      fix,
    });
  }
  if (text.includes(PEM)) return text;
  throw new UsageError({
    rule: "http/authorities",
    file,
    message: `the file that ${variable} names holds no certificate in PEM form`,
    fix,
  });
}

/** As Go does it: every file of the folder that holds certificates, and nothing said of the others. */
function certificatesIn(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      try {
        const text = readFileSync(join(folder, name), "utf8");
        return text.includes(PEM) ? [text] : [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
