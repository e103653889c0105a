import { DATA, FINGERPRINT, MEMORY, vectorModule } from "./vector-module";

/** What is used of the global `WebAssembly`, whose types come with those of browsers alone. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (
    module: object,
  ) => {
    readonly exports: { readonly m: { readonly buffer: ArrayBuffer }; readonly f: (at: number, to: number) => number };
  };
};

/** How many groups the fingerprints are told apart by. */
const GROUPS = 8;
/** A vector is read from each place before the end, so that the last ones reach behind it. */
const OVERHANG = 16 + FINGERPRINT;

/** How many bytes {@link VectorScan.load} takes. */
export const BLOCK = MEMORY - DATA - 2 * OVERHANG;

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
    this.memory = new Uint8Array(exports.m.buffer);
    this.find = exports.f;
    // Fingerprints of one group are mixed up with each other; those with the same middle byte the least.
    const middles = [...new Set(fingerprints.map((fingerprint) => fingerprint.readUInt8(1)))];
    for (const fingerprint of fingerprints) {
      this.add(fingerprint, 1 << (middles.indexOf(fingerprint.readUInt8(1)) % GROUPS));
    }
  }

  private add(fingerprint: Buffer, group: number): void {
    for (let position = 0; position < FINGERPRINT; position += 1) {
      const byte = fingerprint.readUInt8(position);
      this.mark(2 * position * 16 + (byte & 15), group);
      this.mark((2 * position + 1) * 16 + (byte >> 4), group);
    }
  }

  private mark(address: number, group: number): void {
    this.memory[address] = (this.memory[address] ?? 0) | group;
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
