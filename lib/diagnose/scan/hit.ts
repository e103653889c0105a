/** A piece of a log in which a needle was found. */
export interface Hit {
  /** The line without its line end, or the JSON object around the needle. Bytes that are not UTF-8 read as U+FFFD; NUL is left out. */
  readonly text: string;
  /** Where the text begins in the input, in bytes. */
  readonly offset: number;
  /** The line of the needle, counted from 1 within the part that was scanned. */
  readonly line: number;
  /**
   * - `line`: a whole line; several, with their ends, where they are parts of one that a container's run-time cut.
   * - `object`: a JSON object that was cut out of a pretty-printed text, or out of a line that is too long.
   * - `piece`: a part of a line that is too long, in which no object could be found.
   */
  readonly shape: "line" | "object" | "piece";
  /** Of an `object`: what stands right before and behind it, up to the next brace, since a larger object may name the machine there; else empty. */
  readonly beside: string;
  /** The last heading before it in the part that was scanned; null where there is none. */
  readonly heading: string | null;
  /** NUL bytes were left out (UTF-16, or a hole that log rotation tore). */
  readonly hadNul: boolean;
  /** Some bytes were not UTF-8. */
  readonly hadBadBytes: boolean;
}
