import {
  blockArgument,
  type ConfiguredModule,
  type ConfiguredResource,
  mostSpecific,
  referencesIn,
  withoutIndices,
  writtenAs,
} from "./configuration";
import type { Json } from "./json";
import { member } from "./json";

/** Where a token that is not known yet comes from, as the configuration says. */
export type TokenOrigin =
  /**
   * From connections of this configuration: their addresses, without indices. `beside` is what else the expression is made
   * from, all of it known when the plan is made: a condition, a key, an alternative. `shown`: the plan shows that it is the
   * bare reference, and nothing is computed from it on the way.
   */
  | {
      readonly type: "connections";
      readonly addresses: ReadonlySet<string>;
      readonly beside: ReadonlySet<string>;
      readonly shown: boolean;
    }
  /** Through a `locals` value or the like, which a plan does not record. */
  | { readonly type: "untraceable"; readonly through: string }
  /** From something that is computed, as the plan of a configuration in JSON shows. */
  | { readonly type: "computed" }
  /** From something that is no connection. `known`: it has a value when the plan is made. */
  | { readonly type: "other"; readonly reference: string; readonly known: boolean };

const MAX_STEPS = 32;

/** Follows a resource's `oauth_token_id` through variables and module outputs to the connection that it names. */
export function traceToken(resource: ConfiguredResource): TokenOrigin {
  const expression = blockArgument(resource.expressions, "vcs_repo", "oauth_token_id");
  if (expression === undefined) return { type: "untraceable", through: "a dynamic block" };
  return traceExpression(resource.module, resource, expression, 0);
}

function traceExpression(
  module: ConfiguredModule,
  resource: ConfiguredResource | undefined,
  expression: Json | undefined,
  step: number,
): TokenOrigin {
  if (step > MAX_STEPS) return { type: "untraceable", through: "itself" };
  const written = writtenAs(expression);
  if (written.type === "value") return { type: "other", reference: "a fixed text", known: true };
  if (written.type === "computed" && member(expression, "constant_value") !== undefined) return { type: "computed" };
  const isShown = written.type === "reference" && written.shown;
  const references = mostSpecific(referencesIn(expression));
  const [first] = references;
  if (first === undefined) return { type: "untraceable", through: "an expression" };
  const found = references.map((reference) => traceReference(module, resource, reference, step));
  const addresses = new Set<string>();
  const beside = new Set<string>();
  let shown = isShown;
  for (const origin of found) {
    if (origin.type === "connections") {
      for (const address of origin.addresses) addresses.add(address);
      for (const reference of origin.beside) beside.add(reference);
      shown &&= origin.shown;
    } else if (origin.type === "other" && origin.known) beside.add(origin.reference);
  }
  return (
    found.find((origin) => origin.type === "other" && !origin.known) ??
    found.find(({ type }) => type === "untraceable" || type === "computed") ??
    (addresses.size > 0 ? { type: "connections", addresses, beside, shown } : undefined) ??
    found[0] ?? { type: "untraceable", through: first }
  );
}

function traceReference(
  module: ConfiguredModule,
  resource: ConfiguredResource | undefined,
  reference: string,
  step: number,
): TokenOrigin {
  const [head, plainName = "", ...rest] = withoutIndices(reference).split(".");
  switch (head) {
    case "tfe_oauth_client": {
      const attribute = rest.at(-1);
      if (attribute !== undefined && attribute !== "oauth_token_id") return { type: "other", reference, known: false };
      const prefix = module.path.map((call) => `module.${call}.`).join("");
      return {
        type: "connections",
        addresses: new Set([`${prefix}tfe_oauth_client.${plainName}`]),
        beside: new Set(),
        shown: true,
      };
    }
    case "var":
      // The root module's variables have their values before anything is planned.
      if (module.parent === undefined) return { type: "other", reference, known: true };
      return traceExpression(module.parent, undefined, module.arguments[plainName], step + 1);
    case "module": {
      const child = module.children.get(plainName);
      const output = rest[0] ?? "";
      if (child === undefined) return { type: "untraceable", through: reference };
      return traceExpression(child, undefined, member(child.outputs[output], "expression"), step + 1);
    }
    case "data": {
      // A connection that is looked up by the id of one that is created here.
      const data = module.resources.get(`data.${plainName}.${rest[0] ?? ""}`);
      if (plainName !== "tfe_oauth_client" || data === undefined) return { type: "other", reference, known: false };
      return traceClientId(module, data, step + 1);
    }
    case "each":
      // Terraform refuses keys that it does not know yet.
      if (plainName === "key") return { type: "other", reference, known: true };
      return traceRepetition(module, resource, reference, step);
    case "local":
      return { type: "untraceable", through: reference };
    default:
      return { type: "other", reference, known: ["count", "path", "terraform"].includes(head ?? "") };
  }
}

function traceClientId(module: ConfiguredModule, data: ConfiguredResource, step: number): TokenOrigin {
  const references = mostSpecific(referencesIn(data.expressions.oauth_client_id)).map((reference) =>
    reference.replace(/^(tfe_oauth_client\..+)\.id$/, "$1"),
  );
  const [first] = references;
  if (first === undefined) return { type: "untraceable", through: data.address };
  const origins = references.map((reference) => traceReference(module, undefined, reference, step));
  return origins.find(({ type }) => type !== "connections") ?? origins[0] ?? { type: "untraceable", through: first };
}

function traceRepetition(
  module: ConfiguredModule,
  resource: ConfiguredResource | undefined,
  reference: string,
  step: number,
): TokenOrigin {
  const made = mostSpecific(resource?.repetition ?? []);
  const origins = made.map((from) => traceReference(module, undefined, from, step + 1));
  const connection = origins.find(({ type }) => type === "connections");
  // `each.value` may be computed in the expression of the `for_each`.
  return connection?.type === "connections"
    ? { ...connection, shown: false }
    : { type: "untraceable", through: reference };
}
