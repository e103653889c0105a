import type { Rule, RuleFinding } from "../rule";

/** The blast radius that the wish allows. */
export const withinLimits: Rule = {
  id: "within-limits",
  severity: "error",
  needsWish: true,
  explanation: "The plan changes no more attachments than `limits.maxChanges` of the wish.",
  remedy: "plan fewer: a smaller wave, or `through` an earlier one; or raise limits.maxChanges",
  *check({ resources, expectation, facts }): Iterable<RuleFinding> {
    const limit = expectation?.maxChanges;
    if (limit === undefined) return;
    const changed =
      resources.filter(({ isAttachment, action }) => isAttachment && action !== "no-op" && action !== "forget").length +
      (facts.moves?.length ?? 0);
    if (changed > limit) yield { message: `the plan changes ${changed} attachments; the wish allows ${limit}` };
  },
};
