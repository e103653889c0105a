import type { Rule, RuleFinding } from "../rule";

/** The blast radius that the organization file allows. */
export const withinLimits: Rule = {
  id: "within-limits",
  severity: "error",
  needsOrganizationFile: true,
  explanation: "The plan changes no more resources than `limits.maxChanges` of the organization file.",
  remedy: "plan fewer: a smaller wave, or `through` an earlier one; or raise limits.maxChanges",
  *check({ resources, expectation, facts }): Iterable<RuleFinding> {
    const limit = expectation?.maxChanges;
    if (limit === undefined) return;
    const changed =
      resources.filter(({ isResource, action }) => isResource && action !== "no-op" && action !== "forget").length +
      (facts.moves?.length ?? 0);
    if (changed > limit)
      yield { message: `the plan changes ${changed} resources; the organization file allows ${limit}` };
  },
};
