import { DATA, FINGERPRINT, FIRST_PAIR, LAST_PAIR, PAIRS, vectorModule } from "./vector-module";

/** What is used of the global `WebAssembly`, whose types come with those of browsers alone. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
  ) => {
    readonly exports: {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly find: (at: number, to: number) => number;
    };
  };
};

/** How many groups the fingerprints are told apart by. */
const GROUPS = 8;
/** A vector is read from each place before the end, so that the last ones reach behind it. */
const OVERHANG = 16 + FINGERPRINT;

/** How many bytes {@link VectorScan.load} takes. */
export const BLOCK = PAIRS - DATA - 2 * OVERHANG;

const middle = (fingerprint: Buffer | undefined): number => fingerprint?.readUInt8(1) ?? 0;

const isDigit = (fingerprint: Buffer | undefined): boolean => middle(fingerprint) >> 4 === 3;

/**
 * The fingerprints in as many groups as can be told apart. Those of one group are mixed up with each other, half a byte at a time: those with
 * the same middle byte the least, then those whose middle bytes have the same high half, the fewer the better. Digits stand everywhere in a log.
 */
function grouped(fingerprints: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const distinct = [...new Map(fingerprints.map((one) => [one.toString("latin1"), one])).values()];
  const byMiddle = new Map<number, Buffer[]>();
  for (const one of distinct) byMiddle.set(middle(one), [...(byMiddle.get(middle(one)) ?? []), one]);
  const groups = [...byMiddle.values()];
  while (groups.length > GROUPS) {
    const pairs = groups.flatMap((a, index) => groups.slice(index + 1).map((b) => ({ a, b })));
    const cost = ({ a, b }: { a: Buffer[]; b: Buffer[] }): number =>
      a.length * b.length +
      (middle(a[0]) >> 4 === middle(b[0]) >> 4 ? 0 : 1000) +
      (isDigit(a[0]) || isDigit(b[0]) ? 100 : 0);
    const cheapest = pairs.reduce((best, pair) => (cost(pair) < cost(best) ? pair : best));
    groups.splice(groups.indexOf(cheapest.b), 1);
    cheapest.a.push(...cheapest.b);
  }
  return groups;
}

/** Finds places in a block of bytes where one of some fingerprints may stand: all of them, and few others. */
export class VectorScan {
  private readonly memory: Uint8Array;
  private readonly find: (at: number, to: number) => number;

  /**
   * @param fingerprints {@link FINGERPRINT} bytes each.
   * @throws CompileError on a processor without vector instructions.
   */
  constructor(fingerprints: readonly Buffer[]) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(vectorModule));
    this.memory = new Uint8Array(exports.memory.buffer);
    this.find = exports.find;
    for (const [group, members] of grouped(fingerprints).entries()) {
      for (const fingerprint of members) this.add(fingerprint, 1 << group);
    }
  }

  private add(fingerprint: Buffer, group: number): void {
    for (let position = 0; position < FINGERPRINT; position += 1) {
      const byte = fingerprint.readUInt8(position);
      this.mark(2 * position * 16 + (byte & 15), group);
      this.mark((2 * position + 1) * 16 + (byte >> 4), group);
    }
    this.mark(PAIRS + fingerprint.readUInt16LE(0), FIRST_PAIR);
    this.mark(PAIRS + fingerprint.readUInt16LE(FINGERPRINT - 2), LAST_PAIR);
  }

  private mark(address: number, bit: number): void {
    this.memory[address] = (this.memory[address] ?? 0) | bit;
  }

  /** Takes `bytes[from, to)`, at most {@link BLOCK} bytes, to be searched. */
  load(bytes: Uint8Array, from: number, to: number): void {
    this.memory.set(bytes.subarray(from, to), DATA);
  }

  /** The first place from `at` on, within what was loaded, where a fingerprint may stand; `to` or more when there is none before `to`. */
  next(at: number, to: number): number {
    return this.find(at, to);
  }
}
