import { homedir } from "node:os";
import { domainToASCII } from "node:url";
import { UsageError } from "../errors";
import type { TransportOptions } from "../http/transport";
import { variableOf } from "../util/environment";
import { tokenFix, tokenTrouble } from "../util/token-text";
import { credentialFiles, readHostConfiguration } from "./cli-config";
import { discover } from "./discover";

/** Where a host's API is, and with which token. */
export interface TfeHost {
  readonly hostname: string;
  /** Ends in `/api/v2/` as a rule; always ends in `/`. */
  readonly apiUrl: string;
  readonly token: string;
  /** Where the token was found, for messages. */
  readonly tokenSource: string;
}

/** A host as it was found. */
export interface ResolvedHost extends TfeHost {
  /** What it offers Terraform, by the services' ids: from a `host` block of the CLI configuration, else by discovery. */
  readonly services: Readonly<Record<string, unknown>>;
}

/**
 * Finds a host's API and token the way its users keep them.
 *
 * The token: `TFE_TOKEN` (the provider's own variable), then `TF_TOKEN_<host>`, then the `credentials` block of the CLI
 * configuration, in any of its files, then `credentials.tfrc.json` (hashicorp/tfe, "Authentication"; Terraform, "CLI Configuration File").
 * The address: a `host` block of the CLI configuration, else discovery (`/.well-known/terraform.json`).
 *
 * @throws UsageError when there is no token, naming every place that was looked at, or when the first one found cannot be a token.
 * @throws ExternalError when discovery fails.
 */
export async function resolveHost(
  hostname: string,
  env: NodeJS.ProcessEnv,
  transport: TransportOptions = {},
): Promise<ResolvedHost> {
  const home = variableOf(env, "HOME") ?? homedir();
  const configuration = await readHostConfiguration(hostname, env, home);
  const variable = hostVariable(hostname, env);
  const candidates = [
    { token: variableOf(env, "TFE_TOKEN"), source: "TFE_TOKEN" },
    { token: variable.token, source: variable.name },
    { token: configuration.token, source: configuration.tokenFile ?? "" },
  ];
  const found = candidates.find(({ token }) => token !== undefined);
  if (found?.token === undefined) {
    const files = credentialFiles(env, home).map((file) => `a credentials block in ${file.replace(home, "~")}`);
    throw new UsageError({
      rule: "tfe/no-token",
      message: `there is no token for ${hostname}; looked at: TFE_TOKEN, ${variable.name}, ${files.join(", ")}`,
      fix: `terraform login ${hostname}, or set one of the variables`,
    });
  }
  requireSendable(found.token, found.source);
  if (found.source === "TFE_TOKEN") requireSameHost(hostname, env.TFE_HOSTNAME);
  const { api, services } =
    configuration.service === undefined
      ? await discover(hostname, { env, ...transport })
      : { api: configuration.service, services: configuration.services };
  return {
    hostname,
    apiUrl: new URL(withSlash(api), `https://${hostname}/`).href,
    services,
    token: found.token,
    tokenSource: found.source,
  };
}

const VARIABLE = "TF_TOKEN_";

/** `TF_TOKEN_` and the host in Punycode, with `.` as `_` and each `-` as `__` or left, as Terraform reads it. */
function hostVariable(
  hostname: string,
  env: NodeJS.ProcessEnv,
): { readonly name: string; readonly token: string | undefined } {
  const [host = hostname, port] = hostname.split(":");
  const ascii = `${domainToASCII(host) || host}${port === undefined ? "" : `.${port}`}`.toLowerCase();
  const decode = (key: string) => key.slice(VARIABLE.length).replaceAll("__", "-").replaceAll("_", ".").toLowerCase();
  const name = Object.keys(env).find(
    (key) => key.toUpperCase().startsWith(VARIABLE) && decode(key) === ascii && env[key] !== "",
  );
  const usual = `${VARIABLE}${ascii.replaceAll("-", "__").replaceAll(".", "_")}`;
  return { name: name ?? usual, token: name === undefined ? undefined : env[name] };
}

/** A line break at its end, from a file for example, would fail in ways that do not tell. */
function requireSendable(token: string, source: string): void {
  const trouble = tokenTrouble(token);
  if (trouble === undefined) return;
  throw new UsageError({
    rule: "tfe/malformed-token",
    message: `the value of ${source} is not a token: ${trouble}`,
    fix: tokenFix(token),
  });
}

/** `TFE_TOKEN` belongs to no host by itself. Beside it, `TFE_HOSTNAME` says whose it is (hashicorp/tfe, "Authentication"). */
function requireSameHost(hostname: string, owner: string | undefined): void {
  if (owner === undefined || owner === "" || owner.toLowerCase() === hostname.toLowerCase()) return;
  throw new UsageError({
    rule: "tfe/token-of-another-host",
    message: `TFE_TOKEN is for ${owner}, according to TFE_HOSTNAME; the organization is on ${hostname}, so the token is not sent there`,
    fix: `set both for ${hostname}, or unset both and run terraform login ${hostname}`,
  });
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
