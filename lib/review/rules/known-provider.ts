import { PROVIDER_CONSTRAINT } from "../../util/tfe-provider";
import { type Configuration, writtenAs } from "../configuration";
import { PROVIDER } from "../provider-facts";
import type { Resource } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** The provider is the one that was tested, in the version that the organization file asks for. */
export const knownProvider: Rule = {
  id: "known-provider",
  severity: "error",
  explanation: `Everything uses ${PROVIDER}, in the version that the organization file requires.`,
  remedy: "use `repoint plan`, which writes the provider and its version; check the provider's source address",
  *check({ resources, expectation, configuration, plan }): Iterable<RuleFinding> {
    const strangers = new Map<string, string[]>();
    for (const resource of resources) {
      const { entry, address } = resource;
      if (entry.providerName === PROVIDER || (expectation === undefined && staysAside(resource))) continue;
      const addresses = strangers.get(entry.providerName);
      if (addresses === undefined) strangers.set(entry.providerName, [address]);
      else addresses.push(address);
    }
    for (const [provider, [first, ...others]] of strangers) {
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      yield {
        ...(first === undefined ? {} : { address: first }),
        message: `the provider of ${first}${more} is ${provider}, expected ${PROVIDER}`,
      };
    }
    const { providers } = configuration;
    for (const { key, fullName } of providers) {
      if (fullName === PROVIDER) continue;
      yield {
        severity: expectation === undefined ? "warning" : "error",
        message: `the configuration has the provider ${fullName ?? key}, which re-pointing does not need`,
      };
    }
    yield* argumentsOf(configuration);
    const constraints = providers.filter(({ fullName }) => fullName === PROVIDER);
    if (constraints.length === 0 && plan.changes.length > 0) {
      yield { message: `the configuration in the plan does not name ${PROVIDER}` };
    }
    if (expectation === undefined) {
      if (constraints.length > 0 && constraints.every(({ versionConstraint }) => versionConstraint === undefined)) {
        yield {
          severity: "warning",
          message: "the provider's version is not constrained",
          remedy: `write \`version = "${PROVIDER_CONSTRAINT}"\``,
        };
      }
      return;
    }
    for (const { key, versionConstraint } of constraints) {
      if (versionConstraint !== expectation.providerVersion) {
        yield {
          message: `provider ${key} is constrained to ${versionConstraint ?? "no version"}; the organization file has ${expectation.providerVersion}`,
        };
      }
    }
  },
};

/** What Repoint, or a careful person, gives the provider; anything else may send both tokens elsewhere. */
const ARGUMENTS = new Set(["hostname", "organization", "token"]);

function* argumentsOf({ providers }: Configuration): Iterable<RuleFinding> {
  for (const { key, fullName, expressions } of providers) {
    if (fullName !== PROVIDER) continue;
    for (const [argument, expression] of Object.entries(expressions)) {
      const written = writtenAs(expression);
      const isOff = argument === "ssl_skip_verify" && written.type === "value" && written.value === false;
      if (!ARGUMENTS.has(argument) && !isOff) {
        yield {
          message: `provider ${key} has ${argument}`,
          remedy:
            "remove it: re-pointing needs only the hostname, and the provider sends its tokens to the configured server",
        };
      } else if (argument === "token" && written.type === "value") {
        yield {
          message: `provider ${key}: the configuration contains its token`,
          remedy: "remove it and revoke it; the provider reads TFE_TOKEN or the token from `terraform login`",
        };
      } else if (written.type === "computed") {
        yield {
          message: `provider ${key}: its ${argument} is computed, so the plan does not show its value`,
          remedy: "write the value, or refer to exactly one variable",
        };
      } else if (written.type === "reference" && !written.shown && argument === "hostname") {
        yield {
          severity: "warning",
          message: `provider ${key}: its hostname comes from ${written.to}; a plan made from HCL does not show whether it is that value or computed from it`,
          remedy: "write the hostname itself: both tokens are sent to it",
        };
      }
    }
  }
}

/** Something of another provider's that stands in someone's configuration and stays as it is. */
function staysAside({ action, facts, entry }: Resource): boolean {
  return action === "no-op" && facts === undefined && entry.mode === "managed";
}
