import { closeSync, openSync, readSync } from "node:fs";
import { LINE_CAP } from "../scan/cut";
import { LogScanner } from "../scan/log-scanner";
import { Collector } from "./collector";
import type { PartResult } from "./part-result";
import { finish } from "./read-stream";
import { HEAD, sniff } from "./sniff";

/**
 * Reads the bytes [from, to) of a plain file, and as much around them as a line has, for context. The ranges of a file together say what
 * one range over all of it says.
 *
 * @param onBytes is told how many bytes were read, now and then.
 * @param size up to where, at least, the range was there when reading began, in bytes.
 */
export function readRange(
  file: string,
  name: string,
  from: number,
  to: number,
  onBytes: (count: number) => void = () => undefined,
  size = 0,
): PartResult {
  const base = Math.max(0, from - LINE_CAP);
  const collector = new Collector(from, name);
  const scanner = new LogScanner(collector.take, { from, to }, base);
  const { part } = collector;
  const descriptor = openSync(file, "r");
  try {
    let at = base;
    while (at < to + LINE_CAP) {
      const room = scanner.room();
      const count = readSync(descriptor, room, 0, Math.min(room.length, to + LINE_CAP - at), at);
      if (count === 0) break;
      scanner.filled(count);
      at += count;
      onBytes(count);
    }
    scanner.end();
    part.bytes = Math.max(0, Math.min(at, to) - from);
    if (at < size) part.damage = "the file shrank while it was read";
    finish(part, scanner);
    if (from === 0) {
      const head = Buffer.alloc(Math.min(HEAD, at));
      sniff(head.subarray(0, readSync(descriptor, head, 0, head.length, 0)), name, part, at <= to);
    }
  } finally {
    closeSync(descriptor);
  }
  return part;
}
