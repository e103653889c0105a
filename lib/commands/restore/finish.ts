import { count } from "../../cli/table";
import { ExternalError } from "../../errors";
import type { Restoration } from "../../migration/restore";
import type { TfeClient } from "../../tfe/client";
import { relatedAll } from "../../tfe/resource";
import type { Context } from "../shared/context";
import { refreshInventory, withTfe } from "../shared/refresh-inventory";
import { pageOf, readConnection } from "./connection";
import { type LinkedAgain, linkAgain } from "./link-again";
import type { RestoreOptions } from "./options";
import { dropRecord, writeRecord } from "./record";
import { reportRestoration } from "./report-restoration";

/**
 * Links what the record holds with the token that the connection has, or gets when somebody authorizes it, and compares. What is not
 * linked then stays in the record, so that another run tries it again.
 */
export async function finish(context: Context, record: Restoration, options: RestoreOptions): Promise<void> {
  const { io, paths } = context;
  const { connectionId, tokenIds, targets } = record;
  const again = await withTfe(context, async (client, progress) => {
    const fresh = await authorized(context, client, connectionId, tokenIds, options);
    const linked = await linkAgain(client, targets, { fresh, revoked: new Set(tokenIds) }, (done) =>
      progress.step("linked again or looked at", done, targets.length),
    );
    progress.end();
    return linked;
  });
  context.journal("restore.linked", { linked: again.linked, refused: [...again.refused.keys()] });
  context.say(`Linked again: ${again.linked}.`);
  requireAllTried(context, again);
  const { inventory, before } = await refreshInventory(context);
  const { well, unlinked } = reportRestoration(context, record, { inventory, before, refused: again.refused });
  context.journal("restore.finished", { connectionId, well, unlinked: unlinked.length });
  if (unlinked.length === 0) dropRecord(paths);
  else writeRecord(paths, { ...record, targets: [...unlinked] });
  if (!well) io.exitCode = 1;
}

/** The record stays, so that another run links what is left. */
function requireAllTried({ paths }: Context, { failures }: LinkedAgain): void {
  const [first] = failures;
  if (first === undefined) return;
  const reason = first instanceof Error ? first.message : String(first);
  const fix = first instanceof ExternalError && first.fix !== undefined ? `${first.fix}; ` : "";
  throw new ExternalError(`${count(failures.length, "resource")} could not be linked again: ${reason}`, {
    fix: `${fix}repoint restore ${paths.key} continues from here`,
    cause: first,
  });
}

/** Gives the person the page to authorize unless there is a token that was not revoked, and waits for it. @returns its id */
async function authorized(
  context: Context,
  client: TfeClient,
  connectionId: string,
  revoked: readonly string[],
  { wait, poll }: RestoreOptions,
): Promise<string> {
  const { say, paths } = context;
  const until = Date.now() + wait * 60_000;
  for (let told = false; ; told = true) {
    const connection = await readConnection(context, client, connectionId);
    const token = relatedAll(connection, "oauth-tokens").find((id) => !revoked.includes(id));
    if (token !== undefined) {
      if (told || revoked.length > 0) {
        context.journal("restore.authorized", { tokenId: token });
        say(`Authorized: ${token}.`);
      }
      return token;
    }
    if (!told) {
      say("");
      for (const line of pageOf(context, client, connection)) say(line);
      say(
        `as the GitLab user that Terraform shall act as, and authorize. Waiting for up to ${count(wait, "minute")}; it can be stopped and run again …`,
      );
    }
    const left = until - Date.now();
    if (left <= 0) {
      throw new ExternalError("nobody has authorized the connection yet", {
        fix: `authorize it, then run repoint restore ${paths.key} again: it continues from here (--abandon abandons it)`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(poll * 1000, left)));
  }
}
