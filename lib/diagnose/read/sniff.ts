import { namesMachines } from "../lines/machine";
import { recogniseLine } from "../lines/recognise";
import { parseTime } from "../lines/time";
import { unwrap } from "../lines/unwrap";
import type { PartResult, Sample } from "./part-result";
import { unreadIn } from "./unread";

/** How much of an input's beginning tells its kind and the unit of its durations, in bytes. */
export const HEAD = 256 * 1024;
const MOST_LINES = 400;
/** So many lines of a known kind are enough where no refresh's times have to be understood. */
const ENOUGH = 40;

/**
 * Learns from the beginning of an input what kind of log it is and how its requests' times look.
 *
 * @param isWhole the part is all of the input, so that its times matter only if there are refreshes in it.
 */
export function sniff(head: Buffer, fileName: string, part: PartResult, isWhole: boolean): void {
  const text = head.toString("utf8").replaceAll("\0", "");
  if (namesMachines(text)) part.namesMachines = true;
  const lines = text.split(/\r?\n/, MOST_LINES + 1);
  if (head.length >= HEAD || lines.length > MOST_LINES) lines.pop();
  learn(lines, fileName, part, !isWhole || part.refreshes.length > 0);
  part.unread = unreadIn(text, part.kinds.size > 0);
}

function learn(lines: readonly string[], fileName: string, part: PartResult, timesMatter: boolean): void {
  let known = 0;
  for (const line of lines) {
    if (line.trim() === "" || /^[\s"\]},]/.test(line) || line === "{") continue;
    const unwrapped = unwrap(line);
    if (unwrapped.damaged) continue;
    if (!timesMatter && known >= ENOUGH) return;
    for (const wrapping of unwrapped.wrappings) part.wrappings.add(wrapping);
    const kinds = recogniseLine(unwrapped, fileName).filter((kind) => kind !== "other-json");
    for (const kind of kinds) part.kinds.add(kind);
    if (kinds.length > 0) known += 1;
    for (const record of timesMatter ? unwrapped.records : []) {
      const sample = sampleOf(record);
      if (sample !== undefined) part.samples.push(sample);
    }
  }
}

function sampleOf(record: Readonly<Record<string, unknown>>): Sample | undefined {
  if (typeof record.status !== "number" || typeof record.path !== "string") return undefined;
  const at = parseTime(record.time);
  const token = record.path.endsWith("/oauth/token");
  if (typeof record.duration_s === "number") return { at, duration: record.duration_s, field: "duration_s", token };
  if (typeof record.duration === "number") return { at, duration: record.duration, field: "duration", token };
  return undefined;
}
