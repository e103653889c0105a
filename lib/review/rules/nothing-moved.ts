import type { Rule, RuleFinding } from "../rule";

/** Addresses are fixed for good. */
export const nothingMoved: Rule = {
  id: "nothing-moved",
  severity: "error",
  explanation: "No resource changes its address.",
  remedy: "delete the `moved` block; addresses come from the inventory's baselines and never change",
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
