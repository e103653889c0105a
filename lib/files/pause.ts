import { rmSync } from "node:fs";
import { z } from "zod";
import { jsonText } from "../util/json-text";
import { writeFileAtomic } from "./atomic";
import { readJson } from "./read-file";

const PAUSE_VERSION = 1;

/** Why an organization's runs write nothing, in `.repoint/ORG/pause`: while the file is there, whatever it holds, nothing is written. */
const Pause = z.strictObject({
  version: z.literal(PAUSE_VERSION),
  /** RFC 3339 in UTC. */
  since: z.string(),
});
export type Pause = z.infer<typeof Pause>;

/** @returns whether it was not paused before */
export function pause(file: string, now: Date): boolean {
  if (pausedSince(file) !== undefined) return false;
  const content: Pause = { version: PAUSE_VERSION, since: now.toISOString() };
  writeFileAtomic(file, `${jsonText(content)}\n`);
  return true;
}

/** @returns whether it was paused */
export function resume(file: string): boolean {
  const was = pausedSince(file) !== undefined;
  rmSync(file, { force: true });
  return was;
}

/** Since when it is paused, RFC 3339; "unknown" where somebody else made the file; undefined where it is not. */
export function pausedSince(file: string): string | undefined {
  const json = readAnything(file);
  if (json === undefined) return undefined;
  const found = Pause.safeParse(json);
  return found.success ? found.data.since : "unknown";
}

/** What a person is told of a pause. */
export function pausedLine(key: string, since: string): string {
  return `PAUSED   since ${since}: nothing is written to TFE until repoint resume ${key}`;
}

/** An empty file, as `touch` makes it, pauses as well. */
function readAnything(file: string): unknown {
  try {
    return readJson(file, { rule: "pause/unreadable", fix: "delete it to resume" })?.value;
  } catch {
    return null;
  }
}
