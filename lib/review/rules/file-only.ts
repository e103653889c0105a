import type { Rule, RuleFinding } from "../rule";

/** The plan adds nothing of its own. */
export const fileOnly: Rule = {
  id: "file-only",
  severity: "error",
  needsOrganizationFile: true,
  explanation: "The organization file covers or forgets every resource in the plan.",
  remedy: "plan again: `repoint plan`",
  *check({ resources, expectation }): Iterable<RuleFinding> {
    if (expectation === undefined) return;
    for (const { address, isResource, expected, action, kind } of resources) {
      if (!isResource || expected !== undefined || action === "forget") continue;
      const forgotten = expectation.forgotten.get(address);
      const why =
        forgotten === undefined
          ? "the organization file does not cover it"
          : `the organization file forgets it (${forgotten.reason})`;
      yield { address, message: `${kind} in the plan (${action}), but ${why}` };
    }
  },
};
