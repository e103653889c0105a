import type { Rule, RuleFinding } from "../rule";

/** What this version does not know, it cannot judge. */
export const knownParts: Rule = {
  id: "known-parts",
  severity: "error",
  explanation: "This version of the review knows every part of the plan.",
  remedy: "use a version of Repoint that knows this Terraform, or an older Terraform",
  *check({ plan }): Iterable<RuleFinding> {
    for (const part of plan.unknownParts) yield { message: `the plan has ${part}, which no rule checks` };
  },
};
