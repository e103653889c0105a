import { z } from "zod";
import { count } from "../../cli/table";
import { ago } from "../shared/ago";
import { PreflightFinding, statuses } from "./finding";
import type { RepositoryReading } from "./readings-file";

export const PREFLIGHT_VERSION = 1;

/** What `repoint preflight --json` prints. */
export const PreflightReport = z.strictObject({
  version: z.literal(PREFLIGHT_VERSION),
  hostname: z.string(),
  organization: z.string(),
  /** RFC 3339 in UTC. */
  at: z.string(),
  /** What it is about: the coming wave, or every wave. */
  subject: z.string(),
  resources: z.number().int(),
  /** `fail`: there is an error, and repoint plan would stop. `unfinished`: there is none, and GitLab did not answer everything. */
  verdict: z.enum(["pass", "fail", "unfinished"]),
  counts: z.strictObject({
    error: z.number().int(),
    warning: z.number().int(),
    unknown: z.number().int(),
    ok: z.number().int(),
  }),
  /** When the oldest reading of a repository was made, RFC 3339 in UTC; null where none was needed. */
  oldestReading: z.string().nullable(),
  /** Problems first. */
  findings: z.array(PreflightFinding),
});
export type PreflightReport = z.infer<typeof PreflightReport>;

/** The JSON schema of a report, as kept in docs/preflight.schema.json. */
export function preflightJsonSchema(): unknown {
  return {
    title: "repoint preflight --json",
    description: "What `repoint preflight` found before a migration.",
    ...z.toJSONSchema(PreflightReport, { target: "draft-2020-12" }),
  };
}

export function countsOf(findings: readonly PreflightFinding[]): PreflightReport["counts"] {
  const of = (status: PreflightFinding["status"]) => findings.filter((finding) => finding.status === status).length;
  return { error: of("error"), warning: of("warning"), unknown: of("unknown"), ok: of("ok") };
}

export function oldestReading(readings: ReadonlyMap<string, RepositoryReading>): string | null {
  return [...readings.values()].map(({ at }) => at).sort()[0] ?? null;
}

/** How old the oldest reading is, where it was not made now: a preflight before this one made it. */
export function ageLines(readings: ReadonlyMap<string, RepositoryReading>, now: number): readonly string[] {
  const oldest = oldestReading(readings);
  if (oldest === null || now - Date.parse(oldest) < 60_000) return [];
  return [`Some repositories were read by an earlier preflight, up to ${ago(Date.parse(oldest), now)}.`];
}

const LABELS = { error: "ERROR  ", warning: "WARNING", unknown: "UNKNOWN", ok: "OK     " } as const;
/** So many subjects are named in a line. */
const NAMED = 5;

/** Findings of which the same is to be said, together. */
interface Group extends Omit<PreflightFinding, "subject"> {
  readonly subjects: string[];
}

function grouped(findings: readonly PreflightFinding[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { subject, ...rest } of findings) {
    const key = [rest.check, rest.status, rest.what, rest.remedy].join("\n");
    const group = groups.get(key) ?? { ...rest, subjects: [] };
    group.subjects.push(subject);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** For people: problems first, each with its remedy. @param withOk whether what is right is told too */
export function preflightLines(findings: readonly PreflightFinding[], withOk: boolean): readonly string[] {
  const shown = grouped(findings.filter(({ status }) => withOk || status !== "ok"));
  const width = Math.max(0, ...shown.map(({ check }) => check.length));
  const lines = shown.flatMap(({ check, status, what, remedy, subjects }) => {
    const head = `${LABELS[status]}  ${check.padEnd(width)}  ${named(subjects)}: ${what}`;
    return remedy === null || remedy === "" ? [head] : [head, `${" ".repeat(9 + width)}  to do: ${remedy}`];
  });
  const isCut = shown.some(({ status, subjects }) => status !== "ok" && subjects.length > NAMED);
  return isCut ? [...lines, "--json names every repository."] : lines;
}

function named(subjects: readonly string[]): string {
  const more = subjects.length - NAMED;
  return more > 0 ? `${subjects.slice(0, NAMED).join(", ")} and ${more} more` : subjects.join(", ");
}

/** Such as `1 error, 2 warnings, 0 unknown, 12 ok`. */
export function countsLine(findings: readonly PreflightFinding[]): string {
  const counts = countsOf(findings);
  const many = { error: count(counts.error, "error"), warning: count(counts.warning, "warning") };
  return statuses
    .map((status) => (status === "error" || status === "warning" ? many[status] : `${counts[status]} ${status}`))
    .join(", ");
}
