import { type Cut, cut, LINE_CAP } from "./cut";
import { Effort } from "./enclosing-object";
import type { Hit } from "./hit";
import { LineCounter } from "./line-counter";
import { needleSearch } from "./needle-search";

const CHUNK = 1024 * 1024;
const NEWLINE = 10;
/** So many bytes before and behind an object are looked at. */
const MARGIN = 300;

/** A scanner's memory that is at an end, for the next one: thousands of small files would leave as many megabytes lying around. */
let spare: Buffer | undefined;

/** The part of an input whose hits and lines a scanner reports, in bytes; what it sees outside serves as context alone. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

const everything: Part = { from: 0, to: Number.POSITIVE_INFINITY };

/**
 * Finds the lines and records that matter in bytes of any amount, in constant memory: it keeps one chunk and a line's length of context
 * on both sides. Where the bytes were cut into chunks changes nothing.
 */
export class LogScanner {
  readonly lines = new LineCounter(LINE_CAP);
  /** Under which heading the part ends, once it has. */
  heading: string | null = null;
  private readonly bytes = spare ?? Buffer.allocUnsafeSlow(CHUNK + 2 * LINE_CAP);
  private length = 0;
  /** Where in the input `bytes` begins. */
  private base: number;
  /** From here on, as an index into `bytes`, nothing was searched yet. */
  private next: number;
  /** Up to here, as an index into `bytes`, lines were counted. */
  private counted: number;
  private readonly effort = new Effort();

  /**
   * @param part what to report. The scanner must be given the bytes from at most {@link LINE_CAP} before it.
   * @param base where in the input the first byte stands that the scanner is given.
   */
  constructor(
    private readonly onHit: (hit: Hit) => void,
    private readonly part: Part = everything,
    base = 0,
  ) {
    spare = undefined;
    this.base = base;
    this.next = part.from - base;
    this.counted = this.next;
  }

  /** Room to read bytes into; say with {@link filled} how many there are. Never empty. */
  room(): Buffer {
    if (this.bytes.length - this.length < CHUNK / 2) this.compact();
    return this.bytes.subarray(this.length);
  }

  /** The first `count` bytes of what {@link room} gave were filled. */
  filled(count: number): void {
    this.length += count;
    this.work(false);
  }

  /** Copies bytes in. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      const room = this.room();
      const piece = chunk.subarray(at, at + room.length);
      room.set(piece);
      this.filled(piece.length);
      at += piece.length;
    }
  }

  /** No more bytes will come. Nothing may be given to it any more. */
  end(): void {
    this.work(true);
    this.count(this.length);
    this.heading = this.lines.headings.last(this.bytes, this.counted, this.length);
    spare = this.bytes;
  }

  private compact(): void {
    const drop = Math.min(Math.max(0, this.next - LINE_CAP), this.counted);
    this.bytes.copyWithin(0, drop, this.length);
    this.length -= drop;
    this.base += drop;
    this.next -= drop;
    this.counted -= drop;
  }

  private count(to: number): void {
    const end = Math.min(to, this.part.to - this.base);
    if (end <= this.counted) return;
    if (this.base + this.counted === this.part.from && this.part.from > 0)
      this.lines.headings.begin(this.bytes[this.counted - 1] !== NEWLINE);
    this.lines.add(this.bytes, this.counted, end);
    this.counted = end;
  }

  private work(final: boolean): void {
    for (;;) {
      const at = needleSearch.next(this.bytes, this.next, this.length);
      if (at < 0) {
        this.next = Math.max(this.next, this.length - needleSearch.longest + 1);
        break;
      }
      if (this.base + at >= this.part.to) {
        this.next = at;
        break;
      }
      const after = this.read(at, final);
      if (after === undefined) {
        this.next = at;
        break;
      }
      this.next = after;
    }
    this.count(Math.min(this.next, this.length));
  }

  /** Reports the hit at `at` and returns from where to go on; undefined when more bytes are needed first. */
  private read(at: number, atEnd: boolean): number | undefined {
    const view = { bytes: this.bytes, length: this.length, atStart: this.base === 0, atEnd };
    this.effort.advance(this.base + at - this.part.from);
    const piece = cut(view, at, this.effort);
    if (piece === undefined) return undefined;
    if (!this.isReported(piece)) this.report(at, piece);
    return Math.max(piece.end, at + 1);
  }

  /** Whether a line begins before the part and has another needle there, by which the part before has reported it. */
  private isReported({ start, shape }: Cut): boolean {
    if (shape !== "line" || this.base + start >= this.part.from) return false;
    const first = needleSearch.next(this.bytes, start, this.length);
    return first >= 0 && this.base + first < this.part.from;
  }

  /** What stands beside an object, up to the next braces. */
  private beside(start: number, end: number): string {
    const before = this.bytes.toString("utf8", Math.max(0, start - MARGIN), start);
    const after = this.bytes.toString("utf8", end, Math.min(end + MARGIN, this.length));
    return `${before.slice(before.lastIndexOf("}") + 1)}\n${after.split(/[{}]/, 1)[0] ?? ""}`;
  }

  private report(at: number, { start, end, shape }: Cut): void {
    this.count(at);
    const raw = this.bytes.toString("utf8", start, end);
    const text = raw.replaceAll("\0", "");
    this.onHit({
      text: text.endsWith("\r") ? text.slice(0, -1) : text,
      offset: this.base + start,
      line: this.lines.count + 1,
      shape,
      beside: shape === "object" ? this.beside(start, end) : "",
      heading: this.lines.headings.current,
      hadNul: text.length !== raw.length,
      hadBadBytes: text.includes("\uFFFD"),
    });
  }
}
