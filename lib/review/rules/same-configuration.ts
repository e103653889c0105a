import { jsonText } from "../../util/json-text";
import { type ArgumentDifference, compareArguments } from "../compare-expression";
import {
  elements,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  member,
  members,
  sameJson,
  textMember,
} from "../json";
import type { Plan } from "../plan-schema";
import { lastValues, type Resource } from "../resource";
import type { Rule, RuleFinding, Subject } from "../rule";

const MODE: Readonly<Record<string, string>> = { resource: "", data: "data." };

/**
 * A closed world: whatever the configuration in the plan has that the synthesized one has not, and the other way round, is a
 * finding, whoever made the plan.
 */
export const sameConfiguration: Rule = {
  id: "same-configuration",
  severity: "error",
  needsOrganizationFile: true,
  explanation:
    "Every block and argument in the plan's configuration is the one synthesized from the organization file and the inventory: a literal or a bare reference, and nothing else.",
  remedy:
    "plan again from the synthesized configuration: `repoint plan`; find out who changed the configuration and why",
  isComparable: ({ expectation }) => expectation?.configuration !== undefined,
  *check(subject): Iterable<RuleFinding> {
    const synthesized = subject.expectation?.configuration;
    if (synthesized === undefined) return;
    const { plan } = subject;
    const root = member(plan.configuration, "root_module");
    const unshown: Unshown[] = [];
    yield* strangers(plan.configuration, ["provider_config", "root_module"], "configuration");
    yield* strangers(root, ["resources", "outputs", "variables"], "root module");
    yield* providers(member(plan.configuration, "provider_config"), synthesized);
    yield* resources(elements(member(root, "resources")), synthesized, unshown);
    yield* variables(member(root, "variables"), synthesized);
    yield* outputs(subject, member(root, "outputs"), synthesized, unshown);
    yield* checks(plan.checks, synthesized);
    yield* unproven(subject, unshown);
  },
};

/** A reference of a configuration in HCL: whether its value is computed, only the value can tell. */
interface Unshown {
  readonly address: string;
  readonly path: string;
  readonly reference: string;
}

function* strangers(value: Json | undefined, known: readonly string[], where: string): Iterable<RuleFinding> {
  for (const [key, part] of members(value)) {
    const isEmpty = isObject(part) && Object.keys(part).length === 0;
    if (!known.includes(key) && !isEmpty) {
      yield { message: `the ${where} has ${key}; the synthesized configuration does not` };
    }
  }
}

function* providers(planned: Json | undefined, synthesized: JsonObject): Iterable<RuleFinding> {
  const blocks = elements(member(member(synthesized, "provider"), "tfe"));
  for (const [key, provider] of members(planned)) {
    const block = key === "tfe" ? blocks[0] : undefined;
    if (!isObject(block)) {
      yield { message: `the configuration has the provider ${key}; the synthesized one does not` };
      continue;
    }
    const differences = [...compareArguments(block, objectOf(member(provider, "expressions")))];
    if (differences.length > 0) yield { message: `provider ${key}: ${describe(differences)}` };
    yield* strangers(provider, ["name", "full_name", "version_constraint", "expressions"], `provider ${key}`);
  }
  if (member(planned, "tfe") === undefined) yield { message: "the configuration in the plan has no provider tfe" };
}

function* resources(planned: readonly Json[], synthesized: JsonObject, unshown: Unshown[]): Iterable<RuleFinding> {
  const expected = new Map<string, JsonObject>();
  for (const [section, prefix] of Object.entries(MODE)) {
    for (const [type, blocks] of members(member(synthesized, section))) {
      for (const [name, block] of members(blocks)) expected.set(`${prefix}${type}.${name}`, objectOf(block));
    }
  }
  for (const resource of planned) {
    const address = textMember(resource, "address") ?? "(no address)";
    const block = expected.get(address);
    if (block === undefined) {
      yield { address, message: "the configuration in the plan has it; the synthesized one does not" };
      continue;
    }
    expected.delete(address);
    const differences: ArgumentDifference[] = [];
    for (const difference of compareArguments(block, objectOf(member(resource, "expressions")))) {
      const { type, path, reference } = difference;
      if (type === "unshown" && reference !== undefined) unshown.push({ address, path, reference });
      else differences.push(difference);
    }
    if (differences.length > 0) yield { address, message: describe(differences) };
    if (textMember(resource, "provider_config_key") !== "tfe") {
      yield { address, message: "it uses a different provider block from the synthesized configuration" };
    }
    if (!sameSet(member(resource, "depends_on"), block.depends_on)) {
      yield { address, message: "its depends_on differs from the synthesized one" };
    }
    yield* strangers(
      resource,
      ["address", "mode", "type", "name", "provider_config_key", "expressions", "schema_version", "depends_on"],
      `block ${address}`,
    );
  }
  for (const address of expected.keys()) {
    yield { address, message: "the synthesized configuration has it; the one in the plan does not" };
  }
}

/** A plan names what has conditions, and does not show them. */
function* checks(planned: Plan["checks"], synthesized: JsonObject): Iterable<RuleFinding> {
  const expected = new Set(
    members(member(synthesized, "resource")).flatMap(([type, blocks]) =>
      members(blocks).flatMap(([name, block]) =>
        member(member(block, "lifecycle"), "precondition") === undefined ? [] : [`${type}.${name}`],
      ),
    ),
  );
  for (const { address } of planned) {
    if (!expected.delete(address))
      yield { message: `the plan has the check ${address}; the synthesized configuration has none` };
  }
  for (const address of expected) {
    // It only refuses, so that a plan without it does nothing that one with it would not do.
    yield {
      severity: "warning",
      address,
      message: "the synthesized configuration has a precondition; the one in the plan has none",
    };
  }
}

function* variables(planned: Json | undefined, synthesized: JsonObject): Iterable<RuleFinding> {
  yield* compareBlocks(planned, member(synthesized, "variable"), "variable", (name, found, expected) => {
    const differing = members(found).filter(([key, value]) => !sameJson(value, member(expected, key)));
    const lost = ["sensitive", "default"].filter(
      (key) => member(expected, key) !== undefined && member(found, key) === undefined,
    );
    const keys = [...differing.map(([key]) => key), ...lost];
    return keys.length === 0
      ? undefined
      : `the variable ${name} is not declared as in the synthesized configuration: ${keys.join(", ")}`;
  });
}

function* outputs(
  { plan }: Subject,
  planned: Json | undefined,
  synthesized: JsonObject,
  unshown: Unshown[],
): Iterable<RuleFinding> {
  const expected = member(synthesized, "output");
  yield* compareBlocks(planned, expected, "output", (name, found, block) => {
    const { expression, ...others } = objectOf(found);
    const value = member(block, "value");
    const differences = compareArguments(
      { value: value ?? null },
      expression === undefined ? {} : { value: expression },
    );
    for (const { type, reference } of differences) {
      if (type === "unshown" && reference !== undefined)
        unshown.push({ address: `output.${name}`, path: "value", reference });
      else return `the output ${name} differs from the synthesized one`;
    }
    const differing = members(others).filter(([key, inner]) => !sameJson(inner, member(block, key)));
    if (member(block, "sensitive") === true && others.sensitive !== true) differing.push(["sensitive", null]);
    return differing.length === 0
      ? undefined
      : `the output ${name} is not declared as in the synthesized configuration: ${differing.map(([key]) => key).join(", ")}`;
  });
  for (const { name, change } of plan.outputs) {
    if (change.action === "delete" || member(expected, name) !== undefined) continue;
    yield { message: `the plan gives the output ${name}, which the synthesized configuration does not have` };
  }
}

function* compareBlocks(
  planned: Json | undefined,
  synthesized: Json | undefined,
  what: string,
  differ: (name: string, planned: Json, synthesized: Json) => string | undefined,
): Iterable<RuleFinding> {
  for (const [name, block] of members(planned)) {
    const expected = member(synthesized, name);
    const message =
      expected === undefined
        ? `the configuration in the plan has the ${what} ${name}; the synthesized one does not`
        : differ(name, block, expected);
    if (message !== undefined) yield { message };
  }
  for (const [name] of members(synthesized)) {
    if (member(planned, name) === undefined) {
      yield { message: `the synthesized configuration has the ${what} ${name}; the one in the plan does not` };
    }
  }
}

/** At most so many addresses are named. */
const NAMED = 3;

/**
 * What a plan from HCL refers to without showing how: it is right where the value is known and is the one referred to. A
 * resource's token is judged by `old-to-new`.
 */
function* unproven({ plan, resources }: Subject, unshown: readonly Unshown[]): Iterable<RuleFinding> {
  const byAddress = new Map(resources.map((resource) => [resource.address, resource]));
  const outputs = new Map(plan.outputs.map(({ name, change }) => [`output.${name}`, change]));
  const open: string[] = [];
  for (const { address, path, reference } of unshown) {
    const resource = byAddress.get(address);
    if (resource?.isResource === true) continue;
    const value = resource === undefined ? outputs.get(address)?.after : member(lastValues(resource), path);
    const target = referredValue(reference, plan.variables, byAddress);
    if (value === undefined || value === null || target === undefined || !sameJson(value, target)) {
      open.push(`${address}${path === "value" ? "" : `.${path}`}`);
    }
  }
  if (open.length === 0) return;
  const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : "";
  yield {
    message: `the plan was made from HCL, which does not show whether an unknown value is computed: ${open.slice(0, NAMED).join(", ")}${more}`,
    remedy: "plan from the configuration in JSON (`npx cdktf synth`, without --hcl), which shows it",
  };
}

function referredValue(
  reference: string,
  variables: ReadonlyMap<string, Json>,
  resources: ReadonlyMap<string, Resource>,
): Json | undefined {
  if (reference.startsWith("var.")) return variables.get(reference.slice("var.".length));
  const dot = reference.lastIndexOf(".");
  const resource = resources.get(reference.slice(0, dot));
  return resource === undefined ? undefined : member(lastValues(resource), reference.slice(dot + 1));
}

const words: Readonly<Record<ArgumentDifference["type"], string>> = {
  missing: "is not written",
  added: "is set, but the synthesized configuration has no such argument",
  other: "differs from the synthesized value",
  unshown: "refers to the synthesized value, but the plan does not show whether it also computes something",
};

const SHOWN = 5;

function describe(differences: readonly ArgumentDifference[]): string {
  const shown = differences.slice(0, SHOWN).map(({ path, type }) => `${path} ${words[type]}`);
  const more = differences.length > SHOWN ? `; and ${differences.length - SHOWN} more` : "";
  return `${shown.join("; ")}${more}`;
}

function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function sameSet(a: Json | undefined, b: Json | undefined): boolean {
  const sorted = (value: Json | undefined) => (isArray(value) ? value.map((element) => jsonText(element)).sort() : []);
  return sameJson(sorted(a), sorted(b));
}
