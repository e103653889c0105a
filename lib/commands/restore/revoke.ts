import { count } from "../../cli/table";
import { UsageError } from "../../errors";
import { kindOf } from "../../kinds";
import { type Restoration, sameTargets } from "../../migration/restore";
import { deleteToken } from "../../tfe/api";
import type { TfeClient } from "../../tfe/client";
import { confirm } from "../shared/confirm";
import type { Context } from "../shared/context";
import { withTfe } from "../shared/refresh-inventory";
import { readConnection } from "./connection";
import { finish } from "./finish";
import type { RestoreOptions } from "./options";
import { writeRecord } from "./record";
import { requireNothingHidden, type Survey } from "./survey";

/**
 * Records every link, revokes the connection's tokens, waits for a person to authorize it, and links everything again.
 *
 * @param again reads everything once more: a person may have thought for hours
 */
export async function revokeAndLink(
  context: Context,
  shown: Survey,
  options: RestoreOptions,
  again: () => Promise<Survey>,
): Promise<void> {
  const { say, io } = context;
  await requireNothingHidden(context, shown);
  reportRevocation(context, shown);
  const { restoration, connection } = shown;
  if (connection.tokens.length > 0) {
    if (!(await confirm(io, "Revoke the token now?", "revoke", options.yes === true))) {
      say("Nothing was changed.");
      io.exitCode = 1;
      return;
    }
    await requireUnchanged(context, shown, options.yes === true ? shown : await again());
  }
  // Nothing is revoked before the only record of what will be unlinked is on the disk.
  writeRecord(context.paths, restoration);
  const { connectionId, targets, tokenIds } = restoration;
  context.journal("restore.started", { connectionId, targets: targets.length, revokes: true });
  await withTfe(context, (client) => revoke(context, client, tokenIds));
  await finish(context, restoration, options);
}

async function requireUnchanged(context: Context, shown: Survey, now: Survey): Promise<void> {
  await requireNothingHidden(context, now);
  // The last question before the deletion is the server's own count.
  const counted = await withTfe(context, async (client) => {
    const { attributes } = await readConnection(context, client, now.connection.id);
    return attributes["affected-workspaces-count"];
  });
  if (sameTargets(shown.restoration, now.restoration) && (typeof counted !== "number" || counted === shown.affected))
    return;
  throw new UsageError({
    rule: "restore/changed",
    message: `what uses ${now.connection.id} has changed since it was read: it would be unlinked without a record. Nothing was revoked`,
    fix: `run repoint restore ${context.paths.key} again`,
  });
}

/** Revokes the tokens that are still there. */
async function revoke(context: Context, client: TfeClient, tokenIds: Restoration["tokenIds"]): Promise<void> {
  for (const id of tokenIds) {
    const alreadyGone = (await deleteToken(client, id)).status === 404;
    context.journal("restore.revoked", { tokenId: id, alreadyGone });
    context.say(alreadyGone ? `${id} was revoked already.` : `${id} revoked.`);
  }
}

function reportRevocation({ say }: Context, { restoration, connection, inventory }: Survey): void {
  const { targets, hadSshKey } = restoration;
  const modules = targets.filter(({ kind }) => kindOf(kind).overApi).length;
  if (connection.tokens.length > 0 && modules > 0) {
    say(
      `NOTE     ${count(modules, "registry module")}: not every server links one again in place, and HashiCorp documents that it takes an`,
    );
    say("         owners team's token. It is tried with one; those that the server refuses stay unlinked.");
  }
  const tokens = new Set(connection.tokens.map(({ id }) => id));
  const components = inventory.stackComponents.filter(({ vcsRepo }) => tokens.has(vcsRepo.oauthTokenId ?? ""));
  if (components.length > 0) {
    say(`NOTE     ${count(components.length, "Stack component")} will be unlinked too, and no API links one again:`);
    for (const { name, id, vcsRepo } of components) say(`           ${name} (${id}), ${vcsRepo.identifier}`);
  }
  if (hadSshKey) say("NOTE     its token has an SSH key, and a new token has none: have the private key ready.");
  say(
    connection.tokens.length > 0
      ? "Its token will be revoked, which unlinks everything that uses it; you then authorize it again in a browser, and everything is linked again as recorded."
      : "Its token is gone already; you then authorize it again in a browser, and everything is linked again as recorded.",
  );
}
