import {
  type ConfiguredModule,
  type ConfiguredResource,
  mostSpecific,
  referencesIn,
  withoutIndices,
  writtenAs,
} from "../configuration";
import { type Json, member, members } from "../json";
import type { Rule, RuleFinding, Subject } from "../rule";

/**
 * Where the personal access token goes, as the configuration says: a value computed from it (`nonsensitive`, base64, a hash)
 * cannot be found by its text.
 */
export const secretKept: Rule = {
  id: "secret-kept",
  severity: "error",
  explanation:
    "Sensitive variables and the connection's token are used only as bare references in tfe_oauth_client.oauth_token and the provider's token: in no output, other resource or expression.",
  remedy: "remove the reference; if it was applied, the value is in the state or in a log: revoke the token",
  *check({ configuration }: Subject): Iterable<RuleFinding> {
    for (const module of configuration.modules) {
      const isSecret = (reference: string) => refersToSecret(module, reference, 0);
      for (const resource of module.resources.values()) yield* inResource(resource, isSecret);
      if (module.parent !== undefined) continue;
      for (const [name, output] of members(module.outputs)) {
        const [secret] = secretsIn(member(output, "expression"), isSecret);
        if (secret !== undefined)
          yield { message: `the output ${name} exposes ${secret} to everybody who reads the state` };
      }
    }
    for (const { key, expressions } of configuration.providers) {
      for (const [argument, expression] of Object.entries(expressions)) {
        if (argument === "token" && writtenAs(expression).type === "reference") continue;
        const [secret] = secretsIn(expression, (reference) => refersToSecret(configuration.root, reference, 0));
        if (secret !== undefined) yield { message: `provider ${key}: ${argument} is made from ${secret}` };
      }
    }
  },
};

function* inResource(
  { address, expressions, repetition }: ConfiguredResource,
  isSecret: (reference: string) => boolean,
): Iterable<RuleFinding> {
  const isConnection = address.startsWith("tfe_oauth_client.");
  for (const [argument, expression] of Object.entries(expressions)) {
    const [secret] = secretsIn(expression, isSecret);
    if (isConnection && argument === "oauth_token") {
      const { type } = writtenAs(expression);
      const isLookedUp =
        type === "reference" && mostSpecific(referencesIn(expression)).every((to) => to.startsWith("data."));
      // From a vault, say: that value is as sensitive as its data source calls it, and the connection's argument always is.
      if (type === "reference" && (secret !== undefined || isLookedUp)) continue;
      const what =
        type === "value"
          ? "written out"
          : type === "computed"
            ? "computed"
            : "a reference to something that is not declared sensitive";
      yield {
        address,
        message: `its oauth_token is ${what}, expected a bare reference to a sensitive variable`,
        remedy: "declare a variable with `sensitive = true` for the personal access token, and refer only to it",
      };
    } else if (secret !== undefined && !(argument === "vcs_repo" && isWholeConnection(secret)))
      yield { address, message: `its ${argument} is made from ${secret}` };
  }
  for (const reference of repetition) {
    if (isSecret(reference)) yield { address, message: `its count or for_each is made from ${reference}` };
  }
}

/** A link's token may be looked for in connections by an expression: which token that gives is the rule `old-to-new`'s. */
function isWholeConnection(reference: string): boolean {
  return /^tfe_oauth_client\.[^.]+$/.test(withoutIndices(reference));
}

function secretsIn(expression: Json | undefined, isSecret: (reference: string) => boolean): readonly string[] {
  return mostSpecific(referencesIn(expression)).filter(isSecret);
}

/** Modules that call each other without end do not exist; a plan that says so is not followed. */
const MAX_STEPS = 32;

/** Whether a reference is to a sensitive variable or to a connection's token, directly or through modules. */
function refersToSecret(module: ConfiguredModule, reference: string, step: number): boolean {
  if (step > MAX_STEPS) return true;
  const [head, name = "", ...rest] = withoutIndices(reference).split(".");
  switch (head) {
    case "var": {
      if (member(module.variables[name], "sensitive") === true) return true;
      const { parent } = module;
      if (parent === undefined) return false;
      return secretsIn(module.arguments[name], (outer) => refersToSecret(parent, outer, step + 1)).length > 0;
    }
    case "module": {
      const child = module.children.get(name);
      if (child === undefined) return false;
      const outputs = rest[0] === undefined ? Object.values(child.outputs) : [child.outputs[rest[0]]];
      return outputs.some(
        (output) =>
          secretsIn(member(output, "expression"), (inner) => refersToSecret(child, inner, step + 1)).length > 0,
      );
    }
    case "tfe_oauth_client": {
      const attribute = rest[0];
      return attribute === undefined || ["oauth_token", "secret", "private_key"].includes(attribute);
    }
    default:
      return false;
  }
}
