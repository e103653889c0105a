/**
 * Finds the first of many needles in one pass that skips most bytes (Wu and Manber's search over two-byte blocks). A pass of
 * `Buffer.indexOf` for each needle takes about as long as this takes for all.
 */
export class NeedleSearch {
  /** For a block of two bytes: how far the window may move on when it ends with that block. */
  private readonly shifts: Uint8Array;
  /** The blocks that a needle begins with: weeds out nearly all places where a window ends like a needle by chance. */
  private readonly beginnings = new Uint8Array(65536);
  private readonly byEnding = new Map<number, Buffer[]>();
  private readonly window: number;
  /** The length of the longest needle, in bytes: what may still be incomplete at the end of a chunk. */
  readonly longest: number;

  /** @param needles at least two bytes each; the shortest decides how fast the search is. */
  constructor(needles: readonly Buffer[]) {
    this.window = Math.min(255, ...needles.map((needle) => needle.length));
    this.longest = Math.max(...needles.map((needle) => needle.length));
    this.shifts = new Uint8Array(65536).fill(this.window - 1);
    for (const needle of needles) this.add(needle);
  }

  private add(needle: Buffer): void {
    this.beginnings[needle.readUInt16BE(0)] = 1;
    for (let end = 1; end < this.window; end += 1) {
      const block = needle.readUInt16BE(end - 1);
      const shift = this.window - 1 - end;
      this.shifts[block] = Math.min(this.shifts[block] ?? 0, shift);
      if (shift === 0) this.byEnding.set(block, [...(this.byEnding.get(block) ?? []), needle]);
    }
  }

  /** Where the first needle begins that lies wholly in `bytes[from, to)`; -1 when there is none. */
  next(bytes: Buffer, from: number, to: number): number {
    const back = this.window - 1;
    let at = from + back;
    for (;;) {
      at = candidate(bytes, this.shifts, this.beginnings, at, to, back);
      if (at >= to) return -1;
      if (this.matches(bytes, at - back, at, to)) return at - back;
      at += 1;
    }
  }

  private matches(bytes: Buffer, start: number, at: number, to: number): boolean {
    for (const needle of this.byEnding.get(bytes.readUInt16BE(at - 1)) ?? []) {
      const end = start + needle.length;
      if (end <= to && bytes.compare(needle, 0, needle.length, start, end) === 0) return true;
    }
    return false;
  }
}

/**
 * The last byte of the next window that begins and ends like a needle; `to` or more when there is none. All of the time goes into this
 * loop: it is a function of its own, of typed arrays alone, for the compiler to see all of it.
 */
function candidate(
  bytes: Uint8Array,
  shifts: Uint8Array,
  beginnings: Uint8Array,
  from: number,
  to: number,
  back: number,
): number {
  let at = from;
  while (at < to) {
    const shift = shifts[((bytes[at - 1] ?? 0) << 8) | (bytes[at] ?? 0)] ?? 0;
    if (shift !== 0) at += shift;
    else if (beginnings[((bytes[at - back] ?? 0) << 8) | (bytes[at - back + 1] ?? 0)] === 1) return at;
    else at += 1;
  }
  return at;
}
