import type { Rule, RuleFinding } from "../rule";

/** The plan adds nothing of its own. */
export const wishOnly: Rule = {
  id: "wish-only",
  severity: "error",
  needsWish: true,
  explanation: "Every attachment in the plan is one that the wish covers or releases.",
  remedy: "plan again: `repoint plan`",
  *check({ resources, expectation }): Iterable<RuleFinding> {
    if (expectation === undefined) return;
    for (const { address, isAttachment, expected, action, kind } of resources) {
      if (!isAttachment || expected !== undefined || action === "forget") continue;
      const released = expectation.released.get(address);
      const why = released === undefined ? "the wish does not cover it" : `the wish releases it (${released.reason})`;
      yield { address, message: `${kind} in the plan (${action}), though ${why}` };
    }
  },
};
