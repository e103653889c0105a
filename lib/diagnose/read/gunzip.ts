import { createInflateRaw, type InflateRaw } from "node:zlib";
import type { Chunks } from "./byte-source";

const CHUNK = 64 * 1024;
/** So many unpacked chunks may wait before the unpacking does. */
const MOST_WAITING = 16;

/** What ends a compressed input before its end. What was unpacked up to there has been given out. */
export class GzipDamage extends Error {
  override readonly name = "GzipDamage";
}

const cutOff = (): GzipDamage => new GzipDamage("the compressed data ends in the middle");

/** The bytes of an input, taken piece by piece, with the possibility to give some back. */
class Source {
  private rest: Buffer = Buffer.alloc(0);
  private readonly iterator: AsyncIterator<Uint8Array>;

  constructor(chunks: Chunks) {
    this.iterator = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes; undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    const piece = this.rest;
    this.rest = Buffer.alloc(0);
    if (piece.length > 0) return piece;
    const next = await this.iterator.next();
    if (next.done === true) return undefined;
    const { value } = next;
    return value.length === 0 ? this.next() : Buffer.from(value.buffer, value.byteOffset, value.length);
  }

  giveBack(bytes: Buffer): void {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([bytes, this.rest]);
  }

  /** Exactly `count` bytes; fewer at the end. */
  async take(count: number): Promise<Buffer> {
    let taken: Buffer = Buffer.alloc(0);
    while (taken.length < count) {
      const piece = await this.next();
      if (piece === undefined) break;
      taken = taken.length === 0 ? piece : Buffer.concat([taken, piece]);
    }
    if (taken.length > count) this.giveBack(taken.subarray(count));
    return taken.subarray(0, count);
  }

  async skipToZero(): Promise<void> {
    for (let piece = await this.next(); piece !== undefined; piece = await this.next()) {
      const end = piece.indexOf(0);
      if (end < 0) continue;
      this.giveBack(piece.subarray(end + 1));
      return;
    }
  }
}

/** Reads a member's header (RFC 1952). @returns `end` when there is no further byte, `other` when what comes is no gzip. */
async function header(source: Source): Promise<"member" | "end" | "other"> {
  const fixed = await source.take(10);
  if (fixed.length === 0) return "end";
  if (fixed.length < 10 || fixed.readUInt16BE(0) !== 0x1f8b || fixed[2] !== 8) {
    source.giveBack(fixed);
    return "other";
  }
  const flags = fixed[3] ?? 0;
  if ((flags & 4) !== 0) {
    const length = await source.take(2);
    if (length.length === 2) await source.take(length.readUInt16LE(0));
  }
  if ((flags & 8) !== 0) await source.skipToZero();
  if ((flags & 16) !== 0) await source.skipToZero();
  if ((flags & 2) !== 0) await source.take(2);
  return "member";
}

/** Unpacks one member's data, and leaves the source behind it. */
async function* inflate(source: Source): AsyncGenerator<Buffer> {
  const engine: InflateRaw = createInflateRaw({ chunkSize: CHUNK });
  const ready: Buffer[] = [];
  const state: { over: "no" | "end" | Error } = { over: "no" };
  let wake: () => void = () => undefined;
  const settled = (): void => wake();
  engine.on("data", (chunk: Buffer) => {
    ready.push(chunk);
    if (ready.length >= MOST_WAITING) engine.pause();
    settled();
  });
  engine.on("end", () => {
    state.over = "end";
    settled();
  });
  engine.on("error", (error: Error) => {
    state.over = error;
    settled();
  });
  const isOver = (): boolean => state.over !== "no";
  let given = 0;
  let last: Buffer = Buffer.alloc(0);
  try {
    while (!isOver()) {
      const piece = await source.next();
      if (piece === undefined) throw cutOff();
      last = piece;
      given += piece.length;
      let taken = false;
      engine.write(piece, () => {
        taken = true;
        settled();
      });
      while (!taken && !isOver()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (taken || isOver() || ready.length > 0) resolve();
        });
        yield* ready.splice(0);
        engine.resume();
      }
      yield* ready.splice(0);
      // The end is told a little later than the last of the input is taken.
      if (!isOver() && engine.bytesWritten < given)
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (isOver()) resolve();
        });
    }
    yield* ready.splice(0);
    if (state.over !== "end") throw state.over;
    source.giveBack(last.subarray(last.length - (given - engine.bytesWritten)));
  } finally {
    engine.destroy();
  }
}

/**
 * Unpacks gzip, of several members too. Node's own gunzip gives nothing out of a member that something else than gzip follows.
 *
 * @throws GzipDamage where the data ends early, or other bytes follow; the engine's error where it is damaged.
 */
export async function* gunzip(chunks: Chunks): AsyncGenerator<Buffer> {
  const source = new Source(chunks);
  for (let isFirst = true; ; isFirst = false) {
    const found = await header(source);
    if (found === "end") return;
    if (found === "other") {
      if (await isPadding(source)) return;
      throw new GzipDamage(
        isFirst ? "the compressed data is damaged" : "bytes that are not gzip follow the compressed data",
      );
    }
    let length = 0;
    for await (const chunk of inflate(source)) {
      length += chunk.length;
      yield chunk;
    }
    const trailer = await source.take(8);
    if (trailer.length < 8) throw cutOff();
    if (trailer.readUInt32LE(4) !== length % 2 ** 32) throw new GzipDamage("the compressed data is damaged");
  }
}

/** Whether nothing but zeros is left, as tapes and block devices leave them. */
async function isPadding(source: Source): Promise<boolean> {
  for (let piece = await source.next(); piece !== undefined; piece = await source.next()) {
    if (piece.some((byte) => byte !== 0)) return false;
  }
  return true;
}
