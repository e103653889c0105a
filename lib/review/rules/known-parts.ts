import type { Rule, RuleFinding } from "../rule";

/** What this version does not know, it cannot judge. */
export const knownParts: Rule = {
  id: "known-parts",
  severity: "error",
  explanation: "The plan has no part that this version of the review does not know.",
  remedy: "use a version of Repoint that knows this Terraform, or an older Terraform",
  *check({ plan }): Iterable<RuleFinding> {
    for (const part of plan.unknownParts) yield { message: `the plan has ${part}, which nothing here judges` };
  },
};
