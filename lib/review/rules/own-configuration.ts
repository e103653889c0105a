import { members } from "../json";
import { knownDataSources, PROVIDER, resourceFacts } from "../provider-facts";
import type { Rule, RuleFinding, Subject } from "../rule";

/** Of a plan that is judged by itself: what its configuration has that Repoint never writes. */
export const ownConfiguration: Rule = {
  id: "own-configuration",
  severity: "info",
  explanation:
    "Lists the parts of your own configuration that Repoint does not write; they are not harmful on their own.",
  remedy: "nothing to do; give the organization to compare the plan with its organization file and inventory",
  *check({ expectation, configuration, plan }: Subject): Iterable<RuleFinding> {
    if (expectation !== undefined) return;
    const { root, modules, providers } = configuration;
    yield* listed(
      "module calls",
      modules.filter(({ parent }) => parent !== undefined).map(({ path }) => path.join(".")),
    );
    yield* listed(
      "other providers",
      providers.filter(({ fullName }) => fullName !== PROVIDER).map(({ key }) => key),
    );
    const blocks = modules.flatMap(({ resources }) => [...resources.values()]);
    yield* listed(
      "resources and data of other types",
      blocks.filter(({ address }) => !isOurs(address)).map(({ address }) => address),
    );
    yield* listed(
      "count or for_each",
      blocks.filter(({ repeated }) => repeated).map(({ address }) => address),
    );
    yield* listed(
      "variables",
      members(root.variables).map(([name]) => name),
    );
    yield* listed(
      "outputs",
      members(root.outputs).map(([name]) => name),
    );
    yield* listed(
      "checks",
      // The connection's own precondition is Repoint's.
      plan.checks.map(({ address }) => address).filter((address) => !/^tfe_oauth_client\.[^.]+$/.test(address)),
    );
  },
};

/** At most so many of a sort are named. */
const NAMED = 5;

function* listed(what: string, names: readonly string[]): Iterable<RuleFinding> {
  if (names.length === 0) return;
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  yield { message: `the configuration has ${what}: ${names.slice(0, NAMED).join(", ")}${more}` };
}

function isOurs(address: string): boolean {
  const [first = "", second = ""] = address.split(".");
  return first === "data" ? knownDataSources.has(second) : resourceFacts.has(first);
}
