const OPEN = 0x7b;
const CLOSE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** How many opening braces before the needle are tried. */
const MOST_CANDIDATES = 64;

/**
 * How many bytes may still be looked at in search of objects. Each search may look at a quarter of a megabyte many times over, and a log
 * may be made so that each of its lines asks for one: what the search costs stays in proportion to what was scanned.
 */
export class Effort {
  private left = 16 * 1024 * 1024;
  private reached = 0;

  /** @param at how far the scan has come, in bytes. */
  advance(at: number): void {
    if (at <= this.reached) return;
    this.left = Math.min(this.left + (at - this.reached) * 8, 64 * 1024 * 1024);
    this.reached = at;
  }

  spend(bytes: number): void {
    this.left -= bytes;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }
}

/** The index behind the brace that closes the one at `open`; -1 when it is not before `limit`. Braces inside of strings do not count. */
export function closingBrace(bytes: Buffer, open: number, limit: number): number {
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

/** The same for an object in a string of JSON, where a backslash stands before each quote; the string's own end ends the search. */
function closingQuotedBrace(bytes: Buffer, open: number, limit: number): number {
  let depth = 0;
  let inString = false;
  for (let at = open; at < limit; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) return -1;
    if (byte === BACKSLASH) {
      at += 1;
      if (bytes[at] === QUOTE) inString = !inString;
      // A backslash of the inner text, and what it stands before.
      else if (bytes[at] === BACKSLASH) at += bytes[at + 1] === BACKSLASH ? 2 : 1;
    } else if (inString) continue;
    else if (byte === OPEN) depth += 1;
    else if (byte === CLOSE) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

/** What GitLab's records have, and the answers that a log line quotes have not. */
const recordKeys = ['path\\"', 'class\\"'].map((key) => Buffer.from(key));

/** Whether the first thing in an object is a quote with a backslash before it. */
function isQuoted(bytes: Buffer, open: number, limit: number): boolean {
  let at = open + 1;
  while (at < limit && (bytes[at] ?? 0) <= 0x20) at += 1;
  return at + 1 < limit && bytes[at] === BACKSLASH && bytes[at + 1] === QUOTE;
}

/**
 * The innermost JSON object around `at`, as indices into `bytes`, looking no further than `from` and `to`; records in strings (an export of
 * log lines) count. For a record whose needle stands in a field of its own (path, meta.…), that object is the record.
 */
export function enclosingObject(
  bytes: Buffer,
  at: number,
  from: number,
  to: number,
  effort: Effort,
): { start: number; end: number } | undefined {
  let open = at;
  for (let tried = 0; tried < MOST_CANDIDATES && open > from && !effort.isSpent; tried += 1) {
    open = bytes.lastIndexOf(OPEN, open - 1);
    if (open < from) return undefined;
    const quoted = isQuoted(bytes, open, to);
    const end = quoted ? closingQuotedBrace(bytes, open, to) : closingBrace(bytes, open, to);
    effort.spend((end < 0 ? to : end) - open);
    if (end <= at) continue;
    if (!quoted || recordKeys.some((key) => bytes.subarray(open, end).includes(key))) return { start: open, end };
  }
  return undefined;
}
