import { quoted } from "../../util/json-text";
import { MODULES_IN_PLACE_SINCE } from "../../util/tfe-provider";
import { formatPath, isArray, type Json } from "../json";
import type { Rule, RuleFinding } from "../rule";

/** Promise 1: no plan replaces anything. */
export const nothingReplaced: Rule = {
  id: "nothing-replaced",
  severity: "error",
  explanation: "No resource is replaced.",
  remedy: `do not change attributes that force a replacement; registry modules need hashicorp/tfe ${MODULES_IN_PLACE_SINCE} or later; for a tainted resource, run terraform untaint`,
  *check({ resources }): Iterable<RuleFinding> {
    for (const { address, action, entry } of resources) {
      const paths = entry.change.replacePaths.map(pathText);
      if (action === "replace") {
        const causes = [entry.actionReason, ...paths].filter((cause) => cause !== undefined).join(", ");
        yield {
          address,
          message: `it would be replaced, ${entry.change.actions.join(" then ")}${causes === "" ? "" : ` (${causes})`}`,
        };
      } else if (paths.length > 0 || entry.actionReason?.startsWith("replace_") === true) {
        const causes = [entry.actionReason, ...paths].filter((cause) => cause !== undefined).join(", ");
        yield { address, message: `the plan gives causes to replace it (${causes}), but its action is ${action}` };
      }
    }
  },
};

function pathText(path: Json): string {
  return isArray(path)
    ? formatPath(path.map((step) => (typeof step === "number" ? step : String(step))))
    : quoted(path);
}
