import { Command } from "commander";
import type { Io } from "../../cli/io";
import { UsageError } from "../../errors";
import { passesPreflight } from "../preflight/before-plan";
import { openContext, type ProjectOptions, ROOT_OPTION, refuseDuringRestoration, withLock } from "../shared/context";
import { READ_AHEAD_OPTION } from "../shared/guard-settings";
import { PARALLELISM_OPTION, parallelismOf } from "../shared/parallelism";
import { requireToken } from "../shared/run-terraform";
import { readForPlan, runPlan } from "./run-plan";

interface Options extends ProjectOptions {
  readonly lockWorkspaces?: boolean;
  readonly parallelism?: string;
  readonly readAhead: boolean;
  readonly full?: boolean;
  readonly skipPreflight?: string;
}

/** `repoint plan ORG`: a Terraform plan of what the organization file says, reviewed and saved. Changes nothing in TFE. */
export function planCommand(io: Io): Command {
  return new Command("plan")
    .description("refresh the inventory, make a Terraform plan, review and save it")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .option(
      "--lock-workspaces",
      "leave workspaces that are locked or have a run in progress to a later plan (a plan itself locks nothing)",
    )
    .option("--skip-preflight <reason>", "make a plan even if the preflight finds errors; the journal keeps the reason")
    .option("--full", "let Terraform print every attribute of every change")
    .option(...PARALLELISM_OPTION)
    .option(...READ_AHEAD_OPTION)
    .action(async (name: string, options: Options) => {
      if (options.skipPreflight?.trim() === "") {
        throw new UsageError({
          rule: "plan/no-reason",
          message: "--skip-preflight is given no reason",
          fix: 'say why, for the journal: --skip-preflight "the rights come with the change on Monday"',
        });
      }
      const context = openContext(io, name, options);
      refuseDuringRestoration(context);
      await withLock(context, `repoint plan ${name}`, async () => {
        const refreshed = await readForPlan(context, "all");
        const { migration } = refreshed;
        // Wrong connections are refused by the plan itself, each with its rule.
        const asked = migration.connections.errors.length === 0;
        if (asked) requireToken(context);
        if (asked && !(await passesPreflight(context, refreshed, options.skipPreflight))) {
          io.exitCode = 1;
          return;
        }
        const { review, meta } = await runPlan(context, refreshed, {
          deferBusy: options.lockWorkspaces === true,
          full: options.full === true,
          readAhead: options.readAhead,
          ...parallelismOf(options.parallelism),
        });
        const { key } = context.paths;
        context.say("");
        if (review.verdict === "fail") {
          context.say("The review fails: do not apply this plan. Each finding includes a remedy.");
          io.exitCode = 1;
        } else if (!meta.changes) {
          context.say(`Nothing to do: Terraform and the organization file agree. Next: repoint verify ${key}`);
        } else {
          context.say(`Saved. Look closer: repoint review ${key} --html review.html`);
          context.say(`Next: repoint apply ${key}${options.lockWorkspaces === true ? " --lock-workspaces" : ""}`);
        }
      });
    });
}
