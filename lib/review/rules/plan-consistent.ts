import { jsonText } from "../../util/json-text";
import { withoutIndex } from "../configuration";
import { sameJson } from "../json";
import type { Plan, ResourceChange } from "../plan-schema";
import type { Rule, RuleFinding } from "../rule";

/** The plan does not contradict itself. */
export const planConsistent: Rule = {
  id: "plan-consistent",
  severity: "error",
  explanation: "Actions, values and addresses of the plan are consistent.",
  remedy: "export the plan's JSON from Terraform again and do not change it",
  *check({ resources, plan, expectation }): Iterable<RuleFinding> {
    const seen = new Set<string>();
    for (const { entry, address, action, differences, configured } of resources) {
      const key = jsonText([address, entry.deposed]);
      if (seen.has(key)) yield { address, message: "the plan lists it more than once" };
      seen.add(key);
      if (action === "no-op" && differences.length > 0) {
        yield { address, message: `its action is no-op, but ${differences[0]?.path} differs` };
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
        yield {
          address,
          message: `the plan gives a cause to delete it (${entry.actionReason}), but its action is ${action}`,
        };
      }
      // Every other rule goes by the changes.
      for (const message of entry.deposed === undefined ? contradictions(entry, plan) : []) {
        yield { severity: "warning", address, message };
      }
      if (!fits(entry)) {
        yield { address, message: `its address does not match its type ${entry.type} and name ${entry.name}` };
      }
      if (entry.deposed !== undefined) {
        yield {
          address,
          message: "it is a deposed object, left by an interrupted replacement",
          remedy: "resolve it in Terraform first: decide which of the two objects to keep",
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
    yield "planned_values differs from its change";
  }
  // The values of what is deleted or forgotten are those of the state as it was, before anything was read anew.
  const now = prior.get(address);
  if (now !== undefined && (action === "update" || action === "no-op") && !sameJson(now, before)) {
    yield "prior_state differs from its change";
  }
}

function fits({ address, moduleAddress, mode, type, name }: ResourceChange): boolean {
  const prefix = moduleAddress === undefined ? "" : `${moduleAddress}.`;
  if (!address.startsWith(prefix)) return false;
  return withoutIndex(address.slice(prefix.length)) === `${mode === "data" ? "data." : ""}${type}.${name}`;
}
