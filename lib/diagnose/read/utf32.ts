import type { Chunks } from "./byte-source";

/** Whether bytes begin a text in UTF-32, by its byte order mark or by the zeros of ASCII in it, and in which byte order. */
export function utf32Order(head: Buffer): "LE" | "BE" | undefined {
  if (head.length < 8) return undefined;
  if (head.readUInt32BE(0) === 0xfeff) return "BE";
  if (head.readUInt32LE(0) === 0xfeff) return "LE";
  const words = Math.min(16, Math.floor(head.length / 4));
  const isText = (read: (at: number) => number): boolean =>
    Array.from({ length: words }, (_, index) => read(index * 4)).every((code) => code >= 9 && code < 0x80);
  if (isText((at) => head.readUInt32LE(at))) return "LE";
  return isText((at) => head.readUInt32BE(at)) ? "BE" : undefined;
}

/** A text in UTF-32 as UTF-8. */
export async function* fromUtf32(chunks: Chunks, order: "LE" | "BE"): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 4);
    const letters: string[] = [];
    for (let at = 0; at < whole; at += 4) {
      const code = order === "LE" ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
      if (code !== 0xfeff) letters.push(code <= 0x10ffff ? String.fromCodePoint(code) : "\uFFFD");
    }
    rest = bytes.subarray(whole);
    if (letters.length > 0) yield Buffer.from(letters.join(""), "utf8");
  }
}
