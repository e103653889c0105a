import { Command } from "commander";
import { UsageError } from "../errors";
import { loadInventory } from "../inventory/file";
import { newTokenIds } from "../migration/connection";
import { onOldConnection } from "../migration/select";
import { coveredWaves, waveOrder } from "../migration/waves";
import type { Organization } from "../organization/organization";
import type { Io } from "./io";
import {
  type Context,
  openContext,
  type ProjectOptions,
  ROOT_OPTION,
  refuseDuringRestoration,
  withLock,
} from "./steps/context";
import { runApply } from "./steps/run-apply";
import { runPlan } from "./steps/run-plan";
import { verifyAndTell } from "./steps/run-verify";

interface Options extends ProjectOptions {
  readonly wave?: readonly string[];
  readonly yes?: boolean;
}

/** `repoint rollback ORG`: the same way backwards: plan, review, apply, verify, to what the baselines say. */
export function rollbackCommand(io: Io): Command {
  return new Command("rollback")
    .description("take waves back to their old connection, as the inventory recorded it")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(
      "--wave <name>",
      "only this wave; can be repeated (default: all of them)",
      (value, before: readonly string[] = []) => [...before, value],
    )
    .option(...ROOT_OPTION)
    .option("--yes", "do not ask")
    .action(async (name: string, options: Options) => {
      const context = openContext(io, name, options);
      refuseDuringRestoration(context);
      const back = wavesOf(context.organization, options.wave ?? []);
      await withLock(context, `repoint rollback ${name}`, async () => {
        if (!anythingMoved(context)) {
          context.say("Nothing to take back: by the inventory, nothing of it is on the new connection.");
          context.say(
            `If that is not so, inventory/${context.paths.key}.json is not the one of the migration: take it from version control.`,
          );
          return;
        }
        context.journal("rollback.started", { waves: [...back] });
        const planned = await runPlan(context, { back });
        context.say("");
        if (planned.review.verdict === "fail") {
          context.say("The review fails: nothing was changed. What to do stands beside each finding.");
          io.exitCode = 1;
          return;
        }
        if (planned.meta.changes) {
          const applied = await runApply(context, { yes: options.yes === true, allow: new Map() });
          if (applied.type === "refused") {
            context.say(`Not taken back: ${applied.reason}.`);
            io.exitCode = 1;
            return;
          }
          context.say("");
        } else context.say("Nothing to take back: everything is where its baseline says.");
        io.exitCode = await verifyAndTell(context, { back });
        context.journal("rollback.finished", { waves: [...back] });
        context.say(
          `The wish still says forward: the next repoint plan ${context.paths.key} would move these again. To keep them back, in ${context.organization.file}: ${howToStayBack(context.organization, back)}.`,
        );
      });
    });
}

/** Whether the inventory knows anything of an old connection that may have been re-pointed, by Terraform or over the API. */
function anythingMoved(context: Context): boolean {
  const inventory = loadInventory(context.paths.root, context.paths.key);
  const there = inventory !== undefined && newTokenIds(context.organization, inventory).size > 0;
  return (
    inventory?.attachments.some(
      (record) =>
        (record.adopted || (record.kind === "registry-module" && there)) &&
        onOldConnection(context.organization, inventory, record),
    ) === true
  );
}

/** What the wish must say so that what was taken back stays there. */
function howToStayBack(organization: Organization, back: ReadonlySet<string>): string {
  const covered = coveredWaves(organization);
  const stay = waveOrder(organization).filter((wave) => covered.has(wave) && !back.has(wave));
  const last = stay.at(-1);
  if (last === undefined) return "direction: back, and no through:";
  const order = waveOrder(organization);
  // `through` counts from the first wave: what comes before a wave that stays cannot go back by it.
  const early = order.slice(0, order.indexOf(last)).filter((wave) => back.has(wave));
  if (early.length === 0) return `direction: back, through: ${last}`;
  return `under select: exclude:, what ${early.join(", ")} holds (through: cannot leave out a wave before ${last}, which stays)`;
}

function wavesOf(organization: Organization, wanted: readonly string[]): ReadonlySet<string> {
  const order = waveOrder(organization);
  const unknown = wanted.filter((wave) => !order.includes(wave));
  if (unknown.length > 0) {
    throw new UsageError({
      rule: "rollback/unknown-wave",
      message: `there is no wave ${unknown.join(", ")}; there are: ${order.join(", ")}`,
      fix: "name one of them, or none for all",
    });
  }
  return new Set(wanted.length === 0 ? order : wanted);
}
