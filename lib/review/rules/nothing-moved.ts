import type { Rule, RuleFinding } from "../rule";

/** Addresses are fixed for good. */
export const nothingMoved: Rule = {
  id: "nothing-moved",
  severity: "error",
  explanation: "No resource gets another address.",
  remedy: "take the `moved` block out; addresses come from the inventory's baselines and stay",
  *check({ resources, expectation }): Iterable<RuleFinding> {
    for (const { address, entry } of resources) {
      if (entry.previousAddress === undefined || entry.previousAddress === address) continue;
      yield {
        severity: expectation === undefined ? "info" : "error",
        address,
        message: `it moves here from ${entry.previousAddress}`,
      };
    }
  },
};
