import { recogniseLine } from "../lines/recognise";
import { parseTime } from "../lines/time";
import { unwrap } from "../lines/unwrap";
import type { PartResult, Sample } from "./part-result";

/** How much of an input's beginning tells its kind and the unit of its durations, in bytes. */
export const HEAD = 256 * 1024;
const MOST_LINES = 400;

/** Learns from the beginning of an input what kind of log it is and how its requests' times look. */
export function sniff(head: Buffer, fileName: string, part: PartResult): void {
  const text = head.toString("utf8").replaceAll("\0", "");
  const lines = text.split(/\r?\n/, MOST_LINES + 1);
  if (head.length >= HEAD || lines.length > MOST_LINES) lines.pop();
  for (const line of lines) {
    if (line.trim() === "" || /^[\s"\]},]/.test(line) || line === "{") continue;
    const unwrapped = unwrap(line);
    if (unwrapped.damaged) continue;
    for (const wrapping of unwrapped.wrappings) part.wrappings.add(wrapping);
    for (const kind of recogniseLine(unwrapped, fileName)) if (kind !== "other-json") part.kinds.add(kind);
    for (const record of unwrapped.records) {
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
