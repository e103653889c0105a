import { isHeading } from "../lines/heading";

const OPEN = 0x7b;
const NEWLINE = 10;
/** No heading is longer, in bytes: what is longer is a log's line. */
const LONGEST = 160;
const FEW_WORDS = 3;

/** How a log's line begins: with a time, as Rails' or a web server's do, or as an object. */
const logLine =
  /^\W{0,3}(?:\d{4}[-/]\d{2}|[A-Z][a-z]{2} [ \d]\d \d{2}:|\d{2}:\d{2}:|[IWEFD], \[|\S+ \S+ \S+ \[\d{2}\/|Started |Processing |Completed |\s*at )|[{}]./;

/**
 * Keeps the last text that stands before records and may name the machine or file that they are of: a heading of a kind that is known, or
 * any short lines right before a record, as `ssh` in a loop with `echo` leaves it.
 */
export class Headings {
  /** The last one; null where there was none. */
  current: string | null = null;
  private state: "start" | "text" | "other" = "start";
  private line = "";
  private candidate = "";

  /** @param isInside the first byte stands inside of a line. */
  begin(isInside: boolean): void {
    if (isInside) this.state = "other";
  }

  /** Takes note of a part of a line, `bytes[from, to)`. */
  take(bytes: Buffer, from: number, to: number, ends: boolean): void {
    if (this.state === "start" && to > from) this.start(bytes, from, to);
    if (this.state === "text") {
      if (this.line.length + to - from > LONGEST) this.long();
      else this.line += bytes.toString("latin1", from, to);
    }
    if (!ends) return;
    if (this.state === "text") this.end();
    this.state = "start";
    this.line = "";
  }

  /** What the next part of the input is under, when this one is at its end and `bytes[from, to)` follow. */
  last(bytes: Buffer, from: number, to: number): string | null {
    if (this.state === "text") {
      const end = bytes.indexOf(NEWLINE, from);
      this.take(bytes, from, end < 0 || end > to ? to : end, true);
    }
    return this.candidate === "" ? this.current : this.candidate;
  }

  private start(bytes: Buffer, from: number, to: number): void {
    let at = from;
    while (at < to && (bytes[at] === 0x20 || bytes[at] === 9)) at += 1;
    const first = bytes[at] ?? 0;
    if (first === OPEN) {
      this.commit();
      this.state = "other";
      return;
    }
    // `"`, `]`, `}` and `,` go on with an object, `[{`, `["` and `[[` begin a list.
    const goesOn = first === 0x22 || first === 0x5d || first === 0x7d || first === 0x2c;
    const second = bytes[at + 1] ?? 0;
    const isList = first === 0x5b && (second === OPEN || second === 0x22 || second === 0x5b || at + 1 >= to);
    // Most logs of text begin their lines with `2024-` or `May  1 10:`.
    const isDated = bytes[from + 4] === 0x2d || (bytes[from + 9] === 0x3a && bytes[from + 12] === 0x3a);
    this.state = goesOn || isList || isDated ? "other" : "text";
  }

  private commit(): void {
    if (this.candidate !== "") this.current = this.candidate;
    this.candidate = "";
  }

  /** A line is too long for a heading, and may hold a record behind some words; then a word or two above it, such as `host: web-1`, are one. */
  private long(): void {
    this.state = "other";
    if (this.candidate.split(/\s+/).length <= FEW_WORDS) this.commit();
  }

  private end(): void {
    const line = Buffer.from(this.line, "latin1").toString("utf8").trim();
    if (isHeading(line)) {
      this.current = line;
      this.candidate = "";
    } else if (/[\p{L}\d]/u.test(line) && !logLine.test(line)) {
      this.candidate = this.candidate.length > 2 * LONGEST ? this.candidate : `${this.candidate}\n${line}`.trim();
    }
  }
}
