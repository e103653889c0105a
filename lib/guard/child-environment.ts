import { bypassing, withoutEntries } from "../http/proxy";
import { GUARD_ENVIRONMENT, GUARD_ON, GUARD_VARIABLE } from "../migration/guard-variable";
import { comparableHost } from "../tfe/cli-config";
import { variableOf } from "../util/environment";

/** What a program behind the guard is told. */
export interface Guidance {
  /** The CLI configuration that leads the host's API to {@link serviceUrl}. */
  readonly configurationFile: string;
  /** The address that the program takes for the API's: plain HTTP, so that it goes through the guard. */
  readonly serviceUrl: string;
  /** The guard, with what lets one in. */
  readonly proxyUrl: string;
  /** The token for the organization's host. */
  readonly token: string;
  /** Tokens of the CLI configuration's `credentials` blocks, by hostname. */
  readonly tokens: ReadonlyMap<string, string>;
}

/**
 * The environment of a program whose requests to the API go through the guard, and everything else as before. Tokens travel here,
 * so that no file holds them: the provider takes `TFE_TOKEN`, Terraform `TF_TOKEN_…`.
 *
 * Go sends plain HTTP through `HTTP_PROXY`, unless `NO_PROXY` covers the host: those entries are taken out. What else they covered
 * then goes through the guard too, which passes it on as the user's own settings say.
 */
export function guardedEnvironment(env: NodeJS.ProcessEnv, guidance: Guidance): NodeJS.ProcessEnv {
  const { configurationFile, serviceUrl, proxyUrl, token, tokens } = guidance;
  const child: NodeJS.ProcessEnv = { ...env };
  // Each stands for another name of the same, or changes what it means (Go, `golang.org/x/net/http/httpproxy`).
  for (const name of ["TERRAFORM_CONFIG", "http_proxy", "REQUEST_METHOD"]) delete child[name];
  for (const [host, value] of tokens) {
    const name = tokenVariable(host);
    if (variableOf(env, name) === undefined) child[name] = value;
  }
  child.TF_CLI_CONFIG_FILE = configurationFile;
  child.TFE_TOKEN = token;
  child.HTTP_PROXY = proxyUrl;
  // What is written in C (git, with libcurl) reads this name alone.
  if (variableOf(env, "http_proxy") !== undefined) child.http_proxy = proxyUrl;
  child[`TF_VAR_${GUARD_VARIABLE}`] = GUARD_ON;
  child[GUARD_ENVIRONMENT] = GUARD_ON;
  const noProxy = variableOf(env, "NO_PROXY") ?? variableOf(env, "no_proxy") ?? "";
  const covering = bypassing(new URL(serviceUrl), noProxy);
  if (covering.length > 0) {
    delete child.no_proxy;
    child.NO_PROXY = withoutEntries(noProxy, covering);
    if (variableOf(env, "HTTPS_PROXY") ?? variableOf(env, "https_proxy")) {
      delete child.https_proxy;
      child.HTTPS_PROXY = proxyUrl;
    }
  }
  return child;
}

/** `TF_TOKEN_<host>` (Terraform, "Environment Variable Credentials"). */
function tokenVariable(host: string): string {
  return `TF_TOKEN_${comparableHost(host).replaceAll("-", "__").replaceAll(/[.:]/g, "_")}`;
}
