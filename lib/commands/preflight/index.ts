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
import { type Context, openContext, type ProjectOptions, ROOT_OPTION, sayOn, withLock } from "../shared/context";
import { refuseMalformedTokens } from "../shared/gitlab-tokens";
import { type Refreshed, withTfe } from "../shared/refresh-inventory";
import { requireToken } from "../shared/run-terraform";
import { preflightFindings } from "./checks";
import type { PreflightFacts } from "./facts";
import { DEFAULT_LIMITS, wrongLimits } from "./limits";
import { readFacts } from "./read-facts";
import {
  ageLines,
  countsLine,
  countsOf,
  oldestReading,
  PREFLIGHT_VERSION,
  type PreflightReport,
  preflightLines,
} from "./report";

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
    .addHelpText(
      "after",
      "\nExit code: 0 no errors, 1 errors, 2 wrong input or no PAT, 3 Terraform Enterprise failed, or GitLab did not answer.",
    )
    .action(async (name: string, options: Options) => {
      const wrong = wrongLimits("preflight/days", options);
      if (wrong.length > 0) throw new UsageError(wrong);
      const opened = openContext(io, name, options);
      const context = options.json === true ? { ...opened, say: sayOn(io.stderr) } : opened;
      refuseMalformedTokens(context);
      // Without it, nothing could be said of the PAT, and that is no pass.
      requireToken(context);
      await withLock(context, `repoint preflight ${name}`, async () => {
        const { report, facts } = await runPreflight(context, options);
        if (options.json === true) printJson(io.stdout, report);
        else print(io.stdout, ...told(report, facts, context.paths.key));
        io.exitCode = EXIT_CODES[report.verdict];
      });
    });
}

async function runPreflight(
  context: Context,
  { all, minDays, warnDays }: Options,
): Promise<{ readonly report: PreflightReport; readonly facts: PreflightFacts }> {
  const { migration, readOnlyIds, server } = await migrationNow(context);
  const { what, resources } = all === true ? everything(migration) : comingWave(migration);
  const facts = await readFacts(context, migration, {
    limits: { minDays, warnDays },
    resources,
    maxAge: CONTINUES,
    server,
    askTfe: true,
    readOnlyIds,
  });
  const findings = preflightFindings(facts);
  const { hostname, organization } = context.organization;
  const counts = countsOf(findings);
  const report: PreflightReport = {
    version: PREFLIGHT_VERSION,
    hostname,
    organization,
    at: new Date(facts.now).toISOString(),
    subject: what,
    resources: resources.length,
    verdict: counts.error > 0 ? "fail" : facts.gitlabSilence === null ? "pass" : "unfinished",
    counts,
    oldestReading: oldestReading(facts.repositories),
    findings: [...findings],
  };
  return { report, facts };
}

/** As the organization is now. The inventory's file stays as it is: a preflight records nothing. */
function migrationNow(context: Context): Promise<Pick<Refreshed, "migration" | "readOnlyIds" | "server">> {
  return withTfe(context, async (client, progress) => {
    const { organization, paths, io } = context;
    print(io.stderr, `Reading ${organization.organization} on ${organization.hostname} …`);
    const before = loadInventory(paths.root, paths.key);
    const lost = before === undefined ? lostInventory(paths.root, organization) : undefined;
    if (lost !== undefined) throw new UsageError(lost);
    const { reading, readOnlyIds, server } = await readOrganization(
      client,
      organization.hostname,
      organization.organization,
      progress.step,
    );
    const now = new Date();
    // What a plan would record first, it is taken as recorded.
    const { decisions } = adopt(organization, mergeInventory(before, reading, now), now);
    return { migration: Migration.of(decisions), readOnlyIds, server };
  });
}

const EXIT_CODES = { pass: 0, fail: 1, unfinished: 3 } as const;

function told(report: PreflightReport, facts: PreflightFacts, key: string): readonly string[] {
  const { findings, subject, resources, verdict, counts } = report;
  const { gitlabSilence, token, repositories, now } = facts;
  return [
    `Preflight of ${subject} (${count(resources, "resource")}):`,
    "",
    ...preflightLines(findings, true),
    "",
    `${verdict.toUpperCase()}  ${countsLine(findings)}`,
    ...(counts.unknown > 0
      ? ["UNKNOWN means that nobody could tell. It does not stop the plan, and does not count as OK."]
      : []),
    ...(token.type === "not-given" ? ["Nothing about the PAT was checked."] : []),
    ...(gitlabSilence === null ? [] : [`GitLab did not answer everything: ${gitlabSilence}`]),
    ...ageLines(repositories, now),
    "Nothing was changed.",
    `Next: ${nextStep(verdict, key)}`,
  ];
}

function nextStep(verdict: PreflightReport["verdict"], key: string): string {
  switch (verdict) {
    case "pass":
      return `repoint plan ${key}`;
    case "fail":
      return `do what each ERROR says, then repoint preflight ${key}`;
    case "unfinished":
      return `repoint preflight ${key} when GitLab answers: it continues where it stopped`;
  }
}
