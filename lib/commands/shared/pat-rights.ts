import { count } from "../../cli/table";
import { refusedIn, together, webhookRights } from "../../gitlab/webhook-rights";
import type { VcsResource } from "../../kinds";
import type { Context } from "./context";
import type { GitlabProblem } from "./gitlab-findings";
import { type GitlabToken, withGitlab } from "./gitlab-tokens";

/**
 * Asks GitLab, with the connection's token alone, whether its user may make webhooks in every project that the resources name: TFE
 * makes them with that token.
 */
export async function checkRights(
  context: Context,
  token: GitlabToken,
  resources: readonly VcsResource[],
): Promise<{ readonly problems: readonly GitlabProblem[]; readonly notes: readonly string[] }> {
  const projects = resources.flatMap(({ vcsRepo }) => (vcsRepo === null ? [] : [vcsRepo.identifier]));
  const rights = await withGitlab(context, token, (api) => webhookRights(api, projects));
  const of = (type: "may" | "may-not") => [...rights.values()].filter((found) => found.type === type).length;
  const unknown = [...rights].flatMap(([project, found]) =>
    found.type === "unknown"
      ? [[project, `whether the token's user may make webhooks is unknown: ${found.reason}`] as const]
      : [],
  );
  const asked = of("may") + of("may-not");
  return {
    problems: refusedIn(rights),
    notes: [
      ...(asked > 0
        ? [`the user of the token in ${token.variable} may make webhooks in ${of("may")} of ${count(asked, "project")}`]
        : []),
      ...together(unknown),
    ],
  };
}
