import { comparableHost, configurationFiles, readConfiguration } from "../tfe/cli-config";
import { isObject } from "./same-value";

/** Where Terraform and its provider shall find a host's services. */
export interface HostServices {
  readonly hostname: string;
  /** By their ids, such as `tfe.v2.2`: an address, or what a service's own protocol says of it. */
  readonly services: Readonly<Record<string, unknown>>;
}

/** The user's own CLI configuration with other services for one host, and what it held that belongs in no file of ours. */
export interface GuardedConfiguration {
  /** In Terraform's JSON syntax. It holds no secret. */
  readonly configuration: Readonly<Record<string, unknown>>;
  /** The `credentials` blocks: tokens by hostname. */
  readonly tokens: ReadonlyMap<string, string>;
}

/**
 * The user's CLI configuration (mirrors, caches, other hosts), all of its files in one, with one host's services replaced.
 *
 * @throws UsageError when a file cannot be understood
 */
export async function guardedConfiguration(
  env: NodeJS.ProcessEnv,
  home: string,
  { hostname, services }: HostServices,
): Promise<GuardedConfiguration> {
  const merged: Record<string, unknown> = {};
  const tokens = new Map<string, string>();
  for (const file of configurationFiles(env, home)) {
    for (const [key, value] of Object.entries(asObject(await readConfiguration(file)))) {
      if (key === "credentials") {
        for (const [host, token] of tokensIn(value)) if (!tokens.has(host)) tokens.set(host, token);
      } else merged[key] = key in merged ? both(merged[key], value) : value;
    }
  }
  // Its methods must stay lists: Terraform takes objects in objects for labels there (1.11.4).
  const { provider_installation, ...rest } = merged;
  const hosts = labelled(merged.host).filter(([label]) => comparableHost(label) !== comparableHost(hostname));
  return {
    configuration: {
      ...withoutLists(rest),
      ...(provider_installation === undefined ? {} : { provider_installation }),
      host: { ...Object.fromEntries(hosts), [hostname]: { services } },
    },
    tokens,
  };
}

/** Blocks of two files: all of them. Of a value that both give, the first counts. */
function both(first: unknown, second: unknown): unknown {
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  if (isObject(first) && isObject(second)) return { ...second, ...first };
  return first;
}

/** The blocks of a type that has a label, such as `host "app.terraform.io"`. */
function labelled(value: unknown): readonly (readonly [label: string, content: unknown])[] {
  return (Array.isArray(value) ? value : [value]).flatMap((item: unknown) =>
    Object.entries(asObject(item)).map(([label, content]) => [label, withoutLists(content)] as const),
  );
}

function tokensIn(value: unknown): readonly (readonly [host: string, token: string])[] {
  return labelled(value).flatMap(([host, content]) => {
    const token: unknown = asObject(content).token;
    return typeof token === "string" && token !== "" ? [[host, token] as const] : [];
  });
}

/** A block that stands once is a list of one to who reads HCL; Terraform's own JSON syntax says it without a list. */
function withoutLists(value: unknown): Record<string, unknown> {
  const content = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return Object.fromEntries(
    Object.entries(asObject(content)).map(([key, inner]) => [
      key,
      Array.isArray(inner) && inner.length === 1 && isObject(inner[0]) ? withoutLists(inner[0]) : inner,
    ]),
  );
}

function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? { ...value } : {};
}
