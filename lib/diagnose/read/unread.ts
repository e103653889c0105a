import { needleSearch } from "../scan/needle-search";

/** In which way a text may hold records that were not seen. */
export type Unread =
  | { readonly as: "base64" }
  /** Its lines were broken at so many columns. */
  | { readonly as: "wrapped"; readonly columns: number };

const RUN = 60;
/** So many runs are tried, and so much of each is decoded, in letters. */
const MOST_RUNS = 20;
const MOST_DECODED = 8192;
/** Base64 in one line, or in lines as `base64`, mails and PEM break them; also in a string of JSON or YAML that has `\n` for these. */
const runs = new RegExp(
  String.raw`(?<![\w+/.-])[A-Za-z0-9+/]{${RUN},}={0,2}(?:(?:\\[rn]|[\s>])+[A-Za-z0-9+/]{1,}={0,2}(?![\w.-]))*`,
  "g",
);
/** Packed bytes that Base64 is mostly made of: gzip, zstd, zip, xz. */
const packed = ["1f8b", "28b52ffd", "504b0304", "fd377a58"];

function isBase64OfLog(run: string): boolean {
  const bytes = Buffer.from(run.slice(0, MOST_DECODED).replace(/\\[rn]|[\s>]/g, ""), "base64");
  if (packed.some((magic) => bytes.toString("hex", 0, 4).startsWith(magic))) return true;
  const text = bytes.toString("latin1").replaceAll("\0", "");
  const printable = text.replace(/[^\t\n\r -~]/g, "").length;
  return printable >= text.length * 0.97 && /["\n:]/.test(text);
}

/** Lines that a terminal, a mail program or a ticket broke are of one length, in columns. */
const NARROWEST = 40;
const WIDEST = 300;

function columnsOf(lines: readonly string[]): number | undefined {
  const widest = lines.reduce((most, line) => Math.max(most, line.length), 0);
  if (widest < NARROWEST || widest > WIDEST) return undefined;
  return lines.filter((line) => line.length >= widest - 1).length * 2 >= lines.length ? widest : undefined;
}

function needlesIn(text: string): number {
  const bytes = Buffer.from(text, "latin1");
  let count = 0;
  for (let at = needleSearch.next(bytes, 0, bytes.length); at >= 0; count += 1)
    at = needleSearch.next(bytes, at + 1, bytes.length);
  return count;
}

const margin = /^(?:>[ \t]?)+/;

/** Whether words are whole only without the line ends, or stand in pieces of records that nothing made a record of. */
function isBroken(lines: readonly string[], text: string, isKnown: boolean): boolean {
  const found = needlesIn(text);
  if (!isKnown && found > 0 && text.includes('":')) return true;
  return needlesIn(lines.map((line) => line.replace(margin, "")).join("")) > found;
}

/**
 * Whether a text is Base64, or was broken into lines of one length, so that words in it were not found.
 *
 * @param isKnown it was recognised as a log; Base64 in it is somebody's parameter.
 */
export function unreadIn(text: string, isKnown: boolean): Unread | null {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const columns = columnsOf(lines);
  if (columns !== undefined && isBroken(lines, text, isKnown)) return { as: "wrapped", columns };
  if (isKnown) return null;
  let tried = 0;
  for (const [run] of text.matchAll(runs)) {
    if (isBase64OfLog(run)) return { as: "base64" };
    tried += 1;
    if (tried === MOST_RUNS) break;
  }
  return null;
}
