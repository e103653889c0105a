import { createProgress, type Progress } from "../../cli/progress";
import { UsageError } from "../../errors";
import { GitlabApi } from "../../gitlab/api";
import { GitlabClient, type GitlabClientOptions } from "../../gitlab/client";
import { variableOf } from "../../util/environment";
import { tokenFix, tokenTrouble } from "../../util/token-text";
import type { Context } from "./context";

/** A token for GitLab, and where it is from. */
export interface GitlabToken {
  readonly variable: string;
  readonly token: string;
}

/** The personal access token of the new connection; undefined when its variable is not set. Questions about it are asked with it. */
export function connectionToken({ organization, io }: Context): GitlabToken | undefined {
  return tokenIn(io.env, `TF_VAR_${organization.connection.tokenVariable}`);
}

/** The token to look at webhooks with: `GITLAB_TOKEN`, where a person or a CI has one of its own, else the connection's. */
export function webhookToken(context: Context): GitlabToken | undefined {
  return tokenIn(context.io.env, "GITLAB_TOKEN") ?? connectionToken(context);
}

function tokenIn(env: NodeJS.ProcessEnv, variable: string): GitlabToken | undefined {
  const token = variableOf(env, variable);
  return token === undefined ? undefined : { variable, token };
}

/**
 * Refuses tokens for GitLab with a character that no token has, before anything is done: TFE would store such a one as it is.
 *
 * @throws UsageError that names the variables and the characters, and never the tokens
 */
export function refuseMalformedTokens(context: Context): void {
  const given = [connectionToken(context), tokenIn(context.io.env, "GITLAB_TOKEN")];
  const problems = given.flatMap((each) => {
    const trouble = each === undefined ? undefined : tokenTrouble(each.token);
    if (each === undefined || trouble === undefined) return [];
    return [
      {
        rule: "gitlab/malformed-token",
        message: `the value of ${each.variable} is not a token: ${trouble}`,
        fix: tokenFix(each.token),
      },
    ];
  });
  if (problems.length > 0) throw new UsageError(problems);
}

/** Opens GitLab's API with a token, runs `work`, and closes it. Retries are told on standard error. */
export async function withGitlab<T>(
  { io, organization }: Context,
  { token }: GitlabToken,
  work: (api: GitlabApi, progress: Progress) => Promise<T>,
  options: Pick<GitlabClientOptions, "requestsPerSecond"> = {},
): Promise<T> {
  const progress = createProgress(io);
  const client = new GitlabClient(organization.gitlab.apiUrl, token, {
    onRetry: (line) => progress.say(`GitLab: ${line}`),
    transport: { env: io.env },
    ...options,
  });
  try {
    return await work(new GitlabApi(client), progress);
  } finally {
    progress.end();
    await client.close();
  }
}
