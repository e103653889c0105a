import { quoted } from "../../util/json-text";
import { permission } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** Arguments that the provider adds at an import: named, so that nobody has to wonder. */
export const configurationOnly: Rule = {
  id: "configuration-only",
  severity: "info",
  explanation:
    "An import adds arguments that exist in configuration and state alone (force_delete and its like); no request carries them.",
  remedy: "nothing to do",
  *check({ resources }): Iterable<RuleFinding> {
    const counts = new Map<string, number>();
    for (const resource of resources) {
      if (!resource.isResource || resource.action === "create") continue;
      for (const difference of resource.differences) {
        if (permission(resource, difference) !== "configuration-only") continue;
        const what = `${resource.entry.type} ${difference.path} = ${quoted(difference.after)}`;
        counts.set(what, (counts.get(what) ?? 0) + 1);
      }
    }
    for (const [what, count] of counts) {
      yield {
        message: `${what} is added to ${count} resource${count === 1 ? "" : "s"} in the state alone: the server is not sent it`,
      };
    }
  },
};
