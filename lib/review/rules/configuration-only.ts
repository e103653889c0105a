import { jsonText, quoted } from "../../util/json-text";
import { permission } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** Arguments that the provider adds at an import: named, so that nobody has to wonder. */
export const configurationOnly: Rule = {
  id: "configuration-only",
  severity: "info",
  explanation:
    "Some arguments, such as force_delete, exist only in Terraform's configuration and state. An import leaves them empty, and the next plan fills them in. No request contains them.",
  remedy: "nothing to do",
  *check({ resources }): Iterable<RuleFinding> {
    const counts = new Map<string, { what: string; type: string; count: number }>();
    for (const resource of resources) {
      if (!resource.isResource || resource.action === "create") continue;
      for (const difference of resource.differences) {
        if (permission(resource, difference) !== "configuration-only") continue;
        const what = `${difference.path} = ${quoted(difference.after)}`;
        const key = jsonText([what, resource.entry.type]);
        const { count = 0 } = counts.get(key) ?? {};
        counts.set(key, { what, type: resource.entry.type, count: count + 1 });
      }
    }
    for (const { what, type, count } of counts.values()) {
      yield {
        message: `${count} ${type} resource${count === 1 ? "" : "s"}: ${what} is written to Terraform's state only; nothing is sent to TFE for it`,
      };
    }
  },
};
