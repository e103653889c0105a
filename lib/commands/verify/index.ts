import { Command } from "commander";
import type { Io } from "../../cli/io";
import { print, printJson } from "../../cli/print";
import { columnsOf } from "../../cli/table";
import { openContext, type ProjectOptions, ROOT_OPTION, sayOn, withLock } from "../shared/context";
import { resourceTable, runVerify, tell } from "./run-verify";

/** `repoint verify ORG`: reads everything again and proves, resource by resource, what the migration did. */
export function verifyCommand(io: Io): Command {
  return new Command("verify")
    .description("read everything again and check that every resource changed its token and nothing else")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .option("--json", "print everything as one JSON object")
    .addHelpText(
      "after",
      "\nExit code: 0 all well, 1 something is not, or all waves are done and something is left to be moved by hand (apply ends with 0 then). GitLab is asked about the PAT with the PAT, and for webhooks with GITLAB_TOKEN, else with the PAT.",
    )
    .action(async (name: string, options: ProjectOptions & { json?: boolean }) => {
      const opened = openContext(io, name, options);
      // What is said on the way is no part of the JSON.
      const context = options.json === true ? { ...opened, say: sayOn(io.stderr) } : opened;
      // It saves what it read: without the lock, that would undo what another run recorded meanwhile.
      const verified = await withLock(context, `repoint verify ${name}`, () => runVerify(context, {}));
      const { resources, connection, gitlab, ok, handsNeeded, refreshed } = verified;
      if (options.json === true) {
        const { crossChecks } = refreshed;
        const rows = resources.map(({ byHand: _, ...row }) => row);
        printJson(io.stdout, { version: 1, ok, handsNeeded, resources: rows, connection, gitlab, crossChecks });
      } else print(io.stdout, ...resourceTable(verified, columnsOf(io.stdout)), "", ...tell(context, verified));
      io.exitCode = ok && !handsNeeded ? 0 : 1;
    });
}
