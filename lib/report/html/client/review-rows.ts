import type { ReviewData } from "../review-data";

/** The review's data as the page's script reads them: by row and name. */
export function reviewRows({ texts, rows, findings }: ReviewData) {
  const names = ["name", "kind", "project", "wave", "action", "from", "to", "id", "address", "fullFrom", "fullTo"];
  const word = (index: number | undefined): string => texts[index ?? -1] ?? "";
  const field = (row: number, name: string): string => word(rows[row]?.[0][names.indexOf(name)]);
  const rules = (row: number): readonly string[] => (rows[row]?.[2] ?? []).map(word);
  function attributes(row: number): readonly (readonly [string, string, string, boolean])[] {
    const flat = rows[row]?.[1] ?? [];
    return Array.from({ length: flat.length / 4 }, (_, index) => {
      const [path, before, after, expected] = flat.slice(index * 4, index * 4 + 4);
      return [word(path), word(before), word(after), expected === 1];
    });
  }
  function finding(index: number) {
    const [severity, rule, message, remedy, address, row = -1] = findings[index] ?? [];
    return {
      ...{ severity: word(severity), rule: word(rule), message: word(message) },
      ...{ remedy: word(remedy), address: word(address), row },
    };
  }
  const about = new Map<number, number[]>();
  findings.forEach(([, , , , , row], index) => {
    const known = about.get(row);
    if (known === undefined) about.set(row, [index]);
    else known.push(index);
  });
  /** What was found about a row. */
  const found = (row: number) => (about.get(row) ?? []).map(finding);
  /** All that a search looks through. */
  function everything(row: number): string {
    const fields = (rows[row]?.[0] ?? []).map(word);
    return [...fields, ...attributes(row).flat(), ...found(row).map(({ message }) => message), ...rules(row)].join(" ");
  }
  return { total: rows.length, field, rules, attributes, finding, found, everything };
}

export type ReviewRows = ReturnType<typeof reviewRows>;
