import { type Configuration, withoutIndex } from "../configuration";
import type { Plan } from "../plan-schema";
import type { Rule, RuleFinding } from "../rule";

/** The plan holds everything that Terraform has to do, and Terraform could make it. */
export const planComplete: Rule = {
  id: "plan-complete",
  severity: "error",
  explanation: "The plan has no errors, covers the whole configuration and defers nothing.",
  remedy: "fix what Terraform reported and plan again, without -target and -refresh-only",
  *check({ plan, configuration }): Iterable<RuleFinding> {
    if (plan.errored === true) yield { message: "Terraform reported an error while it made this plan" };
    if (plan.complete === false) {
      yield { message: "the plan does not cover the whole configuration (-target, or deferred changes)" };
    }
    const changes = [...plan.changes, ...plan.outputs].some(({ change }) => change.action !== "no-op");
    if (plan.applyable === false && plan.errored !== true && changes) {
      yield { message: "Terraform says that this plan cannot be applied" };
    }
    for (const { address, reason } of plan.deferred) {
      yield {
        address,
        message: `Terraform defers this change to a later plan${reason === "" ? "" : ` (${reason})`}`,
      };
    }
    for (const address of plan.actions) {
      yield {
        address,
        message: "the apply would invoke this provider action",
        remedy: "remove the action from the configuration",
      };
    }
    const told = new Set(plan.changes.flatMap(({ address, previousAddress }) => [address, previousAddress]));
    for (const address of new Set([...plan.prior.keys(), ...plan.planned.keys()])) {
      if (!told.has(address)) yield { address, message: `${UNTOLD} (-target, -refresh-only, or a part is missing)` };
    }
    for (const address of silentBlocks(plan, configuration)) {
      // A plan has no expression for a for_each of constants, so a block of none (`toset([])`) looks like any other. Before
      // Terraform 1.8 such blocks alone tell of -target.
      yield {
        severity: plan.complete === true ? "warning" : "error",
        address,
        message: `${UNTOLD} (-target, an empty for_each, or a part is missing)`,
      };
    }
  },
};

const UNTOLD = "the plan does not say what happens to it";

/** Blocks of the root module that should stand for something, and that neither changes nor values speak of. */
function silentBlocks({ changes, prior, planned }: Plan, { root }: Configuration): readonly string[] {
  const addresses = [...prior.keys(), ...planned.keys(), ...changes.map(({ address }) => address)];
  const told = new Set(addresses.map(withoutIndex));
  return [...root.resources.values()].flatMap(({ address, repeated }) =>
    repeated || address.startsWith("data.") || told.has(address) ? [] : [address],
  );
}
