import { Command } from "commander";
import type { Io } from "../../cli/io";
import { print, printJson } from "../../cli/print";
import { count } from "../../cli/table";
import { wholeNumber } from "../../cli/whole-number";
import { UsageError } from "../../errors";
import { loadInventory } from "../../inventory/inventory-file";
import { mergeInventory } from "../../inventory/merge";
import { readOrganization } from "../../inventory/read-organization";
import { lostInventory } from "../../inventory/state-doubts";
import { adopt } from "../../migration/adopt";
import { Migration } from "../../migration/migration";
import { type Context, openContext, type ProjectOptions, ROOT_OPTION, withLock } from "../shared/context";
import { refuseMalformedTokens } from "../shared/gitlab-tokens";
import { withTfe } from "../shared/refresh-inventory";
import { preflightFindings } from "./checks";
import { DEFAULT_LIMITS } from "./limits";
import { readFacts } from "./read-facts";
import { countsLine, countsOf, oldestReading, PREFLIGHT_VERSION, type PreflightReport, preflightLines } from "./report";
import { comingWave, everything } from "./subject";

interface Options extends ProjectOptions {
  readonly all?: boolean;
  readonly minDays: number;
  readonly warnDays: number;
  readonly json?: boolean;
}

/** A run that stopped is continued with what it read, as long as that is no older, in milliseconds. */
const CONTINUES = 15 * 60 * 1000;

/** `repoint preflight ORG`: whether the PAT can carry what is about to move. Changes nothing on any server. */
export function preflightCommand(io: Io): Command {
  return new Command("preflight")
    .description("check the PAT, the repositories and the TFE token before anything moves; change nothing")
    .argument("<org>", "the organization, by its file in organizations/")
    .option(...ROOT_OPTION)
    .option("--all", "check the repositories of every wave (default: of the coming one)")
    .option("--min-days <n>", "error if the PAT expires within so many days", wholeNumber, DEFAULT_LIMITS.minDays)
    .option("--warn-days <n>", "warning if it expires within so many days", wholeNumber, DEFAULT_LIMITS.warnDays)
    .option("--json", "print one JSON object (docs/preflight.schema.json)")
    .addHelpText("after", "\nExit code: 0 no errors, 1 errors, 2 wrong input, 3 Terraform Enterprise failed.")
    .action(async (name: string, options: Options) => {
      if (options.warnDays < options.minDays) {
        throw new UsageError({
          rule: "preflight/days",
          message: `--warn-days ${options.warnDays} is below --min-days ${options.minDays}, so that it would never warn`,
          fix: "give --warn-days at least as many days as --min-days",
        });
      }
      const context = openContext(io, name, options);
      refuseMalformedTokens(context);
      await withLock(context, `repoint preflight ${name}`, async () => {
        const report = await runPreflight(context, options);
        if (options.json === true) printJson(io.stdout, report);
        else print(io.stdout, ...told(report, context.paths.key));
        io.exitCode = report.verdict === "pass" ? 0 : 1;
      });
    });
}

async function runPreflight(context: Context, { all, minDays, warnDays }: Options): Promise<PreflightReport> {
  const migration = await migrationNow(context);
  const { what, resources } = all === true ? everything(migration) : comingWave(migration);
  const facts = await readFacts(context, migration, {
    limits: { minDays, warnDays },
    resources,
    maxAge: CONTINUES,
    askTfe: true,
  });
  const findings = preflightFindings(facts);
  const { hostname, organization } = context.organization;
  const counts = countsOf(findings);
  return {
    version: PREFLIGHT_VERSION,
    hostname,
    organization,
    at: new Date(facts.now).toISOString(),
    subject: what,
    resources: resources.length,
    verdict: counts.error === 0 ? "pass" : "fail",
    counts,
    oldestReading: oldestReading(facts.repositories),
    findings: [...findings],
  };
}

/** As the organization is now. The inventory's file stays as it is: a preflight records nothing. */
function migrationNow(context: Context): Promise<Migration> {
  return withTfe(context, async (client, progress) => {
    const { organization, paths, io } = context;
    print(io.stderr, `Reading ${organization.organization} on ${organization.hostname} …`);
    const before = loadInventory(paths.root, paths.key);
    const lost = before === undefined ? lostInventory(paths.root, organization) : undefined;
    if (lost !== undefined) throw new UsageError(lost);
    const { reading } = await readOrganization(client, organization.hostname, organization.organization, progress.step);
    const now = new Date();
    // What a plan would record first, it is taken as recorded.
    return Migration.of(adopt(organization, mergeInventory(before, reading, now), now).decisions);
  });
}

function told(report: PreflightReport, key: string): readonly string[] {
  const { findings, subject, resources, verdict, at, oldestReading: oldest } = report;
  const minutes = oldest === null ? 0 : Math.floor((Date.parse(at) - Date.parse(oldest)) / 60_000);
  return [
    `Preflight of ${subject} (${count(resources, "resource")}):`,
    "",
    ...preflightLines(findings, true),
    "",
    `${verdict === "pass" ? "PASS" : "FAIL"}  ${countsLine(findings)}`,
    ...(minutes > 0
      ? [`Some repositories were read up to ${count(minutes, "minute")} ago, by a preflight that this one continues.`]
      : []),
    "Nothing was changed.",
    verdict === "pass"
      ? `Next: repoint plan ${key}`
      : `Next: do what stands under each ERROR, then repoint preflight ${key} again`,
  ];
}
