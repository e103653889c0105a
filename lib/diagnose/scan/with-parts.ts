import { partOf } from "../lines/line-parts";

interface Lines {
  readonly start: number;
  readonly end: number;
}

const NEWLINE = 10;
/** What the lines of docker's JSON driver, of containerd, and of what Fluent Bit makes of them have near their beginning. */
const mayBePart = /^[^{\n]{0,300}(?:std(?:out|err) [FP]|\{)/;
const NEAR = 340;

function read(bytes: Buffer, { start, end }: Lines): ReturnType<typeof partOf> {
  if (!mayBePart.test(bytes.toString("latin1", start, Math.min(end, start + NEAR)))) return undefined;
  return partOf(bytes.toString("utf8", start, end).replace(/\r$/, ""));
}

/** Whether a line is so long that it may have been cut, or marked as a part. */
const isMarked = (bytes: Buffer, { start, end }: Lines): boolean =>
  / P |"(?:logtag"\s*:\s*"P|partial_)/.test(bytes.toString("latin1", start, Math.min(end, start + NEAR))) ||
  /"(?:logtag"\s*:\s*"P|partial_)/.test(bytes.toString("latin1", Math.max(start, end - NEAR), end));

/** Docker cuts after 16 KiB of text, which is more when it stands in JSON. */
const LONG = 16 * 1024;

const mayContinue = (bytes: Buffer, lines: Lines): boolean => lines.end - lines.start >= LONG || isMarked(bytes, lines);

function before(bytes: Buffer, start: number, from: number): Lines | undefined {
  if (start - 1 <= from) return undefined;
  const newline = bytes.subarray(from, start - 1).lastIndexOf(NEWLINE);
  // A line of which the beginning is not at hand cannot be told.
  return newline < 0 && from > 0 ? undefined : { start: from + newline + 1, end: start - 1 };
}

function after(bytes: Buffer, end: number, to: number, isEnd: boolean): Lines | undefined {
  if (end + 1 >= to) return undefined;
  const newline = bytes.subarray(end + 1, to).indexOf(NEWLINE);
  // A line of which the end is not at hand cannot be told.
  if (newline < 0 && !isEnd) return undefined;
  return { start: end + 1, end: newline < 0 ? to : end + 1 + newline };
}

/** Lines of the other stream may stand between two parts; so many are looked over. */
const BETWEEN = 4;

function mayFollow(bytes: Buffer, previous: Lines | undefined, from: number): boolean {
  let one = previous;
  for (let count = 0; one !== undefined && count < BETWEEN; count += 1) {
    if (mayContinue(bytes, one)) return true;
    one = before(bytes, one.start, from);
  }
  return false;
}

/**
 * The lines that are parts of the same line as `line`, as far as they lie between `from` and `to`; undefined when it was not cut.
 *
 * @param isEnd the input ends at `to`.
 * @returns the first part's begin and the last one's end, and whether the last part is among them.
 */
export function withParts(
  bytes: Buffer,
  line: Lines,
  from: number,
  to: number,
  isEnd: boolean,
): (Lines & { readonly isComplete: boolean }) | undefined {
  let { start, end } = line;
  const previous = before(bytes, start, from);
  if (!mayContinue(bytes, line) && !mayFollow(bytes, previous, from)) return undefined;
  const own = read(bytes, line);
  if (own === undefined) return undefined;
  for (let one = previous; one !== undefined; one = before(bytes, one.start, from)) {
    const part = read(bytes, one);
    if (part === undefined) break;
    if (part.stream !== own.stream) continue;
    if (part.isLast) break;
    start = one.start;
  }
  let isComplete = own.isLast;
  for (
    let one = after(bytes, end, to, isEnd);
    one !== undefined && !isComplete;
    one = after(bytes, one.end, to, isEnd)
  ) {
    const part = read(bytes, one);
    if (part === undefined) {
      isComplete = true;
      break;
    }
    if (part.stream !== own.stream) continue;
    end = one.end;
    isComplete = part.isLast;
  }
  return start === line.start && end === line.end && own.isLast ? undefined : { start, end, isComplete };
}
