import type { Rule, RuleFinding } from "../rule";

/** The plan was made from the text that the wish and the inventory give. */
export const sameText: Rule = {
  id: "same-text",
  severity: "error",
  needsWish: true,
  explanation: "The plan was made from the text that is synthesized from the wish and the inventory as they are.",
  remedy: "plan again: `repoint plan`",
  *check({ facts, expectation }): Iterable<RuleFinding> {
    const now = expectation?.configurationSha256;
    const then = facts.configurationSha256;
    if (now === undefined) return;
    if (then === undefined) {
      yield { severity: "warning", message: "nothing says from which text the plan was made" };
    } else if (now !== then) {
      yield {
        message: `the plan was made from the text ${then.slice(0, 12)}…; the wish and the inventory now give ${now.slice(0, 12)}…`,
      };
    }
  },
};
