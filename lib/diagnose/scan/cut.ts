import { closingBrace, type Effort, enclosingObject } from "./enclosing-object";
import type { Hit } from "./hit";
import { withParts } from "./with-parts";

/** Longer lines are searched, but not read whole, in bytes. GitLab's lines have a few thousand; docker and containerd cut at 16 KiB. */
export const LINE_CAP = 128 * 1024;
const NEWLINE = 10;

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
 * What to read around a needle at index `at`: its line (with the other parts of it, where a container's run-time cut it), or the object
 * around it when the text is pretty-printed or the line too long. Looks at {@link LINE_CAP} bytes on both sides at most, so that the answer
 * does not depend on how much more is at hand.
 *
 * @returns undefined when more bytes are needed to tell.
 */
export function cut(view: View, at: number, effort: Effort): Cut | undefined {
  const { bytes, length } = view;
  const enough = length - at >= LINE_CAP;
  const ahead = enough ? at + LINE_CAP : length;
  const newline = bytes.subarray(at, ahead).indexOf(NEWLINE);
  const ends = newline >= 0;
  if (!ends && !enough && !view.atEnd) return undefined;

  const back = Math.max(0, at - LINE_CAP);
  const lineStart = back + bytes.subarray(back, at).lastIndexOf(NEWLINE) + 1;
  const begins = lineStart > back || (view.atStart && back === 0);
  const lineEnd = ends ? at + newline : ahead;
  const whole = begins && (ends || !enough);
  if (whole && !beginsInside(bytes, lineStart, at) && !isWrapped(bytes, lineStart, lineEnd, ahead)) {
    const joined = withParts(bytes, { start: lineStart, end: lineEnd }, back, ahead, view.atEnd && !enough);
    if (joined === undefined) return { start: lineStart, end: lineEnd, shape: "line" };
    return enough || view.atEnd || joined.isComplete
      ? { start: joined.start, end: joined.end, shape: "line" }
      : undefined;
  }

  if (!enough && !view.atEnd) return undefined;
  const found = enclosingObject(bytes, at, back, ahead, effort);
  if (found !== undefined) return { ...found, shape: "object" };
  if (whole) return { start: lineStart, end: lineEnd, shape: "line" };
  return { start: Math.max(back, lineStart), end: lineEnd, shape: "piece" };
}

/** Mail programs break lines after 72 to 100 letters, in bytes. */
const WRAPPED = 250;
const OPEN = 0x7b;

/**
 * Whether a short line begins an object that goes on in the next one, as mails and chats wrap a record. A record that is cut off is followed by
 * another one.
 */
function isWrapped(bytes: Buffer, start: number, end: number, ahead: number): boolean {
  if (end - start > WRAPPED || end >= ahead) return false;
  const open = bytes.subarray(start, end).indexOf(OPEN);
  if (open < 0 || closingBrace(bytes, start + open, end) >= 0) return false;
  const next = bytes.toString("latin1", end + 1, Math.min(end + 1 + MARGIN, ahead));
  return (
    /^(?:[>\s]|\u00e2\u0094\u0082)*[^\s>]/.test(next) &&
    !/^[^\n]{0,40}(?:\{\s*"(?!key")|(?<!")\d{4}-\d{2}-\d{2}[T ])/.test(next)
  );
}

/** How much of a line's beginning tells that it stands inside of an object. */
const MARGIN = 120;
/**
 * A key of a pretty-printed object, behind blanks, the quotation marks of Markdown and mails, line numbers, a list's signs, and HTML's tags; its
 * quote may be curly or an entity (bytes are read as Latin-1 here, in which a curly quote of UTF-8 begins with \u00e2). What goes on behind a
 * comma is a row of a table.
 */
const insideObject =
  /^(?:[\s\0]|\u00c2\u00a0)*(?:(?:>[ \t]?)+|\d{1,5}[ \t]*[|:.)]?[ \t]+|[*|-][ \t]+|\u00e2\u0094\u0082[ \t]+)?(?:[\s\0]|\u00c2\u00a0)*(?:<[A-Za-z][^<>]{0,60}>)*[\s\0]*(?:"(?![^"\n]{0,100}",[^\s])|\u00e2\u0080[\u009c-\u009f]|\u00c2\u00ab|&(?:quot|#34|#x22|ldquo);|'[A-Za-z_]+':)/;

/** Whether a line begins with the key of a pretty-printed object. */
function beginsInside(bytes: Buffer, lineStart: number, at: number): boolean {
  let first = lineStart;
  // Blanks are passed over before a copy is made.
  while (first < at && (bytes[first] ?? 0) <= 0x20) first += 1;
  return insideObject.test(bytes.toString("latin1", first, Math.min(at + 1, first + MARGIN)));
}
