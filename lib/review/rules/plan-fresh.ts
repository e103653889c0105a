import type { Rule, RuleFinding } from "../rule";

/** The plan was made after the inventory last changed. */
export const planFresh: Rule = {
  id: "plan-fresh",
  severity: "error",
  needsWish: true,
  explanation: "The plan is younger than the last change of the inventory.",
  remedy: "plan again: `repoint plan`",
  *check({ plan, expectation }): Iterable<RuleFinding> {
    if (expectation === undefined) return;
    const made = Date.parse(plan.timestamp ?? "");
    const changed = Date.parse(expectation.inventoryChangedAt);
    if (Number.isNaN(made)) yield { message: "the plan does not say when it was made" };
    // Terraform gives whole seconds.
    else if (!(made >= Math.floor(changed / 1000) * 1000)) {
      yield {
        message: `the plan was made at ${plan.timestamp}, before the inventory changed at ${expectation.inventoryChangedAt}`,
      };
    }
  },
};
