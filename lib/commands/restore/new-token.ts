import { ExternalError, UsageError } from "../../errors";
import { GitlabApi } from "../../gitlab/api";
import { checkToken } from "../../gitlab/check-token";
import { GitlabClient } from "../../gitlab/client";
import type { ConnectionRecord } from "../../inventory/schema";
import { describeConnection } from "../../migration/describe-connection";
import { replaceConnectionToken } from "../../tfe/api";
import { masked } from "../../util/secret";
import { confirm } from "../shared/confirm";
import type { Context } from "../shared/context";
import { withTfe } from "../shared/refresh-inventory";
import { askHealth } from "./health";
import type { RestoreOptions } from "./options";
import type { Survey } from "./survey";

/** A connection with a token of its own. The API says it by the application key alone, which such a connection has none of. */
export const hasApplication = ({ key }: ConnectionRecord): boolean => key !== null && key !== "";

/** @throws UsageError when a connection cannot be brought back the way that was asked for */
export function requireFittingWay(
  context: Context,
  connection: ConnectionRecord,
  { revoke, tokenFrom, authorized }: RestoreOptions,
): void {
  if (!hasApplication(connection) && (revoke === true || authorized === true)) throw needsToken(context, connection);
  if (!hasApplication(connection) || tokenFrom === undefined) return;
  throw new UsageError({
    rule: "restore/has-application",
    message: `${describeConnection(connection)} has an OAuth application: no documentation says what a personal access token does there`,
    fix: `repoint restore ${context.paths.key} reauthorizes it; repoint plan ${context.paths.key} makes a connection with a personal access token`,
  });
}

/** What a connection without an application needs. */
export function needsToken({ paths }: Context, connection: ConnectionRecord): UsageError {
  return new UsageError({
    rule: "restore/no-application",
    message: `${describeConnection(connection)} has no application key, so it was made with a personal access token: no browser can authorize it, and revoking its token would only unlink everything. Nothing was changed`,
    fix: `make a new token in GitLab (scope api), put it into a variable (read -rs NEW_GITLAB_TOKEN && export NEW_GITLAB_TOKEN), and run: repoint restore ${paths.key} --token-from NEW_GITLAB_TOKEN. It replaces the token in place; its id and every link stay`,
  });
}

/**
 * Puts a new personal access token into a connection in place (HCP Terraform API, "Update an OAuth Client": oauth-token-string). The
 * oauth token's id stays, and so does every link.
 *
 * @returns whether it was done; not, when the person said no.
 */
export async function replaceToken(
  context: Context,
  connection: ConnectionRecord,
  token: string,
  options: RestoreOptions,
): Promise<boolean> {
  const { io, say } = context;
  await requireUsable(context, connection, token);
  say("The new token is put into the connection in place: nothing is revoked or unlinked, and no run starts.");
  if (!(await confirm(io, "Replace the token now?", "replace", options.yes === true))) {
    say("Nothing was changed.");
    io.exitCode = 1;
    return false;
  }
  await withTfe(context, async (client) => {
    const { refusal } = await replaceConnectionToken(client, connection.id, token);
    if (refusal !== undefined) {
      // Some servers repeat what they were sent.
      refusal.message = masked(refusal.message, [token]);
      throw refusal;
    }
    context.journal("restore.token-replaced", { connectionId: connection.id });
    say(`${connection.id} has the new token.`);
    const health = await askHealth(client, connection.tokens[0]?.id);
    if (health.type === "works") say(`TFE reads repositories through it: it works.`);
    if (health.type === "broken") {
      say(`WARNING  TFE cannot use it: ${masked(health.reason, [token])}`);
      io.exitCode = 1;
    }
  });
  return true;
}

/**
 * After a connection that held no token was given one. No documentation says whether TFE makes a token for such a one.
 *
 * @throws ExternalError when it still holds none
 */
export function reportNewTokenId({ say, paths, organization }: Context, { connection }: Survey): void {
  const [token] = connection.tokens;
  if (token === undefined) {
    const isNew = !organization.from.includes(connection.id);
    throw new ExternalError(`TFE accepted the token, but ${describeConnection(connection)} still has none`, {
      fix:
        isNew && organization.connection.existing === undefined
          ? `delete the connection in TFE (Settings, VCS Providers); repoint plan ${paths.key} then creates a new one`
          : "create a connection with the personal access token in TFE, and name it in the organization file",
    });
  }
  say(`Its token is now ${token.id}. To link again what used the former token: repoint plan ${paths.key}`);
}

/** @throws UsageError when GitLab says that the token cannot carry a connection */
async function requireUsable({ say, io }: Context, { apiUrl }: ConnectionRecord, token: string): Promise<void> {
  const client = new GitlabClient(apiUrl, token, { transport: { env: io.env } });
  try {
    const check = await checkToken(new GitlabApi(client));
    if (check.type === "unusable") {
      throw new UsageError({
        rule: "restore/token-unusable",
        message: `GitLab (${apiUrl}) says that the new token is not usable: ${check.reason}. Nothing was changed`,
        fix: "create a new personal access token with scope api",
      });
    }
    if (check.type === "unknown") say(`NOTE     whether GitLab accepts the new token is unknown: ${check.reason}`);
    if (check.type === "usable") {
      const until = check.expiresAt === null ? "it does not expire" : `it expires on ${check.expiresAt}`;
      say(`GitLab accepts the new token; ${until}.`);
    }
  } finally {
    await client.close();
  }
}
