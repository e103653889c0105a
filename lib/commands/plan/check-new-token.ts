import { UsageError } from "../../errors";
import { checkToken } from "../../gitlab/check-token";
import type { Migration } from "../../migration/migration";
import type { Context } from "../shared/context";
import { connectionToken, withGitlab } from "../shared/gitlab-tokens";
import { checkRights } from "../shared/pat-rights";

/**
 * Asks GitLab whether the token can carry a connection, and whether its user may make webhooks where something is to move, before
 * anything does. A GitLab that cannot be asked from here is said and no obstacle; nor is a project that it shows TFE and not this
 * machine (a group may allow some addresses alone).
 *
 * @throws UsageError when GitLab says that the token cannot.
 */
export async function checkNewToken(context: Context, { inventory, movingIds }: Migration): Promise<void> {
  const { organization, say } = context;
  const token = connectionToken(context);
  if (organization.connection.existing !== undefined || token === undefined) return;
  const check = await withGitlab(context, token, checkToken);
  if (check.type === "unusable") {
    throw new UsageError({
      rule: "plan/token-unusable",
      message: `the personal access token in ${token.variable} is not usable: ${check.reason}`,
      fix: check.todo,
    });
  }
  if (check.type === "unknown") {
    say(`NOTE     whether the personal access token is usable is unknown: ${check.reason}`);
    if (!check.taken) return;
  }
  const resources = inventory.resources.filter(({ id }) => movingIds.has(id));
  const { problems, notes } = await checkRights(context, token, resources);
  for (const { message, todo } of problems) say(`WARNING  ${message}`, `         what to do before the apply: ${todo}`);
  for (const note of notes) say(`NOTE     ${note}`);
}
