import { quoted } from "../../util/json-text";
import type { ConfiguredProvider } from "../configuration";
import { writtenAs } from "../configuration";
import { type Json, textMember } from "../json";
import type { Plan } from "../plan-schema";
import { PROVIDER } from "../provider-facts";
import { lastValues } from "../resource";
import type { Rule, RuleFinding, Subject } from "../rule";

/** The plan is for the host and the organization of the organization file. */
export const sameTarget: Rule = {
  id: "same-target",
  severity: "error",
  explanation: "The plan is for one organization on one host, as in the organization file.",
  remedy: "use the plan of this organization, or plan again: `repoint plan`",
  *check(subject): Iterable<RuleFinding> {
    const { resources, expectation } = subject;
    const organizations = new Map<string, string>();
    for (const resource of resources) {
      if (resource.facts === undefined) continue;
      const organization = textMember(lastValues(resource), "organization");
      if (organization === undefined) continue;
      if (expectation !== undefined && organization !== expectation.organization) {
        yield {
          address: resource.address,
          message: `it belongs to the organization ${organization}; the organization file is for ${expectation.organization}`,
        };
      }
      if (!organizations.has(organization)) organizations.set(organization, resource.address);
    }
    if (expectation === undefined) {
      if (organizations.size > 1) {
        yield {
          message: `the plan is for several organizations: ${[...organizations.keys()].join(", ")}; a token belongs to one`,
        };
      }
      const hosts = hostsOf(subject);
      if (hosts.size > 1) yield { message: `the plan is for several hosts: ${[...hosts].join(", ")}` };
      return;
    }
    yield* checkProviders(subject, expectation);
    const { facts } = subject;
    if (facts.hostname !== undefined && facts.hostname !== expectation.hostname) {
      yield {
        message: `the plan was saved for the host ${facts.hostname}; the organization file is for ${expectation.hostname}`,
      };
    }
    if (facts.organization !== undefined && facts.organization !== expectation.organization) {
      yield {
        message: `the plan was saved for ${facts.organization}; the organization file is for ${expectation.organization}`,
      };
    }
  },
};

/** The hosts of what the plan holds, as far as the configuration names them. */
function hostsOf({ resources, configuration, plan }: Subject): ReadonlySet<string> {
  const byKey = new Map(
    configuration.providers.map((provider) => [provider.key, providerArgument(provider, "hostname", plan)]),
  );
  const hosts = new Set<string>();
  for (const { facts, configured } of resources) {
    const host = facts === undefined ? undefined : byKey.get(configured?.provider ?? "");
    if (typeof host === "string") hosts.add(host);
  }
  return hosts;
}

function* checkProviders(
  { configuration, plan }: Subject,
  { hostname, organization }: { readonly hostname: string; readonly organization: string },
): Iterable<RuleFinding> {
  for (const provider of configuration.providers) {
    if (provider.fullName !== PROVIDER) continue;
    const host = providerArgument(provider, "hostname", plan);
    if (host !== hostname) {
      yield {
        message: `provider ${provider.key} is for ${host === undefined ? "a host that is not in the plan" : `the host ${quoted(host)}`}; the organization file is for ${hostname}`,
      };
    }
    const owner = providerArgument(provider, "organization", plan);
    if (owner !== undefined && owner !== organization) {
      yield {
        message: `provider ${provider.key} is for the organization ${quoted(owner)}; the organization file is for ${organization}`,
      };
    }
  }
}

/**
 * An argument of a provider block: written out, or the value of a variable of the root module. Undefined where it is neither,
 * a text made of two variables for example.
 */
export function providerArgument(provider: ConfiguredProvider, argument: string, plan: Plan): Json | undefined {
  const written = writtenAs(provider.expressions[argument]);
  if (written.type === "value") return written.value;
  // A provider block of a module refers to the module's variables: `module.ws:tfe`.
  const isRoot = !provider.key.includes(":");
  return written.type === "reference" && isRoot && written.to.startsWith("var.")
    ? plan.variables.get(written.to.slice("var.".length))
    : undefined;
}
