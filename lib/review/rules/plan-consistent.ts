import { jsonText } from "../../util/json-text";
import { withoutIndex } from "../configuration";
import { sameJson } from "../json";
import type { Plan, ResourceChange } from "../plan-schema";
import type { Rule, RuleFinding } from "../rule";

/** The plan does not contradict itself. */
export const planConsistent: Rule = {
  id: "plan-consistent",
  severity: "error",
  explanation: "Actions, values and addresses of the plan fit one another.",
  remedy: "take the plan's JSON from Terraform again, unchanged",
  *check({ resources, plan, expectation }): Iterable<RuleFinding> {
    const seen = new Set<string>();
    for (const { entry, address, action, differences, configured } of resources) {
      const key = jsonText([address, entry.deposed]);
      if (seen.has(key)) yield { address, message: "the plan names it more than once" };
      seen.add(key);
      if (action === "no-op" && differences.length > 0) {
        yield { address, message: `it is said to stay as it is, yet ${differences[0]?.path} differs` };
      }
      if (configured === undefined && action !== "delete" && action !== "forget") {
        yield {
          severity: expectation === undefined && action === "no-op" ? "warning" : "error",
          address,
          message: "the configuration in the plan has no such block",
        };
      }
      if ((entry.mode === "data") !== (action === "read") && !(entry.mode === "data" && action === "no-op")) {
        yield { address, message: `${entry.mode === "data" ? "data" : "a managed resource"} cannot be: ${action}` };
      }
      if (entry.actionReason?.startsWith("delete_") === true && action !== "delete" && action !== "forget") {
        yield { address, message: `the plan gives a cause to delete it (${entry.actionReason}), yet says ${action}` };
      }
      // Every other rule goes by the changes.
      for (const message of entry.deposed === undefined ? contradictions(entry, plan) : []) {
        yield { severity: "warning", address, message };
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

/** What a plan says of a resource it says three times: as a change, and in the values before and after. */
function* contradictions({ address, change, mode }: ResourceChange, { prior, planned }: Plan): Iterable<string> {
  if (mode !== "managed") return;
  const { action, before, after } = change;
  const then = planned.get(address);
  if (then !== undefined && (action === "delete" || (after !== null && !sameJson(then, after)))) {
    yield "planned_values has other values for it than its change";
  }
  // The values of what is deleted or forgotten are those of the state as it was, before anything was read anew.
  const now = prior.get(address);
  if (now !== undefined && (action === "update" || action === "no-op") && !sameJson(now, before)) {
    yield "prior_state has other values for it than its change";
  }
}

function fits({ address, moduleAddress, mode, type, name }: ResourceChange): boolean {
  const prefix = moduleAddress === undefined ? "" : `${moduleAddress}.`;
  if (!address.startsWith(prefix)) return false;
  return withoutIndex(address.slice(prefix.length)) === `${mode === "data" ? "data." : ""}${type}.${name}`;
}
