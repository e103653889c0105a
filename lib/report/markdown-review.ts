import type { Finding, Review, ReviewedChange } from "../review/model";
import { movesOf } from "../review/moves";
import { printableUpTo } from "../util/plain-text";
import { plural } from "../util/plural";
import { movesText } from "./moves-words";
import {
  actionText,
  type ChangeGroup,
  findingCounts,
  groupChanges,
  headline,
  judgedBy,
  kindWords,
  severityWords,
} from "./review-words";

/**
 * The longest note that is written, in characters. GitLab refuses notes above 1,000,000 and renders long ones slowly; what
 * does not fit is counted, never dropped in silence.
 */
export const MAX_NOTE = 250_000;

/** Findings take at most this much of the note, so that the changes are seen too. */
const FINDINGS_SHARE = 0.6;

/** A review as Markdown for a GitLab merge-request note. */
export function markdownReview(review: Review, limit = MAX_NOTE): string {
  const note = new Note(limit);
  note.add(noteMarker(review));
  note.add(`### ${review.verdict === "pass" ? "✅" : "❌"} Terraform plan review: ${review.verdict}`);
  const place = [review.organization, review.hostname]
    .flatMap((part) => (part === null ? [] : [code(part)]))
    .join(" on ");
  note.add(`${place === "" ? "" : `${place}: `}${headline(review).replace(/^\w+: /, "")}.`);
  note.add(`${findingCounts(review)}; ${judgedBy(review)}.`);
  for (const text of movesText(movesOf(review))) note.add(`It ${prose(text)}.`);
  addFindings(note, review.findings, Math.floor(limit * FINDINGS_SHARE));
  addOverview(note, groupChanges(review.changes));
  addLeft(note, review);
  addChanges(note, groupChanges(review.changes));
  note.always(
    `<sub>plan ${code(review.plan.sha256.slice(0, 12))} by Terraform ${code(review.plan.terraformVersion)}${
      review.plan.createdAt === null ? "" : `, made ${code(review.plan.createdAt)}`
    }; review ${code(review.digest.slice(0, 12))}</sub>`,
  );
  return note.text();
}

/**
 * The hidden first line of a note: it names the organization, so that the note of an earlier review is found and updated,
 * and the digest, so that one that says the same is left alone.
 */
export function noteMarker(review: Pick<Review, "hostname" | "organization" | "digest">): string {
  return `${markerPrefix(review)}digest=${review.digest} -->`;
}

/** The digest in a note that reviews the same organization; undefined in any other text. */
export function noteDigest(note: string, review: Pick<Review, "hostname" | "organization">): string | undefined {
  const prefix = markerPrefix(review);
  if (!note.startsWith(prefix)) return undefined;
  return /^digest=([0-9a-f]{64}) -->/.exec(note.slice(prefix.length))?.[1];
}

function markerPrefix({ hostname, organization }: Pick<Review, "hostname" | "organization">): string {
  const part = (text: string | null): string => encodeURIComponent(text ?? "").replaceAll("-", "%2D");
  return `<!-- repoint-review host=${part(hostname)} organization=${part(organization)} `;
}

/** A note that stays within a length: what no longer fits is refused. */
class Note {
  private readonly blocks: string[] = [];
  private used = 0;
  /** Kept free for the last lines. */
  private static readonly RESERVE = 1500;

  constructor(readonly limit: number) {}

  get left(): number {
    return this.limit - this.used - Note.RESERVE;
  }

  add(block: string): boolean {
    if (block.length + 2 > this.left) return false;
    this.always(block);
    return true;
  }

  always(block: string): void {
    this.blocks.push(block);
    this.used += block.length + 2;
  }

  text(): string {
    return `${this.blocks.join("\n\n")}\n`;
  }
}

function addFindings(note: Note, findings: readonly Finding[], budget: number): void {
  if (findings.length === 0) return;
  const rows: string[] = ["| | rule | where | what | what to do |", "| --- | --- | --- | --- | --- |"];
  let used = 0;
  for (const { severity, rule, address, message, remedy, allowed } of findings) {
    const mark = allowed === null ? severityWords[severity] : `${severityWords[severity]}, allowed: ${prose(allowed)}`;
    const row = `| ${mark} | ${code(rule)} | ${address === null ? "the plan" : code(address)} | ${prose(message)} | ${prose(remedy)} |`;
    if (used + row.length > Math.min(budget, note.left - 500)) break;
    rows.push(row);
    used += row.length + 1;
  }
  const shown = rows.length - 2;
  const more = shown < findings.length ? `\n\n… and ${plural(findings.length - shown, "more finding")}.` : "";
  note.add(
    shown <= 20 && more === ""
      ? rows.join("\n")
      : `<details open><summary>${plural(findings.length, "finding")}</summary>\n\n${rows.join("\n")}${more}\n\n</details>`,
  );
}

function addOverview(note: Note, groups: readonly ChangeGroup[]): void {
  if (groups.length === 0) return;
  const rows = ["| what | kind | project | wave | from | to | count |", "| --- | --- | --- | --- | --- | --- | ---: |"];
  const budget = Math.floor(note.left / 2);
  let used = 0;
  for (const { action, kind, project, wave, from, to, changes } of groups) {
    const row = `| ${action} | ${kindWords(kind)} | ${cell(project)} | ${cell(wave)} | ${cell(from)} | ${cell(to)} | ${changes.length} |`;
    if (used + row.length > budget) break;
    rows.push(row);
    used += row.length + 1;
  }
  const hidden = groups.length - (rows.length - 2);
  note.add(`${rows.join("\n")}${hidden > 0 ? `\n\n… and ${plural(hidden, "more row")}.` : ""}`);
}

function addLeft(note: Note, { left, notes }: Review): void {
  const lines = [
    ...left.flatMap(({ reason, count, manual }) => [
      `- ${plural(count, "resource")}: ${prose(reason)}`,
      ...manual.map(
        ({ kind, name, id, todo }) => `  - ${kindWords(kind)} ${code(name)} (${code(id)}), manually: ${prose(todo)}`,
      ),
    ]),
    ...notes.map((text) => `- Note: ${prose(text)}`),
  ];
  if (lines.length === 0) return;
  const budget = Math.floor(note.left / 2);
  let used = 0;
  const shown = lines.filter((line) => {
    used += line.length + 1;
    return used <= budget;
  });
  const hidden = lines.length - shown.length;
  note.add(`Left as it is:\n\n${shown.join("\n")}${hidden > 0 ? `\n\n… and ${plural(hidden, "more line")}.` : ""}`);
}

function addChanges(note: Note, groups: readonly ChangeGroup[]): void {
  let hidden = 0;
  for (const { action, kind, project, wave, changes } of groups) {
    const context = [project === null ? "" : `project ${project}`, wave === null ? "" : `wave ${wave}`].filter(
      (part) => part !== "",
    );
    const title = `${action}: ${plural(changes.length, kindWords(kind))}${context.length > 0 ? ` (${context.join(", ")})` : ""}`;
    const head = `<details><summary>${prose(title)}</summary>\n\n| address | name | id | changes |\n| --- | --- | --- | --- |`;
    const rows: string[] = [];
    let used = head.length + 200;
    for (const change of changes) {
      const row = changeRow(change);
      if (used + row.length + 1 > note.left) break;
      rows.push(row);
      used += row.length + 1;
    }
    hidden += changes.length - rows.length;
    const more = rows.length < changes.length ? `\n\n… and ${changes.length - rows.length} more.` : "";
    if (rows.length > 0) note.add(`${head}\n${rows.join("\n")}${more}\n\n</details>`);
  }
  if (hidden > 0)
    note.always(
      `${plural(hidden, "change")} did not fit into this comment; the review's JSON and HTML page contain all of them.`,
    );
}

const SHOWN_ATTRIBUTES = 4;

function changeRow(change: ReviewedChange): string {
  const { address, name, id, attributes, request } = change;
  const shown = attributes
    .slice(0, SHOWN_ATTRIBUTES)
    .map(({ path, before, after }) => `${code(path)}: ${code(before, 60)} → ${code(after, 60)}`);
  const more = attributes.length > SHOWN_ATTRIBUTES ? [`and ${attributes.length - SHOWN_ATTRIBUTES} more`] : [];
  const sent = request === null ? [] : [`sent: ${code(request, 600)}`];
  const what = shown.length > 0 ? [...shown, ...more, ...sent].join("<br>") : actionText(change);
  return `| ${code(address)} | ${code(name)} | ${cell(id)} | ${what} |`;
}

const cell = (text: string | null): string => (text === null ? "" : code(text));

/** A text as code, safe in a table: nothing in it is read as Markdown, HTML, a mention or a new row. */
function code(text: string, limit = 300): string {
  const line = printableUpTo(text, limit).replaceAll("|", "\\|");
  if (line === "") return "";
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = /^`|`$/.test(line) ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}

/**
 * A text as prose: nothing in it is Markdown or HTML. GitLab looks for references (`@all`, `#1`, `!1`, `~label`) after it has
 * rendered entities, so a word joiner is put behind what begins one.
 */
function prose(text: string): string {
  return printableUpTo(text, 1000)
    .replace(/[\\`*[\]<>|&]|(?<!\w)_|_(?!\w)/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/(?<!&)[@#!~%$^](?=[\w"&])|&#38;(?=\w)/g, (sigil) => `${sigil}&#8288;`);
}
