/** Bytes that arrive one chunk after another. */
export type Chunks = AsyncIterable<Uint8Array>;

/** The first bytes of a stream, and the whole stream again. */
export interface Peeked {
  readonly head: Buffer;
  readonly chunks: Chunks;
}

/** Waits for the first `count` bytes (or the end) and gives them without using them up. */
export async function peek(chunks: Chunks, count: number): Promise<Peeked> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let length = 0;
  while (length < count) {
    const next = await iterator.next();
    if (next.done === true) break;
    held.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(held).subarray(0, count);
  async function* again(): Chunks {
    yield* held.splice(0);
    try {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head, chunks: again() };
}
