import { Command } from "commander";
import type { Io } from "../cli/io";
import { count, table } from "../cli/table";
import { UsageError } from "../errors";
import { readHiddenKinds } from "../inventory/read-hidden-kinds";
import { kindOf } from "../kinds";
import { checkOldConnections } from "../migration/check-connections";
import { type Retirement, retirements } from "../migration/retire";
import { deleteConnection, readConnection } from "../tfe/api";
import { confirm } from "./shared/confirm";
import {
  type Context,
  openContext,
  type ProjectOptions,
  ROOT_OPTION,
  refuseDuringRestoration,
  withLock,
} from "./shared/context";
import { forgetStep } from "./shared/forget-step";
import { refreshInventory, withTfe } from "./shared/refresh-inventory";
import { skippedKinds } from "./shared/skipped-kinds";

type Ready = Extract<Retirement, { type: "ready" }>;
type Refused = Extract<Retirement, { type: "refused" }>;

/** `repoint retire ORG`: deletes the old connections, once nothing refers to them. */
export function retireCommand(io: Io): Command {
  return new Command("retire")
    .description("delete the old connection, once nothing refers to it")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .option("--yes", "do not ask")
    .action(async (name: string, options: ProjectOptions & { yes?: boolean }) => {
      const context = openContext(io, name, options);
      await withLock(context, `repoint retire ${name}`, () => {
        // The old connection is what the restoration links to.
        refuseDuringRestoration(context);
        return retire(context, options.yes === true);
      });
    });
}

async function retire(context: Context, yes: boolean): Promise<void> {
  const { organization, say, io, paths } = context;
  say(`Reading ${organization.organization} on ${organization.hostname} …`);
  const { inventory, migration, found } = await judge(context);
  for (const line of skippedKinds(inventory)) say(line);
  for (const warning of migration.connections.warnings) say(`NOTE     ${warning}`);
  const forget = forgetStep(context);
  if (forget !== undefined)
    say(`NOTE     Terraform's state may still hold what was moved. To let Terraform forget it: ${forget}`);
  const ready: Ready[] = [];
  for (const retirement of found) {
    if (retirement.type === "retired") say(`${retirement.id} is gone already.`);
    if (retirement.type === "refused") reportRefused(context, retirement);
    if (retirement.type === "ready") {
      say(`${retirement.name ?? ""} (${retirement.id}): nothing refers to it.`.trim());
      ready.push(retirement);
    }
  }
  if (ready.length === 0) return;
  const names = ready.map(({ id }) => id).join(", ");
  if (!(await confirm(io, `Delete ${names} for good?`, ready[0]?.id ?? "", yes))) {
    say("Nothing was deleted.");
    io.exitCode = 1;
    return;
  }
  let deleted = 0;
  for (const { id } of ready) if (await deleteUnused(context, id)) deleted += 1;
  await refreshInventory(context);
  if (deleted === 0) return;
  const rest = deleted < ready.length ? ` The others stay: repoint status ${paths.key}` : "";
  say(
    `Done: ${count(deleted, "connection")} deleted.${rest} Revoke the application in GitLab too, if nothing else uses it.`,
  );
}

/** Reads the whole organization and judges every old connection by it. */
async function judge(context: Context) {
  const { organization } = context;
  const { inventory, migration } = await refreshInventory(context);
  // One that no reading ever saw is a wrong id in the organization file, and not one that is retired.
  const problems = checkOldConnections(organization, inventory);
  if (problems.length > 0) throw new UsageError(problems);
  const hidden = await withTfe(context, (client) =>
    readHiddenKinds(client, organization.organization, inventory.unavailableKinds),
  );
  return { inventory, migration, found: retirements(organization, inventory, hidden) };
}

function reportRefused({ say, io, paths }: Context, { id, name, reasons, referrers, hidden }: Refused): void {
  say(`${name ?? ""} (${id}) stays: ${reasons.join("; ")}.`.trim());
  if (referrers.length > 0) {
    say(
      ...table(
        ["kind", "resource", "id"],
        referrers.map(({ kind, name: called, id: referrer }) => [kind, called, referrer]),
      ),
    );
  }
  if (referrers.some(({ kind }) => kind !== "stack-component" && kindOf(kind).overApi))
    say("What to do with registry modules: docs/how-to/registry-modules.md");
  if (hidden) say("What to do: use an owner's token, which sees everything.");
  say(`What to do: repoint status ${paths.key}; deleting a connection unlinks whatever uses it.`);
  io.exitCode = 1;
}

/**
 * Reads everything again and deletes the connection when still nothing refers to it: somebody may have thought for hours, or deleting
 * the one before it took a while. TFE's own count is the last question, right before the deletion.
 *
 * @returns whether it was deleted by us
 */
async function deleteUnused(context: Context, id: string): Promise<boolean> {
  const { say, io, journal } = context;
  const { found } = await judge(context);
  const now = found.find((retirement) => retirement.id === id);
  if (now?.type === "refused") {
    say(`${id} was NOT deleted, because this changed after it was found free:`);
    reportRefused(context, now);
    return false;
  }
  journal("connection.deleting", { id });
  return withTfe(context, async (client) => {
    const connection = await readConnection(client, id);
    if (connection === undefined) {
      journal("connection.deleted", { id, by: "somebody else" });
      say(`${id} is gone already: somebody else has deleted it.`);
      return false;
    }
    const affected = connection.attributes["affected-workspaces-count"];
    if (typeof affected === "number" && affected > 0) {
      journal("connection.kept", { id, affected });
      say(
        `TFE counts ${count(affected, "workspace")} on ${id} now, so it was NOT deleted: one was linked while this ran.`,
      );
      io.exitCode = 1;
      return false;
    }
    await deleteConnection(client, id);
    journal("connection.deleted", { id });
    say(`${id} deleted.`);
    return true;
  });
}
