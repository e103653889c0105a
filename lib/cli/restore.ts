import { rmSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { ExternalError, UsageError } from "../errors";
import { readIfPresent, writeFileAtomic } from "../files/atomic";
import { readHiddenKinds } from "../inventory/read-hidden-kinds";
import { checkOldConnections } from "../migration/check-connections";
import { describeConnection } from "../migration/describe-connection";
import type { Inventory } from "../migration/inventory-schema";
import { planRestoration, Restoration, sameTargets } from "../migration/restore";
import { relatedAll } from "../tfe/json-api";
import type { Io } from "./io";
import { authorized, readConnection, revoke } from "./steps/authorize-anew";
import { confirm } from "./steps/confirm";
import { type Context, openContext, type ProjectOptions, ROOT_OPTION, withLock } from "./steps/context";
import { type LinkedAgain, linkAgain } from "./steps/link-again";
import { refreshInventory, withTfe } from "./steps/refresh";
import { tellPreparation } from "./steps/tell-preparation";
import { tellRestoration } from "./steps/tell-restoration";
import { count } from "./table";

interface Options extends ProjectOptions {
  readonly connection?: string;
  readonly yes?: boolean;
  readonly wait: number;
  readonly poll: number;
}

/** `repoint restore ORG`: brings a broken OAuth connection back, by the book, and loses no link on the way. */
export function restoreCommand(io: Io): Command {
  return new Command("restore")
    .description(
      "bring a broken OAuth connection back: revoke its token, have it authorized anew, link everything again",
    )
    .argument("<org>", "the organization, by its file in organizations/")
    .option("--connection <id>", "which of the wish's old connections (default: the only one)")
    .option(...ROOT_OPTION)
    .option("--yes", "do not ask")
    .option("--wait <minutes>", "how long to wait for the authorization", aboveZero, 60)
    .option("--poll <seconds>", "how often to look whether it is authorized", aboveZero, 3)
    .action(async (name: string, options: Options) => {
      const context = openContext(io, name, options);
      await withLock(context, `repoint restore ${name}`, () => restore(context, options));
    });
}

async function restore(context: Context, options: Options): Promise<void> {
  const { io, paths } = context;
  const restoration = await recorded(context, options);
  if (restoration === undefined) return;
  const { connectionId, tokenIds, targets } = restoration;
  const again = await withTfe(context, async (client, progress) => {
    await revoke(context, client, tokenIds);
    const fresh = await authorized(context, client, connectionId, tokenIds, options);
    const linked = await linkAgain(
      client,
      context.organization.organization,
      targets,
      { fresh, revoked: new Set(tokenIds) },
      (done) => progress.step("linked again or looked at", done, targets.length),
    );
    progress.end();
    return linked;
  });
  context.journal("restore.linked", { linked: again.linked, refused: [...again.refused.keys()] });
  context.say(`Linked again: ${again.linked}.`);
  requireAllTried(context, again);
  const { inventory, before } = await refreshInventory(context);
  const well = tellRestoration(context, restoration, { inventory, before, refused: again.refused });
  context.journal("restore.finished", { connectionId, well });
  rmSync(paths.restoration, { force: true });
  if (!well) io.exitCode = 1;
}

/** The record stays, so that another run links what is left. */
function requireAllTried({ paths }: Context, { failures }: LinkedAgain): void {
  const [first] = failures;
  if (first === undefined) return;
  const reason = first instanceof Error ? first.message : String(first);
  const fix = first instanceof ExternalError && first.fix !== undefined ? `${first.fix}; ` : "";
  throw new ExternalError(`${count(failures.length, "attachment")} could not be linked again: ${reason}`, {
    fix: `${fix}repoint restore ${paths.key} goes on from here`,
    cause: first,
  });
}

/** The restoration to go on with: one that has revoked its tokens as it was recorded, any other read anew. */
async function recorded(context: Context, options: Options): Promise<Restoration | undefined> {
  const { say, paths } = context;
  const begun = readRestoration(paths.restoration);
  if (begun !== undefined) {
    refuseAnother(begun, options.connection, paths.key);
    say(
      `Going on with a restoration that was begun: ${count(begun.targets.length, "attachment")} of ${begun.connectionId}.`,
    );
    const connection = await withTfe(context, (client) => readConnection(context, client, begun.connectionId));
    if (!relatedAll(connection, "oauth-tokens").some((id) => begun.tokenIds.includes(id))) return begun;
  }
  const restoration = await prepare(context, options, begun);
  if (restoration === undefined) return undefined;
  // Nothing is revoked before the only record of what will be unlinked is on the disk.
  writeFileAtomic(paths.restoration, `${JSON.stringify(restoration, null, 2)}\n`);
  const { connectionId, targets } = restoration;
  context.journal("restore.started", { connectionId, targets: targets.length });
  return restoration;
}

function refuseAnother({ connectionId }: Restoration, wanted: string | undefined, key: string): void {
  if (wanted === undefined || wanted === connectionId) return;
  throw new UsageError({
    rule: "restore/another-pending",
    message: `--connection ${wanted} was asked for, and a restoration of ${connectionId} was begun and is not done`,
    fix: `repoint restore ${key} without --connection ends that one; then restore ${wanted}`,
  });
}

/** Takes the inventory, shows who is affected, and asks. @returns undefined when a person said no */
async function prepare(
  context: Context,
  options: Options,
  begun: Restoration | undefined,
): Promise<Restoration | undefined> {
  const { organization, say, io } = context;
  say(`Reading ${organization.organization} on ${organization.hostname}: the record that linking again needs …`);
  const read = () => readWhole(context, begun?.connectionId ?? options.connection, begun);
  const { restoration, inventory, connection, affected } = await read();
  tellPreparation(context, restoration, inventory, connection);
  if (!(await confirm(io, "Revoke the token now?", "revoke", options.yes === true))) {
    say("Nothing was changed.");
    io.exitCode = 1;
    return undefined;
  }
  // A person may have thought about it for hours.
  const now = options.yes === true ? restoration : (await read()).restoration;
  const counted = await withTfe(context, async (client) => {
    const { attributes } = await readConnection(context, client, connection.id);
    return attributes["affected-workspaces-count"];
  });
  if (sameTargets(restoration, now) && (typeof counted !== "number" || counted === affected)) return restoration;
  throw new UsageError({
    rule: "restore/changed",
    message: `what uses ${connection.id} has changed since it was read: it would be unlinked without a record. Nothing was revoked`,
    fix: `run repoint restore ${context.paths.key} again`,
  });
}

/** Reads the organization and plans the restoration. @throws UsageError when something that would be unlinked may be missing */
async function readWhole(context: Context, wanted: string | undefined, begun: Restoration | undefined) {
  const { organization } = context;
  const { inventory, crossChecks } = await refreshInventory(context);
  const problems = checkOldConnections(organization, inventory);
  if (problems.length > 0) throw new UsageError(problems);
  const connection = chosen(context, inventory, wanted);
  const check = crossChecks.find(({ connectionId }) => connectionId === connection.id);
  if (check !== undefined && check.found !== check.counted) {
    throw new UsageError({
      rule: "restore/incomplete",
      message: `TFE counts ${count(check.counted, "affected workspace")}, ${check.found} were found: what is not in the inventory could not be linked again`,
      fix: "use a token that sees every workspace (an owner's), then run it again",
    });
  }
  const hidden = await withTfe(context, (client) =>
    readHiddenKinds(client, organization.organization, inventory.unavailableKinds),
  );
  if (hidden.length > 0) {
    throw new UsageError({
      rule: "restore/incomplete",
      message: `the token may not see ${hidden.map((kind) => `${kind}s`).join(", ")}, and some may use ${connection.id}: what is not in the inventory could not be linked again`,
      fix: "use an owner's token, which sees everything, then run it again",
    });
  }
  return {
    restoration: planRestoration(inventory, connection, begun),
    inventory,
    connection,
    affected: check?.found,
  };
}

function chosen({ organization }: Context, inventory: Inventory, wanted: string | undefined) {
  const old = inventory.connections.filter(({ id, gone }) => organization.from.includes(id) && !gone);
  const found = wanted === undefined ? old : old.filter(({ id }) => id === wanted);
  const [connection] = found;
  if (connection === undefined || found.length > 1) {
    throw new UsageError({
      rule: "restore/which-connection",
      message: `${wanted ?? "the wish"} names ${found.length} connections that are there; there are: ${old.map(describeConnection).join(", ") || "none"}`,
      fix:
        connection !== undefined
          ? "choose one with --connection"
          : old.length > 0
            ? "name one of these, or add the connection to from: in the wish"
            : "a deleted connection cannot be restored: repoint plan moves its attachments",
    });
  }
  return connection;
}

function readRestoration(file: string): Restoration | undefined {
  const bytes = readIfPresent(file);
  if (bytes === undefined) return undefined;
  try {
    return Restoration.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    throw new UsageError({
      rule: "restore/unreadable",
      file,
      message: "the record of a restoration that was begun cannot be read",
      fix: "do not delete it: it says what must be linked again. Compare it with inventory/, or use the Repoint that wrote it",
    });
  }
}

/** Longer than any wait that makes sense, and short enough for a timer. */
const MOST = 100_000;

function aboveZero(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number > 0 && number <= MOST)) {
    throw new InvalidArgumentError(`expected a number above 0, at most ${MOST}`);
  }
  return number;
}
