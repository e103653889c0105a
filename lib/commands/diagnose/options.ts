import { type DiagnoseOptions, defaultOptions } from "../../diagnose";
import { type Problem, UsageError } from "../../errors";
import { quoted } from "../../util/json-text";
import { shownId } from "../../util/secret";

/** The options as they stand on the command line. */
export interface RawOptions {
  readonly durationUnit: string;
  readonly timeIs: string;
  readonly clockTolerance: string;
  readonly application?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly showNames?: boolean;
  readonly threads?: string;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3600_000 };

function oneOf<T extends string>(
  option: string,
  value: string,
  allowed: readonly T[],
  problems: Problem[],
): T | undefined {
  const found = allowed.find((one) => one === value);
  if (found === undefined) {
    problems.push({
      rule: "diagnose/option",
      message: `${option} is ${quoted(value)}, expected one of ${allowed.join(", ")}`,
      fix: `${option} ${allowed[0] ?? ""}`,
    });
  }
  return found;
}

function span(option: string, value: string, problems: Problem[]): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value);
  if (match !== null) return Number(match[1]) * (units[match[2] ?? ""] ?? 1);
  problems.push({
    rule: "diagnose/option",
    message: `${option} is ${quoted(value)}, expected a number with ms, s, m or h`,
    fix: `${option} 5m`,
  });
  return undefined;
}

const withZone = /(?:Z|[+-]\d{2}:?\d{2})$/;

/** A moment as ISO 8601 (a date, or date and time; UTC when it names no zone). */
function moment(option: string, value: string | undefined, problems: Problem[]): number | undefined {
  if (value === undefined) return undefined;
  const iso = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(value);
  const timed = value.length === 10 ? `${value}T00:00:00Z` : withZone.test(value) ? value : `${value}Z`;
  const at = iso ? Date.parse(timed.replace(" ", "T")) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  problems.push({
    rule: "diagnose/option",
    message: `${option} is ${quoted(value)}, expected a time such as 2024-05-01 or 2024-05-01T12:30:00Z`,
    fix: `${option} 2024-05-01T12:30:00Z`,
  });
  return undefined;
}

/** An application's id as GitLab shows it (64 hex digits), or its first eight or more letters, as a diagnosis shows it. */
function applications(values: readonly string[], problems: Problem[]): DiagnoseOptions["applications"] {
  return values.map((value) => {
    const id = value.trim().replace(/(?:…|\.\.\.)$/, "");
    if (!/^[\w-]{8,}$/.test(id)) {
      problems.push({
        rule: "diagnose/option",
        message: `--application is ${shownId(value)}, expected the Application ID, or its first 8 letters or more`,
        fix: "copy it from the application's page in GitLab, or from the connection in Terraform Enterprise",
      });
    }
    return { id, from: "--application" };
  });
}

/** Checks the options. @throws UsageError with every problem. */
export function readOptions(raw: RawOptions): { diagnose: DiagnoseOptions; threads: number | undefined } {
  const problems: Problem[] = [];
  const durationUnit = oneOf("--duration-unit", raw.durationUnit, ["auto", "ms", "s"] as const, problems);
  const timeIs = oneOf("--time-is", raw.timeIs, ["auto", "start", "end"] as const, problems);
  const tolerance = span("--clock-tolerance", raw.clockTolerance, problems);
  const named = applications(raw.application ?? [], problems);
  const since = moment("--since", raw.since, problems);
  const until = moment("--until", raw.until, problems);
  if (since !== undefined && until !== undefined && since > until) {
    problems.push({
      rule: "diagnose/option",
      message: `--since ${raw.since} is later than --until ${raw.until}`,
      fix: "swap them",
    });
  }
  const threads = raw.threads === undefined ? undefined : Number(raw.threads);
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1 && threads <= 64)) {
    problems.push({
      rule: "diagnose/option",
      message: `--threads is ${quoted(raw.threads)}, expected a number from 1 to 64`,
      fix: "--threads 2",
    });
  }
  if (problems.length > 0) throw new UsageError(problems);
  return {
    diagnose: {
      durationUnit: durationUnit ?? defaultOptions.durationUnit,
      timeIs: timeIs ?? defaultOptions.timeIs,
      tolerance: tolerance ?? defaultOptions.tolerance,
      applications: named,
      since,
      until,
      showNames: raw.showNames === true,
    },
    threads,
  };
}
