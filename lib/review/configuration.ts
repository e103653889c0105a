import { elements, isArray, isObject, type Json, type JsonObject, member, members, textMember } from "./json";

/** A resource block of the configuration that the plan was made from. */
export interface ConfiguredResource {
  readonly module: ConfiguredModule;
  /** Within its module, such as `tfe_workspace.app` or `data.tfe_oauth_client.new`. */
  readonly address: string;
  /** The key of the provider block that it goes through. */
  readonly provider: string | undefined;
  readonly expressions: JsonObject;
  /** Whether it has `for_each` or `count`, and so may stand for no resource at all. */
  readonly repeated: boolean;
  /** What these are made from. */
  readonly repetition: readonly string[];
  readonly provisioners: number;
}

/** A module of the configuration. */
export interface ConfiguredModule {
  /** Names of the calls from the root module to this one; empty for the root module. */
  readonly path: readonly string[];
  readonly parent: ConfiguredModule | undefined;
  /** The arguments that the parent calls it with. */
  readonly arguments: JsonObject;
  readonly source: string | undefined;
  readonly resources: ReadonlyMap<string, ConfiguredResource>;
  readonly children: ReadonlyMap<string, ConfiguredModule>;
  readonly outputs: JsonObject;
  readonly variables: JsonObject;
}

/** A provider block, or the requirement alone where there is no block. */
export interface ConfiguredProvider {
  readonly key: string;
  readonly fullName: string | undefined;
  readonly versionConstraint: string | undefined;
  readonly expressions: JsonObject;
}

/** The `configuration` part of a plan. */
export interface Configuration {
  readonly root: ConfiguredModule;
  readonly modules: readonly ConfiguredModule[];
  readonly providers: readonly ConfiguredProvider[];
}

export function readConfiguration(configuration: JsonObject): Configuration {
  const modules: ConfiguredModule[] = [];
  const root = readModule(configuration.root_module, [], undefined, {}, undefined, modules);
  return {
    root,
    modules,
    providers: members(configuration.provider_config).map(([key, value]) => ({
      key,
      fullName: textMember(value, "full_name"),
      versionConstraint: textMember(value, "version_constraint"),
      expressions: objectMember(value, "expressions"),
    })),
  };
}

function readModule(
  value: Json | undefined,
  path: readonly string[],
  parent: ConfiguredModule | undefined,
  args: JsonObject,
  source: string | undefined,
  all: ConfiguredModule[],
): ConfiguredModule {
  const resources = new Map<string, ConfiguredResource>();
  const children = new Map<string, ConfiguredModule>();
  const module: ConfiguredModule = {
    path,
    parent,
    arguments: args,
    source,
    resources,
    children,
    outputs: objectMember(value, "outputs"),
    variables: objectMember(value, "variables"),
  };
  all.push(module);
  for (const resource of elements(member(value, "resources"))) {
    const address = textMember(resource, "address");
    if (address === undefined) continue;
    resources.set(address, {
      module,
      address,
      provider: textMember(resource, "provider_config_key"),
      expressions: objectMember(resource, "expressions"),
      repeated: ["for_each_expression", "count_expression"].some((key) => member(resource, key) !== undefined),
      repetition: [
        ...referencesIn(member(resource, "for_each_expression")),
        ...referencesIn(member(resource, "count_expression")),
      ],
      provisioners: elements(member(resource, "provisioners")).length,
    });
  }
  for (const [name, call] of members(member(value, "module_calls"))) {
    const called = member(call, "module");
    const callArguments = objectMember(call, "expressions");
    children.set(name, readModule(called, [...path, name], module, callArguments, textMember(call, "source"), all));
  }
  return module;
}

function objectMember(value: Json | undefined, key: string): JsonObject {
  const found = member(value, key);
  return isObject(found) ? found : {};
}

/** Everything that an expression refers to, wherever in it. */
export function referencesIn(expression: Json | undefined): readonly string[] {
  if (isArray(expression)) return expression.flatMap(referencesIn);
  if (!isObject(expression)) return [];
  const { references } = expression;
  if (isArray(references)) return references.filter((reference) => typeof reference === "string");
  return Object.values(expression).flatMap(referencesIn);
}

/** Terraform lists `a.b.c` and its prefix `a.b` too; only the longest say something. */
export function mostSpecific(references: readonly string[]): readonly string[] {
  const prefixes = new Set<string>();
  for (const reference of new Set(references)) {
    for (const { index } of reference.matchAll(/[.[]/g)) prefixes.add(reference.slice(0, index));
  }
  return [...new Set(references)].filter((reference) => !prefixes.has(reference));
}

/** How an argument is written, as far as a plan shows it. */
export type Written =
  | { readonly type: "value"; readonly value: Json }
  /**
   * Nothing but a reference. `shown`: the plan has its text, `${tfe_oauth_client.x.id}`, as it does for a configuration in
   * JSON. For one in HCL a plan lists references alone, so that a value computed from this one looks the same.
   */
  | { readonly type: "reference"; readonly to: string; readonly shown: boolean }
  | { readonly type: "computed" };

/** How an argument is written. */
export function writtenAs(expression: Json | undefined): Written {
  const references = referencesIn(expression);
  const text = member(expression, "constant_value");
  if (references.length === 0) {
    const isComputed = text === undefined || (typeof text === "string" && isTemplate(text));
    return isComputed ? { type: "computed" } : { type: "value", value: text };
  }
  const to = references.find((reference) => references.every((other) => isWithin(reference, other)));
  if (to === undefined) return { type: "computed" };
  if (text === undefined)
    return isObject(expression) && isArray(expression.references)
      ? { type: "reference", to, shown: false }
      : { type: "computed" };
  return text === `\${${to}}` ? { type: "reference", to, shown: true } : { type: "computed" };
}

/** Whether Terraform would evaluate a text in a JSON configuration. */
function isTemplate(text: string): boolean {
  return /(?:^|[^$])(?:\$\$)*\$\{|(?:^|[^%])(?:%%)*%\{/.test(text);
}

/** Whether a reference is another one or an attribute of it. For `a.b.c`, Terraform lists `a.b` too. */
function isWithin(reference: string, other: string): boolean {
  return reference === other || reference.startsWith(`${other}.`) || reference.startsWith(`${other}[`);
}

/** The expression of an argument in a block that may be written as one block or as a list of them: `vcs_repo`, `oauth_token_id`. */
export function blockArgument(expressions: JsonObject, block: string, argument: string): Json | undefined {
  const found = expressions[block];
  return member(isArray(found) ? found[0] : found, argument);
}

/** The block that made a resource instance; its address loses its indices: `module.a["x"].tfe_workspace.b[0]`. */
export function configuredResource(
  configuration: Configuration,
  { address, moduleAddress }: { readonly address: string; readonly moduleAddress: string | undefined },
): ConfiguredResource | undefined {
  const local = moduleAddress === undefined ? address : address.slice(moduleAddress.length + 1);
  let module: ConfiguredModule | undefined = configuration.root;
  for (const name of moduleNames(moduleAddress ?? "")) module = module?.children.get(name);
  return module?.resources.get(withoutIndex(local));
}

function moduleNames(moduleAddress: string): readonly string[] {
  const plain = withoutIndices(moduleAddress);
  return plain === "" ? [] : plain.split(".").filter((_, index) => index % 2 === 1);
}

/** An address without the index at its end. */
export function withoutIndex(address: string): string {
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]$/, "");
}

/** `module.a["x"].tfe_workspace.b[0]` → `module.a.tfe_workspace.b`: keys may hold dots and the word "module". */
export function withoutIndices(address: string): string {
  return address.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, "");
}
