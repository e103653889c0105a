import { printable } from "../../util/plain-text";
import type { JudgedPat } from "./entry";

interface Metric {
  readonly name: string;
  readonly help: string;
  /** Undefined where there is no sample. */
  readonly value: (pat: JudgedPat) => number | undefined;
}

/** Every organization has a sample of the first, so that an alert finds one that could not be checked. */
const metrics: readonly Metric[] = [
  {
    name: "repoint_pat_check_success",
    help: "1 if it is known whether the organization's PAT works and how long, from GitLab now or from the inventory; 0 if the check failed.",
    value: ({ entry }) => (entry.status === "failed" || entry.status === "unknown" ? 0 : 1),
  },
  {
    name: "repoint_pat_usable",
    help: "1 if GitLab takes the PAT with the scope api, 0 if not; absent if unknown.",
    value: ({ entry: { usable } }) => (usable === null ? undefined : Number(usable)),
  },
  {
    name: "repoint_pat_expiry_timestamp_seconds",
    help: "When the PAT ends, as a Unix time; +Inf if it never does; absent if unknown.",
    value: ({ entry, endsAt }) =>
      entry.expires === "never" ? Number.POSITIVE_INFINITY : endsAt === undefined ? undefined : endsAt / 1000,
  },
  {
    name: "repoint_pat_days_left",
    help: "Whole days that the PAT lasts, as of this file; +Inf if it never ends; absent if unknown.",
    value: ({ entry: { expires, daysLeft } }) =>
      expires === "never" ? Number.POSITIVE_INFINITY : (daysLeft ?? undefined),
  },
  {
    name: "repoint_pat_reading_timestamp_seconds",
    help: "When GitLab said this of the PAT, as a Unix time; absent if it never did.",
    value: ({ entry: { readAt } }) => (readAt === null ? undefined : Math.floor(Date.parse(readAt) / 1000)),
  },
];

/**
 * The text format, for the node exporter's textfile collector (Prometheus, "Exposition formats", "Text-based format"). Samples have no
 * timestamps, which that collector refuses.
 */
export function prometheusText(pats: readonly JudgedPat[]): string {
  const byName = [...pats].sort((a, b) => (a.entry.name < b.entry.name ? -1 : 1));
  const lines = metrics.flatMap(({ name, help, value }) => {
    const samples = byName.flatMap((pat) => {
      const number = value(pat);
      return number === undefined ? [] : [`${name}{${labelsOf(pat)}} ${inWords(number)}`];
    });
    return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples];
  });
  return lines.map((line) => `${line}\n`).join("");
}

function labelsOf({ entry: { name, hostname, organization } }: JudgedPat): string {
  const labels = { name, hostname: hostname ?? "", organization: organization ?? "" };
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${escaped(printable(value))}"`)
    .join(",");
}

/** "label_value can be any sequence of UTF-8 characters, but the backslash, double-quote and line feed characters have to be escaped". */
const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const inWords = (number: number): string => (number === Number.POSITIVE_INFINITY ? "+Inf" : String(number));
