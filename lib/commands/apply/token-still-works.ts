import { readJournal } from "../../files/journal";
import type { PlanMeta } from "../../files/plan-meta";
import { checkToken } from "../../gitlab/check-token";
import type { Review } from "../../review/model";
import type { Context } from "../shared/context";
import { connectionToken, withGitlab } from "../shared/gitlab-tokens";

/**
 * Asks GitLab once more, right before an apply: the PAT may have ended since the plan's preflight. Only a token of which GitLab says no
 * stops it; what goes back needs none.
 *
 * @returns why the apply must not begin; undefined when it may
 */
export async function tokenStillWorks(
  context: Context,
  meta: PlanMeta,
  { changes }: Review,
): Promise<string | undefined> {
  const needsToken = changes.some(
    ({ kind, action, direction }) =>
      (kind === "connection" && (action === "create" || action === "update")) || direction === "forward",
  );
  const token = connectionToken(context);
  if (meta.direction === "back" || !needsToken || token === undefined || wasPassedOver(context)) return undefined;
  const check = await withGitlab(context, token, checkToken);
  if (check.type !== "unusable") return undefined;
  return `the PAT in ${token.variable} does not work any more, though it did for the plan of ${meta.madeAt}: ${check.reason.replace(/\.$/, "")}. Put one that works into ${token.variable}, then repoint plan ${context.paths.key}`;
}

/** Whether the plan was made in spite of such a token (`--skip-preflight`). */
function wasPassedOver({ paths }: Context): boolean {
  const { entries } = readJournal(paths.journal);
  const events = entries.map(({ event }) => event);
  const made = events.lastIndexOf("plan.made");
  const before = made > 0 ? events.lastIndexOf("plan.made", made - 1) : -1;
  return entries
    .slice(before + 1, made)
    .some(
      ({ event, checks }) => event === "preflight.skipped" && Array.isArray(checks) && checks.includes("token-usable"),
    );
}
