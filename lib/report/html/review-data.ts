import type { Finding, Review, ReviewedChange } from "../../review/model";
import { actionText, endText, kindWords, moveOf, severityWords } from "../review-words";
import { StringPool } from "./string-pool";

/** The changes and findings for the page's script. Texts are told once; everything else is their numbers. */
export interface ReviewData {
  readonly texts: readonly string[];
  readonly rows: readonly ReviewRow[];
  /** Severity, rule, message, remedy and address, and the row that it is about (-1 for none). */
  readonly findings: readonly (readonly [number, number, number, number, number, number])[];
  /** The findings that each card of the page is about. */
  readonly groups: readonly (readonly number[])[];
}

type ReviewRow = readonly [
  /** Name, kind, project, wave, action, old and new connection (in short), id, address, old and new connection (in full). */
  fields: readonly number[],
  /** Path, before and after of each attribute, and 1 if a re-pointing may change it. */
  attributes: readonly number[],
  /** Ids of the rules that found something. */
  rules: readonly number[],
];

/** @param groups the findings of each card, as places among the review's findings. */
export function reviewData(
  review: Review,
  groups: readonly (readonly number[])[],
  rowOf: (finding: Finding) => number,
): ReviewData {
  const pool = new StringPool();
  const add = (text: string | null): number => pool.add(text ?? "");
  const short = shortEnds(review.changes);
  const rows = review.changes.map((change): ReviewRow => {
    const { name, kind, project, wave, id, address } = change;
    const { from, to } = moveOf(change);
    const ends = [from, to].map((end) => (end === null ? null : (short.get(end) ?? end)));
    const fields = [name, kindWords(kind), project, wave, actionText(change), ...ends, id, address, from, to];
    const attributes = change.attributes.flatMap(({ path, before, after, expected }) => [
      ...[path, before, after].map(add),
      expected ? 1 : 0,
    ]);
    const sent = change.request === null ? [] : [...["sent over the API", "", change.request].map(add), 1];
    return [fields.map(add), [...attributes, ...sent], change.findings.map(add)];
  });
  const findings = review.findings.map(
    (finding) =>
      [
        add(finding.allowed === null ? severityWords[finding.severity] : "allowed"),
        add(finding.rule),
        add(finding.message),
        add(finding.remedy),
        add(finding.address),
        rowOf(finding),
      ] as const,
  );
  return { texts: pool.texts, rows, findings, groups };
}

/** Finds the row of the change that a finding is about; -1 where there is none. */
export function rowFinder(review: Review): (finding: Finding) => number {
  const rows = new Map(review.changes.map(({ address }, index) => [address, index]));
  return ({ address }) => (address === null ? -1 : (rows.get(address) ?? -1));
}

/** Connections by their names alone, where these tell them apart. */
function shortEnds(changes: readonly ReviewedChange[]): ReadonlyMap<string, string> {
  const ends = new Map<string, string>();
  for (const { from, to } of changes) {
    for (const end of [from, to]) {
      if (end !== null && end.name !== null) ends.set(endText(end), end.name);
    }
  }
  const names = [...ends.values()];
  const shared = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return new Map([...ends].filter(([, name]) => !shared.has(name)));
}
