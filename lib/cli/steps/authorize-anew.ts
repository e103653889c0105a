import { ExternalError } from "../../errors";
import type { TfeClient } from "../../tfe/client";
import { type Resource, readIfThere, related, relatedAll } from "../../tfe/json-api";
import { pagePath } from "../../tfe/page-path";
import { count } from "../table";
import type { Context } from "./context";

export interface Patience {
  /** Minutes in all. */
  readonly wait: number;
  /** Seconds between two looks. */
  readonly poll: number;
}

/** Reads a connection that is being restored. @throws ExternalError when it is gone */
export async function readConnection(context: Context, client: TfeClient, id: string): Promise<Resource> {
  const connection = await readIfThere(client, `oauth-clients/${id}`, { show_affected_workspaces: true });
  if (connection !== undefined) return connection;
  const { paths } = context;
  throw new ExternalError(`the connection ${id} was deleted meanwhile`, {
    fix: `repoint plan ${paths.key} links what it held to the new connection, as recorded in inventory/; to let it, delete ${paths.restoration}`,
  });
}

/** Revokes the tokens that are still there. */
export async function revoke(context: Context, client: TfeClient, tokenIds: readonly string[]): Promise<void> {
  for (const id of tokenIds) {
    const path = `oauth-tokens/${id}`;
    // At most ten of these a minute: the client waits as long as the server asks.
    const answer = await client.send("DELETE", path);
    if (answer.status >= 400 && answer.status !== 404) throw client.failure("DELETE", path, answer);
    context.journal("restore.revoked", { tokenId: id, alreadyGone: answer.status === 404 });
    context.say(answer.status === 404 ? `${id} was revoked already.` : `${id} revoked.`);
  }
}

/** Gives the person the page to authorize, and waits for the new token. @returns its id */
export async function authorized(
  context: Context,
  client: TfeClient,
  connectionId: string,
  revoked: readonly string[],
  { wait, poll }: Patience,
): Promise<string> {
  const until = Date.now() + wait * 60_000;
  for (let told = false; ; told = true) {
    const connection = await readConnection(context, client, connectionId);
    const token = relatedAll(connection, "oauth-tokens").find((id) => !revoked.includes(id));
    if (token !== undefined) {
      context.journal("restore.authorized", { tokenId: token });
      context.say(`Authorized: ${token}.`);
      return token;
    }
    if (!told) tellPage(context, client, connection, wait);
    const left = until - Date.now();
    if (left <= 0) {
      throw new ExternalError("nobody has authorized the connection yet", {
        fix: `authorize it, then run repoint restore ${context.paths.key} again: it goes on from here`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(poll * 1000, left)));
  }
}

function tellPage({ organization, say }: Context, client: TfeClient, connection: Resource, wait: number): void {
  const settings = `/app/${related(connection, "organization") ?? organization.organization}/settings/version-control`;
  const path = pagePath(connection.attributes["connect-path"]) ?? settings;
  say("");
  say(`Open  https://${organization.hostname}${path}`);
  const { origin } = new URL(client.host.apiUrl);
  // The CLI configuration may lead elsewhere than the host's own name.
  if (origin !== new URL(`https://${organization.hostname}`).origin)
    say(`      (${origin}${path}, where the API is reached)`);
  say(
    `as the GitLab user that Terraform shall act as, and authorize. Waiting for up to ${count(wait, "minute")}; it can be stopped and run again …`,
  );
}
