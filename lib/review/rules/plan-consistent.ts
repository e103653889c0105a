import { withoutIndex } from "../configuration";
import type { ResourceChange } from "../plan-json";
import type { Rule, RuleFinding } from "../rule";

/** The plan does not contradict itself. */
export const planConsistent: Rule = {
  id: "plan-consistent",
  severity: "error",
  explanation: "Actions, values and addresses of the plan fit one another.",
  remedy: "take the plan's JSON from Terraform again, unchanged",
  *check({ resources }): Iterable<RuleFinding> {
    const seen = new Set<string>();
    for (const { entry, address, action, differences, configured } of resources) {
      const key = JSON.stringify([address, entry.deposed]);
      if (seen.has(key)) yield { address, message: "the plan names it more than once" };
      seen.add(key);
      if (action === "no-op" && differences.length > 0) {
        yield { address, message: `it is said to stay as it is, yet ${differences[0]?.path} differs` };
      }
      if (configured === undefined && action !== "delete" && action !== "forget") {
        yield { address, message: "the configuration in the plan has no such block" };
      }
      if (!fits(entry)) {
        yield { address, message: `its address does not fit its type ${entry.type} and name ${entry.name}` };
      }
      if (entry.deposed !== undefined) {
        yield {
          address,
          message: "it is what an interrupted replacement left behind (a deposed object)",
          remedy: "settle it in Terraform first: find out which of the two objects is to stay",
        };
      }
    }
  },
};

function fits({ address, moduleAddress, mode, type, name }: ResourceChange): boolean {
  const prefix = moduleAddress === undefined ? "" : `${moduleAddress}.`;
  if (!address.startsWith(prefix)) return false;
  return withoutIndex(address.slice(prefix.length)) === `${mode === "data" ? "data." : ""}${type}.${name}`;
}
