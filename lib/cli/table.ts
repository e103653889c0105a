import width from "string-width";
import { Line, printable } from "../util/plain-text";
import type { Out } from "./io";

/** Columns never get narrower than this to fit. */
const LEAST = 12;
const GAP = "  ";

/** The width of the terminal that a stream is; undefined where it is none, and nothing needs to fit. */
export function columnsOf({ isTTY, columns }: Out): number | undefined {
  return isTTY === true && typeof columns === "number" && columns > 0 ? columns : undefined;
}

/**
 * Columns side by side, two spaces apart, for people. Numbers stand to the right. What came from outside is escaped in each cell.
 *
 * @param columns the width to fit into: long texts wrap, long words lose their middle. @default none
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  columns?: number,
): readonly Line[] {
  const cells = [header, ...rows.map((row) => row.map((cell) => printable(String(cell))))];
  const wanted = header.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? ""))));
  const widths = columns === undefined ? wanted : fitted(wanted, columns);
  const numeric = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === "number"));
  return cells.flatMap((row) => {
    const wrapped = header.map((_, column) => wrap(row[column] ?? "", widths[column] ?? 0));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) => {
      const parts = wrapped.map((lines, column) => {
        const cell = lines[line] ?? "";
        const space = " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
        return numeric[column] === true ? space + cell : cell + space;
      });
      return new Line(parts.join(GAP).trimEnd());
    });
  });
}

/** The widest columns give way, one character at a time, until all fit or none can. */
function fitted(wanted: readonly number[], columns: number): readonly number[] {
  const widths = [...wanted];
  let over = widths.reduce((sum, one) => sum + one, GAP.length * (widths.length - 1)) - columns;
  while (over > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const current = widths[widest] ?? 0;
    if (current <= LEAST) break;
    widths[widest] = current - 1;
    over -= 1;
  }
  return widths;
}

function wrap(text: string, limit: number): readonly string[] {
  if (width(text) <= limit) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const next = elide(word, limit);
    if (line !== "" && width(line) + 1 + width(next) > limit) {
      lines.push(line);
      line = next;
    } else line = line === "" ? next : `${line} ${next}`;
  }
  return [...lines, line];
}

/** A word that is too long keeps its beginning and its end: names and ids differ at either. */
function elide(word: string, limit: number): string {
  if (width(word) <= limit) return word;
  const letters = [...graphemes.segment(word)].map(({ segment }) => segment);
  const head = within(letters, Math.ceil((limit - 1) / 2));
  const tail = within(letters.toReversed(), limit - 1 - width(head.join("")));
  return `${head.join("")}…${tail.toReversed().join("")}`;
}

const graphemes = new Intl.Segmenter();

/** The first letters that fit into so many columns. */
function within(letters: readonly string[], limit: number): readonly string[] {
  let used = 0;
  const beyond = letters.findIndex((letter) => {
    used += width(letter);
    return used > limit;
  });
  return beyond < 0 ? letters : letters.slice(0, beyond);
}

/** `1 workspace`, `2 workspaces`. */
export function count(number: number, one: string, many: string = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
