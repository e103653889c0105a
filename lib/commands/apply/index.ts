import { Command } from "commander";
import type { Io } from "../../cli/io";
import { allowRules } from "../../review/allow";
import { decisionsOf, leavePlain } from "../plan/make-plan-file";
import { ALLOW_OPTION, REASON_OPTION } from "../shared/allow-options";
import { openContext, ROOT_OPTION, refuseDuringRestoration, sayToCommit, withLock } from "../shared/context";
import { READ_AHEAD_OPTION } from "../shared/guard-settings";
import { PARALLELISM_OPTION } from "../shared/parallelism";
import { verifyAndReport } from "../verify/run-verify";
import { type ApplyFlags, applyOptionsOf } from "./options";
import { nothingLocked, reportLeft, runApply } from "./run-apply";

/** `repoint apply ORG`: applies the saved plan, and nothing but it, then verifies. */
export function applyCommand(io: Io): Command {
  return new Command("apply")
    .description("apply exactly the saved plan, then verify")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .option("--yes", "do not ask")
    .option(
      "--lock-workspaces",
      "lock each workspace that changes, and unlock it afterwards: re-pointing then starts no run",
    )
    .option("--full", "print Terraform's output for each resource")
    .option(...ALLOW_OPTION)
    .option(...REASON_OPTION)
    .option(...PARALLELISM_OPTION)
    .option(...READ_AHEAD_OPTION)
    .action(async (name: string, options: ApplyFlags) => {
      const allow = allowRules(options.allow ?? [], options.reason ?? []);
      const context = openContext(io, name, options);
      refuseDuringRestoration(context);
      await withLock(context, `repoint apply ${name}`, async () => {
        const applied = await runApply(context, applyOptionsOf(options, allow));
        if (applied.type === "refused") {
          context.say(`Not applied: ${applied.reason}.`);
          io.exitCode = 1;
        } else {
          context.say("");
          io.exitCode = await verifyAndReport(context, decisionsOf(applied.meta));
          leavePlain(context, decisionsOf(applied.meta));
          if (reportLeft(context, applied)) io.exitCode = Math.max(io.exitCode, 1);
          sayToCommit(context);
        }
        if (!(await nothingLocked(context))) io.exitCode = 3;
      });
    });
}
