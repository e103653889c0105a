import type { Finding, Review } from "../review/model";
import { movesOf } from "../review/moves";
import { line, painted, type Text } from "../util/plain-text";
import { plural } from "../util/plural";
import { movesText } from "./moves-words";
import {
  findingCounts,
  groupChanges,
  headline,
  judgedBy,
  kindWords,
  moveOf,
  moveText,
  severityWords,
} from "./review-words";

/** How to write to the terminal. */
export interface TerminalOptions {
  /** Whether to colour. @default false */
  readonly colour?: boolean;
  /** The most findings to print of one rule; the others are counted. @default 10 */
  readonly perRule?: number;
  /** Whether to list every change rather than groups of them. @default false */
  readonly verbose?: boolean;
}

const colours = {
  error: ["red", "bold"],
  warning: ["yellow", "bold"],
  info: ["cyan"],
  pass: ["green", "bold"],
  fail: ["red", "bold"],
  dim: ["dim"],
} satisfies Record<string, Parameters<typeof painted>[1]>;

type Paint = (text: string, colour: keyof typeof colours) => Text;

/** The review for a terminal, line by line: the verdict first, then what was found, then what the plan does. */
export function terminalReview(review: Review, options: TerminalOptions = {}): readonly Text[] {
  const paint: Paint = (text, colour) => (options.colour === true ? painted(text, colours[colour]) : text);
  const where = [review.organization, review.hostname].filter((part) => part !== null).join(" on ");
  const lines: Text[] = [
    line`${paint(review.verdict.toUpperCase(), review.verdict)}  ${headline(review).replace(/^\w+: /, "")}`,
    `      ${where === "" ? "" : `${where}; `}${findingCounts(review)}; ${judgedBy(review)}`,
    ...movesText(movesOf(review)).map((text) => `      It ${text}.`),
  ];
  for (const findings of byRule(review.findings)) {
    lines.push("", ...ruleLines(findings, paint, options.perRule ?? 10));
  }
  const groups = groupChanges(review.changes);
  if (groups.length > 0) lines.push("", "What the plan does:");
  for (const group of options.verbose === true ? [] : groups) {
    const [first] = group.changes;
    const what =
      group.changes.length === 1 && first !== undefined
        ? `${kindWords(group.kind)} ${first.name}`
        : plural(group.changes.length, kindWords(group.kind));
    const context = [
      group.project === null ? "" : `project ${group.project}`,
      group.wave === null ? "" : `wave ${group.wave}`,
    ];
    const at = context.filter((part) => part !== "").join(", ");
    lines.push(`  ${group.action}  ${what}${at === "" ? "" : ` (${at})`}${moveText(group)}`);
  }
  if (options.verbose === true) {
    for (const { group, change } of groups.flatMap((entry) =>
      entry.changes.map((c) => ({ group: entry, change: c })),
    )) {
      lines.push(`  ${group.action}  ${change.address}  ${change.name}${moveText(moveOf(change))}`);
      for (const { path, before, after } of change.attributes) {
        lines.push(paint(`      ${path}: ${before} → ${after}`, "dim"));
      }
    }
  }
  lines.push(...requestLines(review, options.verbose === true ? Number.POSITIVE_INFINITY : REQUESTS));
  lines.push(...leftLines(review));
  return lines;
}

/** At most so many of a reason are listed. */
const LISTED = 50;

function leftLines({ left, notes }: Review): readonly string[] {
  const lines = left.flatMap(({ reason, count, manual }) => [
    `Left as it is: ${plural(count, "resource")}: ${reason}`,
    ...manual
      .slice(0, LISTED)
      .map(({ kind, name, id, todo }) => `  ${kindWords(kind)} ${name} (${id}), manually: ${todo}`),
    ...(manual.length > LISTED ? [`  … and ${manual.length - LISTED} more: --json lists them`] : []),
  ]);
  const all = [...lines, ...notes.map((note) => `NOTE  ${note}`)];
  return all.length === 0 ? [] : ["", ...all];
}

/** At most this many requests are printed, unless all are asked for. */
const REQUESTS = 5;

/** What is sent over the API, each request as it is. */
function requestLines({ changes }: Review, limit: number): readonly string[] {
  const requests = changes.flatMap(({ request }) => (request === null ? [] : [request]));
  if (requests.length === 0) return [];
  const more = requests.length > limit ? [`  … and ${requests.length - limit} more: repoint review --verbose`] : [];
  return [
    "",
    "Sent over the API, after Terraform's apply:",
    ...requests.slice(0, limit).map((request) => `  ${request}`),
    ...more,
  ];
}

function ruleLines(findings: readonly Finding[], paint: Paint, limit: number): readonly Text[] {
  const [first] = findings;
  if (first === undefined) return [];
  const allowed = first.allowed === null ? "" : ` (allowed: ${first.allowed})`;
  const lines: Text[] = [line`${paint(severityWords[first.severity], first.severity)} ${first.rule}${allowed}`];
  for (const { address, message } of findings.slice(0, limit)) {
    lines.push(`  ${address === null ? message : `${address}: ${message}`}`);
  }
  if (findings.length > limit) lines.push(`  … and ${findings.length - limit} more like these`);
  for (const remedy of new Set(findings.slice(0, limit).map((finding) => finding.remedy))) {
    if (remedy !== "nothing to do") lines.push(paint(`  → ${remedy}`, "dim"));
  }
  return lines;
}

/** Findings of one rule and severity together, in the order in which they come. */
function byRule(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.rule}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}
