import type { Rule, RuleFinding } from "../rule";

/** Conditions that the configuration itself sets. */
export const checksPassed: Rule = {
  id: "checks-passed",
  severity: "error",
  explanation: "No check, precondition or postcondition of the configuration fails.",
  remedy: "fix the cause of the check's failure, then plan again",
  *check({ plan }): Iterable<RuleFinding> {
    for (const { address, status } of plan.checks) {
      if (status === "fail" || status === "error") yield { address, message: `its check has the status "${status}"` };
      else if (status !== "pass" && status !== "unknown") {
        yield { address, message: `its check has the unknown status "${status}"` };
      }
    }
  },
};
