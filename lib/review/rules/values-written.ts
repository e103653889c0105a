import { isArray, member, textMember } from "../json";
import { type Resource, vcsRepo } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** Some arguments are lost by leaving them out, and no plan shows it. */
export const valuesWritten: Rule = {
  id: "values-written",
  severity: "error",
  explanation: "The configuration contains every value that an update would otherwise clear.",
  remedy: "add the argument to the configuration; ignore_changes does not keep its value",
  *check({ resources, expectation }): Iterable<RuleFinding> {
    for (const resource of resources) {
      const { facts, address, action, configured, entry } = resource;
      if (!resource.isResource || action !== "update" || configured === undefined) continue;
      for (const argument of facts?.clearedWhenLeftOut ?? []) {
        const value = member(entry.change.before, argument);
        const isSet = isArray(value) ? value.length > 0 : value !== null && value !== undefined && value !== "";
        if (isSet && configured.expressions[argument] === undefined) {
          yield {
            address,
            message: `the update would clear ${argument}: the server has a value, but the configuration has none`,
          };
        }
      }
      const duration = expectation?.guarded === true ? undefined : durationReset(resource);
      if (duration !== undefined) {
        yield {
          ...(expectation?.allowAutoDestroyReset === true ? { severity: "warning" } : {}),
          address,
          message: `the update resets its auto-destroy duration of ${duration} to the project's setting, because the provider also sends auto_destroy_at = null`,
          remedy:
            expectation?.allowAutoDestroyReset === true
              ? "set the duration again in TFE after the apply"
              : "leave the workspace out and link it manually in TFE (docs/reference/terraform-configuration.md)",
        };
      }
      if (isBranchLost(resource)) {
        yield {
          severity: "warning",
          address,
          message:
            "an import does not read its branch, and the configuration has none: the update resets it to the default",
          remedy: "write vcs_repo.branch, unless it follows the repository's default branch",
        };
      }
    }
  },
};

/**
 * The duration that the provider's update takes from a workspace, if any: it sends no time where the configuration has none, and
 * the server then forgets the duration that is not sent along (`hasAutoDestroyAtChange`; `updateWithAutoDestroyDuration`).
 */
function durationReset({ facts, entry, configured, differences }: Resource): string | undefined {
  const { before } = entry.change;
  const sent = differences.some(({ path }) => path === "auto_destroy_activity_duration");
  if (
    facts?.clearedWhenLeftOut.has("auto_destroy_at") !== true ||
    sent ||
    member(before, "inherits_project_auto_destroy") === true
  )
    return undefined;
  const isWritten = configured?.expressions.auto_destroy_at !== undefined;
  return isWritten ? undefined : textMember(before, "auto_destroy_activity_duration") || undefined;
}

/** With an organization file, the link is compared with the inventory's instead. */
function isBranchLost({ entry, facts, expected }: Resource): boolean {
  if (expected !== undefined || entry.change.importing === undefined) return false;
  return (
    facts?.unread.has("vcs_repo[0].branch") === true && (textMember(vcsRepo(entry.change.after), "branch") ?? "") === ""
  );
}
