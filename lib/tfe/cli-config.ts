import { readdirSync } from "node:fs";
import { join } from "node:path";
import { domainToASCII } from "node:url";
import { UsageError } from "../errors";
import { readText } from "../files/read-file";
import { variableOf } from "../util/environment";
import { errorCode } from "../util/error-code";
import { parseJson } from "../util/json";

/** What Terraform's CLI configuration says of one host. */
export interface HostConfiguration {
  /** The `tfe.v2.2` (or `tfe.v2`) service's address, from a `host` block; it replaces discovery. */
  readonly service: string | undefined;
  /** Every service of that block. */
  readonly services: Readonly<Record<string, unknown>>;
  readonly token: string | undefined;
  /** The file that the token stands in. */
  readonly tokenFile: string | undefined;
}

/** What `terraform login` writes. Terraform reads it, whatever else it is told. */
const LOGIN = "credentials.tfrc.json";

/**
 * Terraform's own files: the one that `TF_CLI_CONFIG_FILE` names; where nothing does, `~/.terraformrc` and `~/.terraform.d/*.tfrc`
 * (Terraform, "CLI Configuration File"; `cliconfig.LoadConfig`). What the first says counts before the others.
 */
export function configurationFiles(env: NodeJS.ProcessEnv, home: string): readonly string[] {
  const named = variableOf(env, "TF_CLI_CONFIG_FILE") ?? variableOf(env, "TERRAFORM_CONFIG");
  if (named !== undefined) return [named];
  const folder = join(home, ".terraform.d");
  const more = namesIn(folder).filter((name) => /\.tfrc(\.json)?$/.test(name) && name !== LOGIN);
  return [join(home, ".terraformrc"), ...more.map((name) => join(folder, name))];
}

/** {@link configurationFiles}, and what `terraform login` writes: where a token may stand. */
export function credentialFiles(env: NodeJS.ProcessEnv, home: string): readonly string[] {
  return [...configurationFiles(env, home), join(home, ".terraform.d", LOGIN)];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Reads the `host` and `credentials` blocks for a host. Files that are not there count as empty. */
export async function readHostConfiguration(
  hostname: string,
  env: NodeJS.ProcessEnv,
  home: string,
): Promise<HostConfiguration> {
  let found: HostConfiguration = { service: undefined, services: {}, token: undefined, tokenFile: undefined };
  for (const file of credentialFiles(env, home)) {
    const content = await readConfiguration(file);
    const services = first(property(first(block(content, "host", hostname)), "services"));
    const service = textOf(property(services, "tfe.v2.2") ?? property(services, "tfe.v2"));
    const token = textOf(property(first(block(content, "credentials", hostname)), "token")) || undefined;
    found = {
      service: found.service ?? service,
      services: found.service === undefined && isObject(services) ? { ...services } : found.services,
      token: found.token ?? token,
      tokenFile: found.tokenFile ?? (token === undefined ? undefined : file),
    };
  }
  return found;
}

/** A hostname as it is compared: in Punycode, in small letters, without the port that https has anyway. */
export function comparableHost(hostname: string): string {
  const [host = hostname, port] = hostname.split(":");
  const ascii = (domainToASCII(host) || host).toLowerCase();
  return port === undefined || port === "443" ? ascii : `${ascii}:${port}`;
}

/** It holds some hosts and their tokens. */
const LARGEST = 2 ** 20;

/** What a file of the CLI configuration says, as `@cdktf/hcl2json` reads it; undefined where there is none. @throws UsageError */
export async function readConfiguration(file: string): Promise<unknown> {
  const rule = "tfe/cli-configuration";
  const fix = "make Terraform's CLI configuration readable, or set TF_CLI_CONFIG_FILE to another file";
  const source = readText(file, { rule, fix, limit: LARGEST });
  if (source === undefined || source.trim() === "") return undefined;
  const broken = (reason: string) =>
    new UsageError({
      rule,
      file,
      message: `Terraform's CLI configuration cannot be parsed: it ${reason}`,
      fix: "correct it; `terraform version` shows Terraform's own error",
    });
  if (file.endsWith(".json") || source.trimStart().startsWith("{")) {
    const json = parseJson(source);
    if (json.type === "wrong") throw broken(json.reason);
    return json.value;
  }
  // Loading it starts a program of WebAssembly, which takes half as long as everything else that a guard loads.
  const parse = await loadParser(file);
  try {
    return await parse(file, source);
  } catch {
    // The parser's own message quotes the file, which may hold tokens.
    throw broken("is neither HCL nor JSON");
  }
}

/** @throws UsageError where it was left out of the installation: it is optional, since constructs do without it. */
async function loadParser(file: string): Promise<(file: string, source: string) => Promise<unknown>> {
  try {
    return (await import("@cdktf/hcl2json")).parse;
  } catch (error) {
    if (errorCode(error)?.endsWith("MODULE_NOT_FOUND") !== true) throw error;
    throw new UsageError({
      rule: "tfe/no-hcl-parser",
      file,
      message: "it is written in HCL, and the optional package that reads HCL is not installed: @cdktf/hcl2json",
      fix: "npm install @cdktf/hcl2json, or write the file in JSON",
    });
  }
}

/** The last block of a host, however its name is spelled. */
function block(content: unknown, type: string, hostname: string): unknown {
  const blocks = property(content, type);
  return (Array.isArray(blocks) ? blocks : [blocks])
    .flatMap((item: unknown) => (typeof item === "object" && item !== null ? Object.entries(item) : []))
    .filter(([label]) => comparableHost(label) === comparableHost(hostname))
    .at(-1)?.[1];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function property(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
