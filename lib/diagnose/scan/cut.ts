import { enclosingObject } from "./enclosing-object";
import type { Hit } from "./hit";

/** Longer lines are searched, but not read whole, in bytes. GitLab's lines have a few thousand; docker and containerd cut at 16 KiB. */
export const LINE_CAP = 128 * 1024;
const NEWLINE = 10;
const QUOTE = 0x22;
/** What word processors make of a quote. */
const CURLY_QUOTE = Buffer.from("\u201c");

/** Which bytes to read for a needle. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly shape: Hit["shape"];
}

/** Bytes of an input that are at hand. */
interface View {
  readonly bytes: Buffer;
  /** How many of `bytes` are filled. At least {@link LINE_CAP} before the needle are there, or all. */
  readonly length: number;
  /** The first byte is the first of the input. */
  readonly atStart: boolean;
  /** The last byte is the last of the input. */
  readonly atEnd: boolean;
}

/**
 * What to read around a needle at index `at`: its line, or the object around it when the text is pretty-printed or the line too long.
 * Looks at {@link LINE_CAP} bytes on both sides at most, so that the answer does not depend on how much more is at hand.
 *
 * @returns undefined when more bytes are needed to tell.
 */
export function cut(view: View, at: number): Cut | undefined {
  const { bytes, length } = view;
  const enough = length - at >= LINE_CAP;
  const ahead = enough ? at + LINE_CAP : length;
  const newline = bytes.indexOf(NEWLINE, at);
  const ends = newline >= 0 && newline < ahead;
  if (!ends && !enough && !view.atEnd) return undefined;

  const back = Math.max(0, at - LINE_CAP);
  const lineStart = at === 0 ? 0 : bytes.lastIndexOf(NEWLINE, at - 1) + 1;
  const begins = lineStart > back || (view.atStart && lineStart === 0 && back === 0);
  const lineEnd = ends ? newline : ahead;
  const whole = begins && (ends || !enough);
  if (whole && !beginsWithKey(bytes, lineStart, at)) return { start: lineStart, end: lineEnd, shape: "line" };

  if (!enough && !view.atEnd) return undefined;
  const found = enclosingObject(bytes, at, back, ahead);
  if (found !== undefined) return { ...found, shape: "object" };
  if (whole) return { start: lineStart, end: lineEnd, shape: "line" };
  return { start: Math.max(back, lineStart), end: lineEnd, shape: "piece" };
}

/** Whether a line begins with a quote, but for blanks (and the NUL bytes of UTF-16): a key of a pretty-printed object. */
function beginsWithKey(bytes: Buffer, lineStart: number, at: number): boolean {
  for (let index = lineStart; index < at; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) return true;
    if (byte === CURLY_QUOTE[0]) return bytes.compare(CURLY_QUOTE, 0, 3, index, index + 3) === 0;
    if (byte > 0x20) return false;
  }
  return false;
}
