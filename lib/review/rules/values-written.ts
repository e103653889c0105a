import { isArray, member, textMember } from "../json";
import { type Resource, vcsRepo } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** Some arguments are lost by leaving them out, and no plan shows it. */
export const valuesWritten: Rule = {
  id: "values-written",
  severity: "error",
  explanation: "What an update clears when it is left out of the configuration is written there.",
  remedy: "write the argument into the configuration; ignore_changes does not keep its value",
  *check({ resources }): Iterable<RuleFinding> {
    for (const resource of resources) {
      const { facts, address, action, configured, entry } = resource;
      if (!resource.isAttachment || action !== "update" || configured === undefined) continue;
      for (const argument of facts?.clearedWhenLeftOut ?? []) {
        const value = member(entry.change.before, argument);
        const isSet = isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== "";
        if (isSet && configured.expressions[argument] === undefined) {
          yield {
            address,
            message: `the update would clear ${argument}: the server has a value, the configuration has none`,
          };
        }
      }
      if (isBranchLost(resource)) {
        yield {
          severity: "warning",
          address,
          message:
            "an import does not read its branch and the configuration has none: the update resets it to the default",
          remedy: "write vcs_repo.branch, unless it follows the repository's default branch",
        };
      }
    }
  },
};

/** With a wish, the link is compared with the inventory's instead. */
function isBranchLost({ entry, facts, expected }: Resource): boolean {
  if (expected !== undefined || entry.change.importing === undefined) return false;
  return (
    facts?.unread.has("vcs_repo[0].branch") === true && (textMember(vcsRepo(entry.change.after), "branch") ?? "") === ""
  );
}
