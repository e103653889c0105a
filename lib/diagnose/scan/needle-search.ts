import { fingerprintOf, type Needle, needles } from "./needles";
import { FINGERPRINT } from "./vector-module";
import { BLOCK, VectorScan } from "./vector-scan";

/** The first block after a hit, in bytes; each further one is twice as large, since the next hit may be near. */
const FIRST_BLOCK = 2048;

/** Finds the first of many needles in one pass. `Buffer.indexOf` would need one for each. */
export class NeedleSearch {
  /** The length of the longest needle, in bytes: what may still be incomplete at the end of a chunk. */
  readonly longest: number;
  private readonly scan: VectorScan;
  /** Needles by the first two bytes of their fingerprints. */
  private readonly candidates = new Map<number, Needle[]>();

  constructor(needles: readonly Needle[]) {
    this.longest = Math.max(...needles.map(({ bytes }) => bytes.length));
    this.scan = new VectorScan(needles.map(fingerprintOf));
    for (const needle of needles) {
      const key = fingerprintOf(needle).readUInt16BE(0);
      this.candidates.set(key, [...(this.candidates.get(key) ?? []), needle]);
    }
  }

  /** Where the first needle begins that lies wholly in `bytes[from, to)`; -1 when there is none. */
  next(bytes: Buffer, from: number, to: number): number {
    let size = FIRST_BLOCK;
    for (let start = from; to - start >= FINGERPRINT; ) {
      const end = Math.min(to, start + size);
      this.scan.load(bytes, start, end);
      // The last bytes of a block are looked at again at the beginning of the next one.
      const last = end - start - FINGERPRINT + 1;
      for (let at = this.scan.next(0, last); at < last; at = this.scan.next(at + 1, last)) {
        const found = this.needleAt(bytes, start + at, from, to);
        if (found >= 0) return found;
      }
      start += last;
      size = Math.min(size * 2, BLOCK);
    }
    return -1;
  }

  /** Where a needle begins whose fingerprint stands at `at`; -1 when none does. */
  private needleAt(bytes: Buffer, at: number, from: number, to: number): number {
    const candidates = this.candidates.get(bytes.readUInt16BE(at));
    if (candidates === undefined) return -1;
    for (const { bytes: needle, fingerprintAt } of candidates) {
      const start = at - fingerprintAt;
      const end = start + needle.length;
      // A comparison is a call out of JavaScript; the first letter tells most places apart without one.
      if (start < from || end > to || bytes[start] !== needle[0]) continue;
      if (bytes.compare(needle, 0, needle.length, start, end) === 0) return start;
    }
    return -1;
  }
}

/** The search for every word that makes a line worth parsing. */
export const needleSearch = new NeedleSearch(needles);
