import { jsonText } from "../../util/json-text";
import { isObject, type JsonObject } from "./lenient-json";

/** A part of a line that a container's run-time cut, as it does after 16 KiB. */
export interface LinePart {
  /** Parts of one stream belong together; those of the other stand between them. */
  readonly stream: string;
  readonly isLast: boolean;
  readonly text: string;
  /** What the parts' joined text is put into, so that it reads as one line that was never cut. */
  readonly wrap: (text: string) => string;
}

const containerd =
  /^((?:[^\s{]{1,300}:)?\d{4}-\d{2}-\d{2}T[\d:.]{8,20}(?:Z|[+-]\d{2}:\d{2}) )(stdout|stderr) ([FP])(?:[:\w]*) /;

/** Docker cuts after 16 KiB, in the middle of a character if need be. A shorter line without an end lost it to a log shipper. */
const DOCKER_CUT = 16 * 1024 - 8;

function parse(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What a line is a part of, by containerd's flag, docker's missing line end, or Fluent Bit's and Fluentd's fields; undefined for other lines. */
export function partOf(line: string): LinePart | undefined {
  const match = containerd.exec(line);
  if (match !== null) {
    const [begin, head = "", stream = "", flag] = match;
    return {
      stream,
      isLast: flag === "F",
      text: line.slice(begin.length),
      wrap: (text) => `${head}${stream} F ${text}`,
    };
  }
  const open = line.indexOf("{");
  if (open < 0 || open > 300) return undefined;
  const prefix = line.slice(0, open);
  if (!/"stream"|"logtag"|"partial_/.test(line)) return undefined;
  const record = parse(line.slice(open));
  if (record === undefined) return undefined;
  const key = typeof record.log === "string" ? "log" : "message";
  const text = record[key];
  if (typeof text !== "string") return undefined;
  const isMarked = "logtag" in record || "partial_message" in record;
  if (!isMarked && (key !== "log" || typeof record.stream !== "string")) return undefined;
  const isLast = isMarked
    ? record.logtag !== "P" && (String(record.partial_message) !== "true" || String(record.partial_last) === "true")
    : text.endsWith("\n") || Buffer.byteLength(text) < DOCKER_CUT;
  const stream = `${String(record.stream ?? "")} ${String(record.partial_id ?? "")}`;
  return {
    stream,
    isLast,
    text,
    wrap: (joined) => `${prefix}${jsonText({ ...record, logtag: "F", [key]: joined })}`,
  };
}

/** Several lines of which a hit is made, joined to the one that the program wrote; a single line as it is. */
export function joinParts(text: string): string {
  if (!text.includes("\n")) return text;
  const parts = text.split("\n").map((line) => partOf(line.replace(/\r$/, "")));
  const [first] = parts;
  if (first === undefined) return text;
  const ours = parts.filter((part) => part !== undefined && part.stream === first.stream);
  return first.wrap(ours.map((part) => part?.text ?? "").join(""));
}
