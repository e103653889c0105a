import { Headings } from "./headings";

const NEWLINE = 10;

/** Counts line ends, and lines that are too long to be read whole, over bytes that arrive piece by piece; and keeps the last heading. */
export class LineCounter {
  /** Line ends seen so far. */
  count = 0;
  /** Lines longer than the cap that lie between two line ends. */
  long = 0;
  /** Bytes before the first line end: all, when there is none. */
  lead = 0;
  /** Bytes after the last line end; 0 when there is none. */
  open = 0;
  readonly headings = new Headings();

  constructor(private readonly cap: number) {}

  /** Takes note of `bytes[from, to)`, which must follow what it was given before. */
  add(bytes: Buffer, from: number, to: number): void {
    let at = from;
    while (at < to) {
      const found = bytes.indexOf(NEWLINE, at);
      const ends = found >= 0 && found < to;
      const length = (ends ? found : to) - at;
      this.headings.take(bytes, at, at + length, ends);
      if (this.count === 0) this.lead += length;
      else this.open += length;
      if (!ends) return;
      if (this.open > this.cap) this.long += 1;
      this.open = 0;
      this.count += 1;
      at = found + 1;
    }
  }
}
