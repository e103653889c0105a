import type { Rule, RuleFinding } from "../rule";

/** Promise 1: no plan destroys anything. */
export const nothingDestroyed: Rule = {
  id: "nothing-destroyed",
  severity: "error",
  explanation: "No resource is deleted.",
  remedy:
    "forget it with `removed { lifecycle { destroy = false } }` instead of deleting its block; `repoint plan` and `cdktf synth` do this for everything that the inventory recorded",
  *check({ resources }): Iterable<RuleFinding> {
    for (const { address, action, entry, kind } of resources) {
      if (action !== "delete") continue;
      const reason = entry.actionReason === undefined ? "" : ` (${entry.actionReason})`;
      const effect = kind === "connection" ? ", and every workspace on it would lose its link" : "";
      yield { address, message: `it would be destroyed${reason}${effect}` };
    }
  },
};
