import { Command } from "commander";
import type { Io } from "../cli/io";
import { count } from "../cli/table";
import { UsageError } from "../errors";
import { readJournal } from "../files/journal";
import { loadInventory } from "../inventory/inventory-file";
import { Migration } from "../migration/migration";
import { stayBack, wavesToTakeBack } from "../migration/rollback";
import { waveOrder } from "../migration/waves";
import type { Organization } from "../organization/organization";
import { allowRules } from "../review/allow";
import { type ApplyFlags, applyOptionsOf } from "./apply/options";
import { type Applied, nothingLocked, type RunApplyOptions, reportLeft, runApply } from "./apply/run-apply";
import { decisionsOf, leavePlain, withdrawPlan } from "./plan/make-plan-file";
import { readForPlan, runPlan } from "./plan/run-plan";
import { ALLOW_OPTION, collect, REASON_OPTION } from "./shared/allow-options";
import {
  type Context,
  openContext,
  ROOT_OPTION,
  refuseDuringRestoration,
  sayToCommit,
  withLock,
} from "./shared/context";
import { wavesOf } from "./shared/continue-command";
import { READ_AHEAD_OPTION } from "./shared/guard-settings";
import { PARALLELISM_OPTION } from "./shared/parallelism";
import type { Refreshed } from "./shared/refresh-inventory";
import { verifyAndReport } from "./verify/run-verify";

interface Options extends ApplyFlags {
  readonly wave?: readonly string[];
}

/** `repoint rollback ORG`: the same way backwards: plan, review, apply, verify, to what the baselines say. */
export function rollbackCommand(io: Io): Command {
  return new Command("rollback")
    .description("take waves back to their old connection, as the inventory recorded it")
    .argument("<org>", "the organization, by its file in organizations/")
    .option("--wave <name>", "only this wave; can be repeated (default: all of them)", collect)
    .option(...ROOT_OPTION)
    .option("--yes", "do not ask")
    .option(
      "--lock-workspaces",
      "leave out workspaces that are locked or have a run under way, lock each that changes, and unlock it afterwards",
    )
    .option("--full", "let Terraform print every attribute of every change")
    .option(...ALLOW_OPTION)
    .option(...REASON_OPTION)
    .option(...PARALLELISM_OPTION)
    .option(...READ_AHEAD_OPTION)
    .action(async (name: string, options: Options) => {
      const allow = allowRules(options.allow ?? [], options.reason ?? []);
      const context = openContext(io, name, options);
      refuseDuringRestoration(context);
      const wanted = wavesWanted(context.organization, options.wave ?? []);
      await withLock(context, `repoint rollback ${name}`, async () => {
        requireInventory(context);
        const before = takenBackBefore(context);
        const refreshed = await readForPlan(context, "connection");
        const away = wavesToTakeBack(context.organization, refreshed.inventory);
        const back = new Set([...wanted].filter((wave) => away.has(wave) || before.has(wave)));
        const migration = Migration.decide(context.organization, refreshed.inventory, { back });
        if (back.size > 0) await takeBack(context, { ...refreshed, migration }, back, applyOptionsOf(options, allow));
        else
          context.say(
            `Nothing to take back: nothing of ${[...wanted].join(", ")} is on the new connection. Nothing was changed.`,
          );
      });
    });
}

/** A reading that finds no inventory would write one, and take what it finds for what was there first. */
function requireInventory({ paths }: Context): void {
  if (loadInventory(paths.root, paths.key) !== undefined) return;
  throw new UsageError({
    rule: "rollback/no-inventory",
    file: `inventory/${paths.key}.json`,
    message:
      "the inventory is missing, and only it says what can be taken back, and to which connection. Nothing was changed",
    fix: "restore the inventory from version control; if nothing was ever moved, there is nothing to take back",
  });
}

/** The waves that rollbacks were begun for: what of them is back already is verified with the rest, and stays in the state. */
function takenBackBefore({ paths }: Context): ReadonlySet<string> {
  const begun = readJournal(paths.journal).entries.filter(({ event }) => event === "rollback.started");
  return new Set(begun.flatMap((entry) => wavesOf(entry) ?? []));
}

async function takeBack(
  context: Context,
  refreshed: Refreshed,
  back: ReadonlySet<string>,
  options: RunApplyOptions,
): Promise<void> {
  const { io, say, journal } = context;
  const waves = [...back];
  journal("rollback.started", { waves });
  const planned = await runPlan(context, refreshed, { ...options, deferBusy: options.lockWorkspaces === true });
  say("");
  // Whatever comes between: nobody has agreed to this plan before it is applied, so it must not be there for an apply.
  let applied = false;
  let left: Applied | undefined;
  try {
    if (planned.review.verdict === "fail" && options.allow.size === 0) {
      say("The review fails: nothing was changed. Each finding includes a remedy.");
      io.exitCode = 1;
      return;
    }
    if (planned.meta.changes) {
      const ended = await runApply(context, { ...options, rollback: true });
      if (ended.type === "refused") {
        say(`Not taken back: ${ended.reason}. Nothing was changed, and the plan that goes back was deleted.`);
        io.exitCode = 1;
        return;
      }
      applied = true;
      left = ended;
      say("");
    } else say("Nothing to take back: everything is where its baseline says.");
  } finally {
    if (!applied) {
      withdrawPlan(context);
      journal("rollback.ended", { waves, applied });
    }
  }
  io.exitCode = await verifyAndReport(context, decisionsOf(planned.meta));
  if (applied) leavePlain(context, decisionsOf(planned.meta));
  if (left !== undefined && reportLeft(context, left)) io.exitCode = Math.max(io.exitCode, 1);
  journal("rollback.finished", { waves });
  sayWhetherItStays(context, back);
  if (applied) sayToCommit(context);
  if (!(await nothingLocked(context))) io.exitCode = 3;
}

function sayWhetherItStays(context: Context, back: ReadonlySet<string>): void {
  const { organization, paths, say } = context;
  const inventory = loadInventory(paths.root, paths.key);
  if (inventory === undefined) return;
  const stay = stayBack(organization, inventory, back);
  say(
    stay.type === "stays"
      ? `The next repoint plan ${paths.key} leaves all of it on the old connection.`
      : `The next repoint plan ${paths.key} moves ${count(stay.count, "resource")} forward again, as ${organization.file} says. To keep them on the old connection, edit that file: ${stay.edit}.`,
  );
}

function wavesWanted(organization: Organization, wanted: readonly string[]): ReadonlySet<string> {
  const order = waveOrder(organization);
  const unknown = wanted.filter((wave) => !order.includes(wave));
  if (unknown.length > 0) {
    throw new UsageError({
      rule: "rollback/unknown-wave",
      message: `there is no wave ${unknown.join(", ")}; the waves are ${order.join(", ")}`,
      fix: "name one of them, or none for all",
    });
  }
  return new Set(wanted.length === 0 ? order : wanted);
}
