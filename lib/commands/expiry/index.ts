import { resolve } from "node:path";
import { Command } from "commander";
import type { Io } from "../../cli/io";
import { print, printJson, printLines } from "../../cli/print";
import { columnsOf, count, table } from "../../cli/table";
import { wholeNumber } from "../../cli/whole-number";
import { UsageError } from "../../errors";
import { writeFileAtomic } from "../../files/atomic";
import type { Text } from "../../util/plain-text";
import { DEFAULT_LIMITS, wrongLimits } from "../preflight/limits";
import { ago } from "../shared/ago";
import { type ProjectOptions, ROOT_OPTION } from "../shared/context";
import { outputPath } from "../shared/output-path";
import { checkOrganizations } from "./check-organizations";
import { type JudgedPat, judgePat, soonestFirst } from "./entry";
import { prometheusText } from "./prometheus";
import { EXPIRY_VERSION, type ExpiryEntry, type ExpiryReport, statuses } from "./report";

interface Options extends ProjectOptions {
  readonly all?: boolean;
  readonly minDays: number;
  readonly warnDays: number;
  readonly json?: boolean;
  readonly prometheus?: string;
  readonly ics?: string;
}

/** `repoint expiry [ORG…|--all]`: how long the PAT of each organization lasts. Changes nothing on any server. */
export function expiryCommand(io: Io): Command {
  return new Command("expiry")
    .description("print how many days the PAT of each organization lasts; change nothing")
    .argument("[org...]", "organizations, by their files in organizations/")
    .option(...ROOT_OPTION)
    .option("--all", "every organization file of the project")
    .option("--min-days <n>", "error if a PAT expires within so many days", wholeNumber, DEFAULT_LIMITS.minDays)
    .option("--warn-days <n>", "warning if a PAT expires within so many days", wholeNumber, DEFAULT_LIMITS.warnDays)
    .option("--json", "print one JSON object (docs/expiry.schema.json)")
    .option("--prometheus <file>", "write metrics for the node exporter's textfile collector; - is standard output")
    .option("--ics <file>", "write a calendar with the date of each PAT; - is standard output")
    .addHelpText(
      "after",
      "\nA PAT is read from TF_VAR_gitlab_pat, or the variable that the organization file names. Where that is not set, the inventory says what GitLab said last.\nExit code: 0 every PAT lasts, 1 one does not or nobody knows, 2 wrong input or nothing to go by, 3 GitLab did not answer; the highest of all organizations.",
    )
    .action(async (given: string[], options: Options) => {
      requireSense(given, options);
      const root = resolve(io.cwd, options.root ?? ".");
      const facts = await checkOrganizations(io, options.all === true ? undefined : given, root);
      const now = new Date();
      const { minDays, warnDays } = options;
      const pats = soonestFirst(facts.map((one) => judgePat(one, now.getTime(), { minDays, warnDays })));
      const exitCode = Math.max(0, ...pats.map(({ code }) => code));
      const report: ExpiryReport = {
        version: EXPIRY_VERSION,
        at: now.toISOString(),
        minDays,
        warnDays,
        exitCode,
        organizations: pats.map(({ entry }) => entry),
      };
      await write(io, report, pats, options, now);
      io.exitCode = exitCode;
    });
}

/** @throws UsageError with everything that makes no sense */
function requireSense(given: readonly string[], { all, minDays, warnDays, json, prometheus, ics }: Options): void {
  const problems = [];
  if (given.length === 0 && all !== true)
    problems.push({
      rule: "expiry/which",
      message: "no organization is named",
      fix: "repoint expiry ORG, by its file in organizations/, or repoint expiry --all",
    });
  if (given.length > 0 && all === true)
    problems.push({
      rule: "expiry/which",
      message: `--all is given together with ${given.join(", ")}`,
      fix: "leave out one of the two",
    });
  problems.push(...wrongLimits("expiry/days", { minDays, warnDays }));
  if ([json === true, prometheus === "-", ics === "-"].filter(Boolean).length > 1)
    problems.push({
      rule: "expiry/one-output",
      message: "several outputs are to go to standard output",
      fix: "send all but one to files",
    });
  if (prometheus !== undefined && prometheus !== "-" && prometheus === ics)
    problems.push({
      rule: "expiry/one-file",
      message: `--prometheus and --ics both name ${ics}`,
      fix: "give each a file of its own",
    });
  if (problems.length > 0) throw new UsageError(problems);
}

/** A file that others read: the exporter runs as another user, and it holds no secret. */
const READABLE = 0o644;

async function write(
  io: Io,
  report: ExpiryReport,
  pats: readonly JudgedPat[],
  { prometheus, ics, json }: Options,
  now: Date,
): Promise<void> {
  const files: readonly (readonly [string | undefined, () => string | Promise<string>])[] = [
    [prometheus, () => prometheusText(pats)],
    [ics, async () => (await import("./calendar.js")).calendarText(pats, now, report)],
  ];
  if (json === true) printJson(io.stdout, report);
  else if (prometheus !== "-" && ics !== "-") print(io.stdout, ...told(report, columnsOf(io.stdout)));
  for (const [target, text] of files) {
    if (target === undefined) continue;
    if (target === "-") printLines(io.stdout, await text());
    else writeFileAtomic(outputPath(io, target, true), await text(), { mode: READABLE });
  }
  const written = [prometheus, ics].filter((target) => target !== undefined && target !== "-");
  if (written.length > 0) print(io.stderr, `Written: ${written.join(", ")}`);
  if (prometheus !== undefined && prometheus !== "-" && !prometheus.endsWith(".prom"))
    print(io.stderr, `NOTE  The node exporter reads only files that end in .prom, and ${prometheus} does not.`);
}

const LABELS = { failed: "FAILED", error: "ERROR", unknown: "UNKNOWN", warning: "WARNING", ok: "OK" } as const;

function told({ at, organizations }: ExpiryReport, columns: number | undefined): readonly Text[] {
  if (organizations.length === 0) return ["There is no organization file in organizations/."];
  const rows = organizations.map((entry) => [
    LABELS[entry.status],
    entry.name,
    daysIn(entry),
    entry.expiresOn ?? "",
    sourceOf(entry, Date.parse(at)),
    entry.next ?? "",
  ]);
  const header = ["status", "organization", "days left", "expires on", "source", "next"];
  const details = organizations.filter(({ status }) => status !== "ok");
  const many = statuses.flatMap((status) => {
    const number = organizations.filter((entry) => entry.status === status).length;
    return number === 0 ? [] : [`${number} ${LABELS[status]}`];
  });
  return [
    ...table(header, rows, columns),
    "",
    ...details.map(({ name, what }) => `${name}: ${what}`),
    ...(details.length > 0 ? [""] : []),
    `${count(organizations.length, "organization")}: ${many.join(", ")}. Nothing was changed.`,
  ];
}

function daysIn({ expires, daysLeft, usable }: ExpiryEntry): string {
  if (usable === false) return "none";
  if (expires === "never") return "no end";
  return daysLeft === null ? "unknown" : String(daysLeft);
}

function sourceOf({ source, readAt }: ExpiryEntry, now: number): string {
  if (source === null || readAt === null) return "-";
  return source === "gitlab" ? "GitLab" : `inventory, ${ago(Date.parse(readAt), now)}`;
}
