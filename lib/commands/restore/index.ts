import { Command } from "commander";
import type { Io } from "../../cli/io";
import { count } from "../../cli/table";
import { UsageError } from "../../errors";
import type { LinkEntry } from "../../migration/links";
import { resolveLinks } from "../../migration/links";
import { planRestoration, type Restoration } from "../../migration/restore";
import { relatedAll } from "../../tfe/resource";
import { confirm } from "../shared/confirm";
import { type Context, openContext, withLock } from "../shared/context";
import { refreshInventory, withTfe } from "../shared/refresh-inventory";
import { readTokenFrom } from "../shared/token-from";
import { abandon } from "./abandon";
import { readConnection } from "./connection";
import { finish } from "./finish";
import { linkLost, reportKept } from "./link-lost";
import { hasApplication, needsToken, replaceToken, reportNewTokenId, requireFittingWay } from "./new-token";
import { addRestoreOptions, type RestoreOptions, requireOneWay } from "./options";
import { readLinks } from "./read-links";
import { reauthorize } from "./reauthorize";
import { readRecord, writeRecord } from "./record";
import { reportNothingToRestore, reportPreparation } from "./report-preparation";
import { revokeAndLink } from "./revoke";
import { type Survey, survey } from "./survey";

/** `repoint restore ORG`: brings a broken connection back, and loses no link on the way. */
export function restoreCommand(io: Io): Command {
  const command = new Command("restore")
    .description("restore a broken connection: reauthorize it, and restore lost VCS links")
    .argument("<org>", "the organization, by its file in organizations/");
  return addRestoreOptions(command).action(async (name: string, options: RestoreOptions) => {
    requireOneWay(options);
    const links = options.links === undefined ? [] : await readLinks(io, options.links);
    const token = options.tokenFrom === undefined ? undefined : await readTokenFrom(io, options.tokenFrom, TOKEN);
    const context = openContext(io, name, options);
    await withLock(context, `repoint restore ${name}`, () => restore(context, options, { links, token }));
  });
}

const TOKEN = { name: "--token-from", rule: "restore/token-from", example: "NEW_GITLAB_TOKEN" } as const;

/** What was read before anything was done. */
interface Given {
  readonly links: readonly LinkEntry[];
  readonly token: string | undefined;
}

async function restore(context: Context, options: RestoreOptions, given: Given): Promise<void> {
  const { paths, organization, say } = context;
  const begun = readRecord(paths);
  if (options.abandon === true) return abandon(context, begun, options.yes === true);
  if (begun !== undefined) {
    refuseAnother(begun, options.connection, paths.key);
    say(
      `Continuing a restoration that was started: ${count(begun.targets.length, "VCS-connected resource")} of ${begun.connectionId}.`,
    );
  }
  const left = begun === undefined ? undefined : await tokensLeft(context, begun);
  // One that revokes nothing leaves open how the connection is mended.
  const another = begun?.tokenIds.length === 0 && (options.revoke === true || given.token !== undefined);
  if (begun !== undefined && left === 0 && !another)
    return finish(context, await withLinks(context, begun, given.links), options);
  const look = () =>
    survey(context, { connection: begun?.connectionId ?? options.connection, links: given.links, begun });
  say(`Reading ${organization.organization} on ${organization.hostname} …`);
  const found = await look();
  requireFittingWay(context, found.connection, options);
  reportPreparation(context, found);
  const { connection, restoration, lost } = found;
  if (given.token !== undefined) {
    if (!(await replaceToken(context, connection, given.token, options))) return;
    const after = await verifyAndLink(context, found, options, look);
    if (connection.tokens.length === 0) reportNewTokenId(context, after);
    return;
  }
  if (restoration.targets.length === 0) return reportNothingToRestore(context, found);
  if (!hasApplication(connection)) {
    if (lost.length === 0 || connection.tokens.length === 0) throw needsToken(context, connection);
    say("It has a token of its own, which is used as it is (--token-from replaces it).");
    if (await linksWanted(context, options)) await verifyAndLink(context, found, options, look);
    return;
  }
  const partlyRevoked = begun !== undefined && left !== undefined && left > 0 && left < begun.tokenIds.length;
  if (options.revoke === true || partlyRevoked || connection.tokens.length === 0) {
    return revokeAndLink(context, found, options, look);
  }
  if (lost.length > 0 && !(await linksWanted(context, options))) return;
  const ended = await reauthorize(context, found, options);
  // They may have tried for an hour.
  if (ended === "revoke") return revokeAndLink(context, await look(), options, look);
  if (ended === "stopped") {
    context.io.exitCode = 1;
    return;
  }
  await verifyAndLink(context, found, options, look);
}

async function linksWanted({ io, say }: Context, { yes }: RestoreOptions): Promise<boolean> {
  if (
    await confirm(io, "Link everything again that has lost its link, once the connection works?", "link", yes === true)
  )
    return true;
  say("Nothing was changed.");
  io.exitCode = 1;
  return false;
}

/** Reads everything again, says whether the links are as before, and links what has none. */
async function verifyAndLink(
  context: Context,
  before: Survey,
  options: RestoreOptions,
  look: () => Promise<Survey>,
): Promise<Survey> {
  const after = await look();
  if (!reportKept(context, before, after)) context.io.exitCode = 1;
  await linkLost(context, after, options);
  if (hasApplication(before.connection) && after.lost.length === 0) {
    context.say("");
    context.say(
      "The next burst of webhooks can break it again. The lasting fix is a connection with a personal access",
    );
    context.say(`token: repoint plan ${context.paths.key}`);
  }
  return after;
}

/** How many of the tokens that a restoration revokes are still there. */
function tokensLeft(context: Context, { connectionId, tokenIds }: Restoration): Promise<number> {
  return withTfe(context, async (client) => {
    const now = relatedAll(await readConnection(context, client, connectionId), "oauth-tokens");
    return tokenIds.filter((id) => now.includes(id)).length;
  });
}

/** The record with what a file of links adds to it or corrects in it, on disk. */
async function withLinks(context: Context, begun: Restoration, links: readonly LinkEntry[]): Promise<Restoration> {
  if (links.length === 0) return begun;
  const { inventory } = await refreshInventory(context);
  const connection = inventory.connections.find(({ id }) => id === begun.connectionId);
  if (connection === undefined) return begun;
  const { targets, problems } = resolveLinks(links, inventory, connection);
  if (problems.length > 0) throw new UsageError(problems);
  const { targets: all } = planRestoration(inventory, connection, { begun, links: targets });
  const record = { ...begun, targets: all };
  writeRecord(context.paths, record);
  return record;
}

function refuseAnother({ connectionId }: Restoration, wanted: string | undefined, key: string): void {
  if (wanted === undefined || wanted === connectionId) return;
  throw new UsageError({
    rule: "restore/another-pending",
    message: `--connection ${wanted} was given, but a restoration of ${connectionId} was started and is not finished`,
    fix: `repoint restore ${key} without --connection finishes that one, and repoint restore ${key} --abandon abandons it; then restore ${wanted}`,
  });
}
