import type { Chunks } from "./byte-source";

const BLOCK = 512;

/** A regular file in an archive. Its bytes must be read, or skipped by asking for the next one. */
export interface TarEntry {
  readonly name: string;
  readonly chunks: Chunks;
}

/** Whether a block is a tar header: its checksum holds. */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK) return false;
  const expected = octal(block.subarray(148, 156));
  let sum = 0;
  for (let index = 0; index < BLOCK; index += 1) sum += index >= 148 && index < 156 ? 0x20 : (block[index] ?? 0);
  return expected !== undefined && sum === expected && sum > 256;
}

function octal(field: Buffer): number | undefined {
  if (((field[0] ?? 0) & 0x80) !== 0) {
    let value = 0;
    for (const byte of field.subarray(1)) value = value * 256 + byte;
    return value;
  }
  const digits = field.toString("latin1").replace(/[\0 ]/g, "");
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function cString(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? field.length : end);
}

/** Reads exact amounts from chunks. */
class Cursor {
  private rest: Uint8Array = new Uint8Array(0);
  private readonly iterator: AsyncIterator<Uint8Array>;

  constructor(chunks: Chunks) {
    this.iterator = chunks[Symbol.asyncIterator]();
  }

  /** Up to `most` bytes, at least one; undefined at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    while (this.rest.length === 0) {
      const next = await this.iterator.next();
      if (next.done === true) return undefined;
      this.rest = next.value;
    }
    const piece = this.rest.subarray(0, most);
    this.rest = this.rest.subarray(piece.length);
    return piece;
  }

  /** `count` bytes, fewer at the end. */
  async exactly(count: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    let left = count;
    while (left > 0) {
      const piece = await this.some(left);
      if (piece === undefined) break;
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  async skip(count: number): Promise<void> {
    let left = count;
    while (left > 0) {
      const piece = await this.some(left);
      if (piece === undefined) return;
      left -= piece.length;
    }
  }
}

/** A long name in a pax header's records (`"30 path=…\n"`). */
function paxPath(body: Buffer): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(body.toString("utf8"))?.[1];
}

/** Thrown when an archive ends in the middle of a file. */
export class TarTruncated extends Error {
  override readonly name = "TarTruncated";
}

/** The regular files of a tar archive, one after the other, without unpacking it. Long names of GNU and pax are understood. */
export async function* readTar(chunks: Chunks): AsyncGenerator<TarEntry> {
  const cursor = new Cursor(chunks);
  let longName: string | undefined;
  for (;;) {
    const header = await cursor.exactly(BLOCK);
    if (header.length === 0 || header.every((byte) => byte === 0)) return;
    if (!isTarHeader(header)) throw new TarTruncated("the archive is damaged: a file header is invalid");
    const size = octal(header.subarray(124, 136)) ?? 0;
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "L" || type === "x") {
      const body = await cursor.exactly(Math.min(size, 65536));
      await cursor.skip(size - body.length + padding);
      longName = (type === "L" ? cString(body) : paxPath(body)) ?? longName;
      continue;
    }
    if (type !== "0" && type !== "\0" && type !== "7") {
      await cursor.skip(size + padding);
      continue;
    }
    const prefix = header.toString("latin1", 257, 262) === "ustar" ? cString(header.subarray(345, 500)) : "";
    const short = cString(header.subarray(0, 100));
    const name = longName ?? (prefix === "" ? short : `${prefix}/${short}`);
    longName = undefined;
    let left = size;
    const body = async function* (): Chunks {
      while (left > 0) {
        const piece = await cursor.some(left);
        if (piece === undefined) throw new TarTruncated("the archive ends in the middle of this file");
        left -= piece.length;
        yield piece;
      }
    };
    yield { name, chunks: body() };
    await cursor.skip(left + padding);
  }
}
