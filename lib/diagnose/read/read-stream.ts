import { sourceOfHeading } from "../lines/heading";
import { LogScanner } from "../scan/log-scanner";
import { type Chunks, peek } from "./byte-source";
import { Collector } from "./collector";
import { gunzip } from "./gunzip";
import { emptyPart, type PartResult } from "./part-result";
import { reasonOf } from "./reason";
import { HEAD, sniff } from "./sniff";
import { isTarHeader, readTar } from "./tar";
import { fromUtf32, utf32Order } from "./utf32";

/** One input, or one member of an archive, or a part of either. */
export interface ReadPart {
  readonly name: string;
  readonly container: "plain" | "gzip" | "tar" | "tar member" | "unsupported";
  readonly part: PartResult;
}

const unsupported: readonly (readonly [string, Buffer])[] = [
  ["zip", Buffer.from("PK\x03\x04", "latin1")],
  ["zstd", Buffer.from("28b52ffd", "hex")],
  ["xz", Buffer.from("fd377a585a00", "hex")],
  ["bzip2", Buffer.from("BZh", "latin1")],
  ["7z", Buffer.from("377abcaf271c", "hex")],
  ["lz4", Buffer.from("04224d18", "hex")],
  ["snappy", Buffer.from("ff060000734e61507059", "hex")],
  ["compress (.Z)", Buffer.from("1f9d", "hex")],
  ["lzip", Buffer.from("LZIP")],
  ["rar", Buffer.from("Rar!")],
  ["Parquet", Buffer.from("PAR1")],
  ["a binary journal of systemd (`journalctl --file FILE -o json` prints it)", Buffer.from("LPKSHHRH")],
  ["a PGP message", Buffer.from("-----BEGIN PGP MESSAGE")],
  ["PDF", Buffer.from("%PDF-")],
];

/** How bytes are packed, by how they begin. */
export function packing(
  head: Buffer,
):
  | { type: "plain" | "gzip" | "tar" }
  | { type: "utf-32"; order: "LE" | "BE" }
  | { type: "unsupported"; format: string } {
  if (head[0] === 0x1f && head[1] === 0x8b) return { type: "gzip" };
  if (isTarHeader(head)) return { type: "tar" };
  const other = unsupported.find(([, magic]) => head.subarray(0, magic.length).equals(magic));
  if (other !== undefined) return { type: "unsupported", format: other[0] };
  const order = utf32Order(head);
  return order === undefined ? { type: "plain" } : { type: "utf-32", order };
}

/**
 * Reads an input from a stream: unpacks gzip and tar as it goes, however they are nested, and gives a part for the input or for each
 * member. Damage ends an input, and is said in its part.
 */
export async function* readStream(name: string, chunks: Chunks, depth = 0): AsyncGenerator<ReadPart> {
  let peeked: Awaited<ReturnType<typeof peek>>;
  try {
    peeked = await peek(chunks, 512);
  } catch (error) {
    yield { name, container: depth === 0 ? "plain" : "tar member", part: { ...emptyPart(0), damage: reasonOf(error) } };
    return;
  }
  const packed = packing(peeked.head);
  if (packed.type === "unsupported" || depth > 4) {
    const format = packed.type === "unsupported" ? packed.format : "an archive nested too deeply";
    yield { name, container: "unsupported", part: { ...emptyPart(0), damage: format } };
  } else if (packed.type === "gzip") {
    for await (const part of readStream(name, gunzip(peeked.chunks), depth + 1)) {
      yield part.container === "plain" ? { ...part, container: "gzip" } : part;
    }
  } else if (packed.type === "tar") {
    yield* readArchive(name, peeked.chunks, depth);
  } else if (packed.type === "utf-32") {
    yield { name, container: "plain", part: await readPlain(name, fromUtf32(peeked.chunks, packed.order)) };
  } else {
    yield { name, container: "plain", part: await readPlain(name, peeked.chunks) };
  }
}

async function* readArchive(name: string, chunks: Chunks, depth: number): AsyncGenerator<ReadPart> {
  try {
    for await (const entry of readTar(chunks)) {
      for await (const part of readStream(`${name}!${entry.name}`, entry.chunks, depth + 1)) {
        yield part.container === "unsupported" ? part : { ...part, container: "tar member" };
      }
    }
  } catch (error) {
    yield { name, container: "tar", part: { ...emptyPart(0), damage: reasonOf(error) } };
  }
}

async function readPlain(name: string, chunks: Chunks): Promise<PartResult> {
  const collector = new Collector(0, name);
  const { part } = collector;
  const scanner = new LogScanner(collector.take);
  const head: Uint8Array[] = [];
  try {
    for await (const chunk of chunks) {
      if (part.bytes < HEAD) head.push(Buffer.from(chunk.subarray(0, HEAD - part.bytes)));
      part.bytes += chunk.length;
      scanner.push(chunk);
    }
  } catch (error) {
    part.damage = reasonOf(error);
  }
  scanner.end();
  finish(part, scanner);
  sniff(Buffer.concat(head), name, part, true);
  return part;
}

/** Copies a scanner's counts into the part it read. */
export function finish(part: PartResult, scanner: LogScanner): void {
  part.lines = scanner.lines.count;
  part.leadLine = scanner.lines.lead;
  part.openLine = scanner.lines.open;
  part.longLines = scanner.lines.long;
  part.heading = scanner.heading === null ? null : sourceOfHeading(scanner.heading);
}
