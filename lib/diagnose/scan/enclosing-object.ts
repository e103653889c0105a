const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** How many opening braces before the needle are tried. */
const MOST_CANDIDATES = 64;

/** The index behind the brace that closes the one at `open`; -1 when it is not before `limit`. Braces inside of strings do not count. */
function closingBrace(bytes: Buffer, open: number, limit: number): number {
  let depth = 0;
  let inString = false;
  for (let at = open; at < limit; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN) depth += 1;
    else if (byte === CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/**
 * The innermost JSON object around `at`, as indices into `bytes`, looking no further than `from` and `to`. For a record whose needle
 * stands in a field of its own (path, meta.…), that object is the record.
 */
export function enclosingObject(
  bytes: Buffer,
  at: number,
  from: number,
  to: number,
): { start: number; end: number } | undefined {
  let open = at;
  for (let tried = 0; tried < MOST_CANDIDATES && open > from; tried += 1) {
    open = bytes.lastIndexOf(OPEN, open - 1);
    if (open < from) return undefined;
    const end = closingBrace(bytes, open, to);
    if (end > at) return { start: open, end };
  }
  return undefined;
}
