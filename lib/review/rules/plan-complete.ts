import type { Rule, RuleFinding } from "../rule";

/** The plan holds everything that Terraform has to do, and Terraform could make it. */
export const planComplete: Rule = {
  id: "plan-complete",
  severity: "error",
  explanation: "The plan was made without errors, for the whole configuration, and puts nothing off.",
  remedy: "mend what Terraform reported and plan again, without -target and -refresh-only",
  *check({ plan, configuration }): Iterable<RuleFinding> {
    if (plan.errored === true) yield { message: "Terraform met an error while it made this plan" };
    if (plan.complete === false) {
      yield { message: "the plan does not cover the whole configuration (-target, or changes put off)" };
    }
    for (const { address, reason } of plan.deferred) {
      yield {
        address,
        message: `Terraform puts this change off to a later plan${reason === "" ? "" : ` (${reason})`}`,
      };
    }
    for (const address of plan.actions) {
      yield {
        address,
        message: "the apply would invoke this provider action",
        remedy: "take the action out of the configuration",
      };
    }
    const told = new Set(plan.changes.flatMap(({ address, previousAddress }) => [address, previousAddress]));
    // Before Terraform 1.8 a plan does not say that it was made with -target; a block that nothing is said of does.
    const configured = [...configuration.root.resources.values()].flatMap(({ address, repeated }) =>
      repeated || address.startsWith("data.") ? [] : [address],
    );
    const untold = new Set(
      [...plan.priorAddresses, ...plan.plannedAddresses, ...configured].filter((address) => !told.has(address)),
    );
    for (const address of untold) {
      yield {
        address,
        message: "the plan does not say what happens to it (-target, -refresh-only, or a part is missing)",
      };
    }
  },
};
