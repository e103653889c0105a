import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { namingFile } from "../util/file-trouble";
import { parseJson } from "../util/json";
import { jsonText } from "../util/json-text";
import { makeFolder } from "./make-folder";
import { readBytes } from "./read-file";

/** The journal's format; a line of a newer one is kept but not understood. */
export const JOURNAL_VERSION = 1;

const FIX = "make the file readable, or move it away; Repoint then starts a new journal";

/** Where an organization's journal stands. */
export function journalPath(root: string, key: string): string {
  return join(root, ".repoint", key, "journal.jsonl");
}

/** One line of `.repoint/ORG/journal.jsonl`: what was done, when. */
export const JournalEntry = z.looseObject({
  version: z.literal(JOURNAL_VERSION),
  /** RFC 3339 in UTC. */
  at: z.string(),
  /** Such as `plan.made` or `apply.finished`. */
  event: z.string(),
  /** Names of waves; null where it was for all that the organization file says. */
  waves: z.array(z.string()).nullish(),
  /** Ids of resources. */
  ids: z.array(z.string()).optional(),
});
export type JournalEntry = z.infer<typeof JournalEntry>;

/** What a journal holds, and which of its lines could not be read (a run that was killed while it wrote leaves one). */
export interface JournalContent {
  readonly entries: readonly JournalEntry[];
  readonly unreadableLines: readonly number[];
}

/** How {@link appendJournal} writes. */
export interface AppendOptions {
  /**
   * Whether the entry is on the disk when it returns. Without, a process that is killed loses nothing either; a machine may lose the
   * last moments, until the next entry that is flushed. @default true
   */
  readonly flush?: boolean;
}

/** Appends one entry. A torn last line of a killed run is closed first. */
export function appendJournal(
  file: string,
  event: string,
  details: Record<string, unknown>,
  now: Date,
  { flush = true }: AppendOptions = {},
): JournalEntry {
  const entry: JournalEntry = { version: JOURNAL_VERSION, at: now.toISOString(), event, ...details };
  namingFile(file, () => append(file, jsonText(entry), flush));
  return entry;
}

function append(file: string, line: string, flush: boolean): void {
  makeFolder(dirname(file));
  const handle = openSync(file, "a+", 0o644);
  try {
    const size = fstatSync(handle).size;
    const last = Buffer.alloc(1);
    const torn = size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
    writeSync(handle, `${torn ? "\n" : ""}${line}\n`);
    if (flush) fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Reads a journal; a missing file is an empty one. @throws UsageError when it is no file */
export function readJournal(file: string): JournalContent {
  const text = readBytes(file, { rule: "journal/unreadable", fix: FIX })?.toString("utf8") ?? "";
  const entries: JournalEntry[] = [];
  const unreadableLines: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const entry = parseEntry(line);
    if (entry === undefined) unreadableLines.push(index + 1);
    else entries.push(entry);
  }
  return { entries, unreadableLines };
}

function parseEntry(line: string): JournalEntry | undefined {
  // The parser's errors take their time, and a damaged file may have a million lines.
  if (!/^\s*\{.*\}\s*$/.test(line)) return undefined;
  const json = parseJson(line);
  return json.type === "value" ? JournalEntry.safeParse(json.value).data : undefined;
}
