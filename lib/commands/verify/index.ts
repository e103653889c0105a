import { Command } from "commander";
import type { Io } from "../../cli/io";
import { print, printJson } from "../../cli/print";
import { columnsOf } from "../../cli/table";
import { UsageError } from "../../errors";
import { confirm } from "../shared/confirm";
import { openContext, type ProjectOptions, ROOT_OPTION, sayOn, withLock } from "../shared/context";
import { resourceTable, runVerify, tell } from "./run-verify";

interface VerifyFlags extends ProjectOptions {
  readonly json?: boolean;
  readonly webhooks?: boolean;
  readonly resend?: boolean;
  readonly yes?: boolean;
}

const RESEND_ALONE = {
  rule: "verify/option",
  message: "--resend delivers again what --webhooks looks at, and --webhooks is not given",
  fix: "--webhooks --resend",
};
const RESEND =
  "GitLab delivers the last push again to at most 5 webhooks a project. Terraform Enterprise starts a run where that commit never ran.";

/** `repoint verify ORG`: reads everything again and proves, resource by resource, what the migration did. */
export function verifyCommand(io: Io): Command {
  return new Command("verify")
    .description("read everything again and check that every resource changed its token and nothing else")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .option("--webhooks", "also ask GitLab whether the last push to each webhook arrived (GitLab 17.3 and later)")
    .option(
      "--resend",
      "with --webhooks: have GitLab deliver the last push again, to at most 5 webhooks a project (GitLab 17.4 and later); this starts a run where that commit never ran",
    )
    .option("--yes", "do not ask before --resend")
    .option("--json", "print everything as one JSON object")
    .addHelpText(
      "after",
      "\nExit code: 0 all well, 1 something is not, or all waves are done and something must still be moved manually (apply ends with 0 then). GitLab is asked about the PAT with the PAT, and for webhooks with GITLAB_TOKEN, else with the PAT.",
    )
    .action(async (name: string, options: VerifyFlags) => {
      const { webhooks = false, resend = false } = options;
      if (resend && !webhooks) throw new UsageError(RESEND_ALONE);
      const opened = openContext(io, name, options);
      // What is said on the way is no part of the JSON.
      const context = options.json === true ? { ...opened, say: sayOn(io.stderr) } : opened;
      if (resend && !(await confirm(io, RESEND, "resend", options.yes === true))) {
        context.say("Not verified: not confirmed.");
        io.exitCode = 1;
        return;
      }
      const deliveries = webhooks ? { resend } : undefined;
      // It saves what it read: without the lock, that would undo what another run recorded meanwhile.
      const verified = await withLock(context, `repoint verify ${name}`, () => runVerify(context, {}, deliveries));
      const { resources, connection, gitlab, ok, handsNeeded, refreshed } = verified;
      if (options.json === true) {
        const { crossChecks } = refreshed;
        const rows = resources.map(({ byHand: _, ...row }) => row);
        printJson(io.stdout, {
          version: 1,
          ok,
          handsNeeded,
          resources: rows,
          connection,
          gitlab,
          crossChecks,
          ...(verified.deliveries === undefined ? {} : { deliveries: verified.deliveries }),
        });
      } else print(io.stdout, ...resourceTable(verified, columnsOf(io.stdout)), "", ...tell(context, verified));
      io.exitCode = ok && !handsNeeded ? 0 : 1;
    });
}
