import { Command } from "commander";
import { UsageError } from "../errors";
import { readHiddenKinds } from "../inventory/read-hidden-kinds";
import { checkConnections, checkOldConnections } from "../migration/check-connections";
import { type Retirement, retirements } from "../migration/retire";
import type { TfeClient } from "../tfe/client";
import type { Io } from "./io";
import { confirm } from "./steps/confirm";
import {
  type Context,
  openContext,
  type ProjectOptions,
  ROOT_OPTION,
  refuseDuringRestoration,
  withLock,
} from "./steps/context";
import { refreshInventory, withTfe } from "./steps/refresh";
import { skippedKinds } from "./steps/skipped-kinds";
import { count, table } from "./table";

type Ready = Extract<Retirement, { type: "ready" }>;

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
  const { organization, say, io } = context;
  say(`Reading ${organization.organization} on ${organization.hostname} …`);
  const { inventory } = await refreshInventory(context);
  // One that no reading ever saw is a wrong id in the wish, and not one that is retired.
  const problems = checkOldConnections(organization, inventory);
  if (problems.length > 0) throw new UsageError(problems);
  for (const line of skippedKinds(inventory)) say(line);
  for (const warning of checkConnections(organization, inventory).warnings) say(`NOTE     ${warning}`);
  const hidden = await withTfe(context, (client) =>
    readHiddenKinds(client, organization.organization, inventory.unavailableKinds),
  );
  const found = retirements(organization, inventory, hidden);
  const ready: Ready[] = [];
  for (const retirement of found) {
    switch (retirement.type) {
      case "retired":
        say(`${retirement.id} is gone already.`);
        break;
      case "ready":
        say(`${retirement.name ?? ""} (${retirement.id}): nothing refers to it.`.trim());
        ready.push(retirement);
        break;
      case "refused":
        say(`${retirement.name ?? ""} (${retirement.id}) stays: ${retirement.reasons.join("; ")}.`.trim());
        if (retirement.referrers.length > 0) {
          say(
            table(
              ["kind", "attachment", "id"],
              retirement.referrers.map(({ kind, name, id }) => [kind, name, id]),
            ),
          );
        }
        if (retirement.referrers.some(({ kind }) => kind === "registry-module"))
          say("What to do with registry modules: docs/registry-modules.md");
        if (hidden.length > 0) say("What to do: use an owner's token, which sees everything.");
        say(`What to do: repoint status ${context.paths.key}; deleting a connection unlinks whatever uses it.`);
        io.exitCode = 1;
        break;
    }
  }
  if (ready.length === 0) return;
  const names = ready.map(({ id }) => id).join(", ");
  if (!(await confirm(io, `Delete ${names} for good?`, ready[0]?.id ?? "", yes))) {
    say("Nothing was deleted.");
    io.exitCode = 1;
    return;
  }
  await withTfe(context, async (client) => {
    for (const connection of ready) await deleteConnection(context, client, connection);
  });
  await refreshInventory(context);
  say(
    `Done: ${count(ready.length, "connection")} deleted. Revoke its application in GitLab too, if nothing else uses it.`,
  );
}

/** Asks TFE's own count a last time: a workspace may have been linked since the inventory was read. */
async function deleteConnection(context: Context, client: TfeClient, { id }: Ready): Promise<void> {
  const path = `oauth-clients/${id}`;
  const last = await client.send("GET", path, { query: { show_affected_workspaces: true } });
  if (last.status === 404) {
    context.journal("connection.deleted", { id, by: "somebody else" });
    return;
  }
  if (last.status >= 400) throw client.failure("GET", path, last);
  const affected = affectedCount(last.body);
  if (affected !== undefined && affected > 0) {
    throw new UsageError({
      rule: "retire/still-used",
      message: `TFE counts ${count(affected, "workspace")} on ${id} now: one was linked while this ran`,
      fix: `repoint plan ${context.paths.key}`,
    });
  }
  context.journal("connection.deleting", { id });
  const answer = await client.send("DELETE", path);
  if (answer.status >= 400 && answer.status !== 404) throw client.failure("DELETE", path, answer);
  context.journal("connection.deleted", { id });
  context.say(`${id} deleted.`);
}

function affectedCount(body: unknown): number | undefined {
  const at = (value: unknown, key: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  const value = at(at(at(body, "data"), "attributes"), "affected-workspaces-count");
  return typeof value === "number" ? value : undefined;
}
