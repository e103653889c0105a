import type { Rule, RuleFinding } from "../rule";

/** The plan was made from the inventory as it is. */
export const planFresh: Rule = {
  id: "plan-fresh",
  severity: "error",
  needsOrganizationFile: true,
  explanation:
    "The plan was made from the current inventory, or, if that is not recorded, after the inventory's last change.",
  remedy: "plan again: `repoint plan`",
  *check({ plan, expectation, facts }): Iterable<RuleFinding> {
    if (expectation === undefined) return;
    // What was recorded, and no clock: one that was wrong once must not decide.
    if (facts.inventorySha256 !== undefined && expectation.inventorySha256 !== undefined) {
      if (facts.inventorySha256 !== expectation.inventorySha256)
        yield { message: "the inventory has changed since the plan was made from it" };
      return;
    }
    const made = Date.parse(plan.timestamp ?? "");
    const changed = Date.parse(expectation.inventoryChangedAt);
    if (Number.isNaN(made)) yield { message: "the plan does not say when it was made" };
    // Terraform gives whole seconds.
    else if (!(made >= Math.floor(changed / 1000) * 1000)) {
      yield {
        message: `the plan was made at ${plan.timestamp}, before the inventory changed at ${expectation.inventoryChangedAt}`,
        remedy: `plan again: \`repoint plan\`. If one of the two times is wrong, a clock was: \`repoint inventory\` corrects an inventory's time that lies ahead`,
      };
    }
  },
};
