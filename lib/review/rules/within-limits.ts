import type { Rule, RuleFinding } from "../rule";

/** The blast radius that the organization file allows. */
export const withinLimits: Rule = {
  id: "within-limits",
  severity: "error",
  needsOrganizationFile: true,
  explanation: "The plan changes at most as many resources as `limits.maxChanges` in the organization file.",
  remedy: "plan fewer resources: a smaller wave, or an earlier one in `through`; or raise limits.maxChanges",
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
