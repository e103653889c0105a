const NEWLINE = 10;

/** Counts line ends, and lines that are too long to be read whole, over bytes that arrive piece by piece. */
export class LineCounter {
  /** Line ends seen so far. */
  count = 0;
  /** Lines longer than the cap that ended, or that were too long when the input ended. */
  long = 0;
  private sinceLineEnd = 0;

  constructor(private readonly cap: number) {}

  /** Takes note of `bytes[from, to)`, which must follow what it was given before. */
  add(bytes: Buffer, from: number, to: number): void {
    let at = from;
    while (at < to) {
      const end = bytes.indexOf(NEWLINE, at);
      if (end < 0 || end >= to) {
        this.sinceLineEnd += to - at;
        return;
      }
      if (this.sinceLineEnd + end - at > this.cap) this.long += 1;
      this.sinceLineEnd = 0;
      this.count += 1;
      at = end + 1;
    }
  }

  /** Bytes after the last line end. */
  get open(): number {
    return this.sinceLineEnd;
  }
}
