import { driftOf } from "../drift";
import { textMember } from "../json";
import { resourceFacts } from "../provider-facts";
import { vcsRepo } from "../resource";
import type { Rule, RuleFinding } from "../rule";

/** What Terraform found changed outside of it. */
export const noDrift: Rule = {
  id: "no-drift",
  severity: "error",
  explanation: "The inventory already has every change from outside of Terraform.",
  remedy: "find out who changed it; then run `repoint inventory` and `repoint plan`, which keep the new values",
  *check({ plan, expectation }): Iterable<RuleFinding> {
    for (const entry of plan.drift) {
      const { address, type, change, mode } = entry;
      if (mode !== "managed") continue;
      if (change.action === "delete") {
        yield { address, message: "it was deleted outside of Terraform" };
        continue;
      }
      const paths = driftOf(entry).map(({ path }) => path);
      if (paths.length === 0) continue;
      const link = resourceFacts.has(type) && paths.some((path) => /^vcs_repo(?:$|[.[])/.test(path));
      const expected = expectation?.resources.get(address);
      const token = textMember(vcsRepo(change.after), "oauth_token_id") ?? null;
      const known = expected !== undefined && token === expected.desired.currentTokenId;
      const finished = expectation?.finishedBefore;
      const isToken = paths.every((path) => path === resourceFacts.get(type)?.tokenPath);
      if (known && isToken && finished?.ids.has(expected.desired.id) === true) {
        yield {
          severity: "info",
          address,
          message: `re-pointed by the apply that started at ${finished.startedAt} and was interrupted before it recorded this`,
          remedy: "nothing to do",
        };
        continue;
      }
      yield {
        severity: link && !known ? "error" : "warning",
        address,
        message: `changed outside of Terraform: ${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ` and ${paths.length - 5} more` : ""}`,
      };
    }
  },
};
