import { isObject, type JsonObject, parseLenient } from "./lenient-json";
import { salvage } from "./salvage";
import { parseTime } from "./time";

/** What a line was wrapped in on its way from the program to the file. */
export const wrappings = [
  "kubectl-prefix",
  "containerd",
  "timestamps",
  "compose-prefix",
  "grep-prefix",
  "docker-json",
  "flexible-json",
  "message-json",
  "syslog-prefix",
  "pretty-printed",
] as const;
export type Wrapping = (typeof wrappings)[number];

/** A line without its wrappings. */
export interface Unwrapped {
  readonly wrappings: readonly Wrapping[];
  /** The pod or container named by a wrapping. */
  readonly pod: string | null;
  /** TFE's component (`atlas`, `sidekiq`), or a container's name. */
  readonly component: string | null;
  /** The file that a `grep` prefix names. */
  readonly file: string | null;
  /** The time that the outermost wrapping names. */
  readonly at: number | null;
  /** JSON objects of the line (several when it holds an array), or none when it is text. */
  readonly records: readonly JsonObject[];
  /** The records are what could be saved of damaged JSON. */
  readonly damaged: boolean;
  /** The innermost text. */
  readonly text: string;
}

interface State {
  wrappings: Wrapping[];
  pod: string | null;
  component: string | null;
  file: string | null;
  at: number | null;
  text: string;
}

type Peel = readonly [RegExp, (state: State, match: RegExpExecArray) => void];
const rfc3339 = "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d+)?(?:Z|[+-]\\d{2}:\\d{2})";

const peels: readonly Peel[] = [
  [
    /^\[pod\/([^/\]\s]+)\/([^\]\s]+)\] ?/,
    (state, [, pod = "", container = ""]) => {
      state.wrappings.push("kubectl-prefix");
      state.pod = pod;
      state.component ??= container;
    },
  ],
  [
    new RegExp(`^(${rfc3339}) (?:stdout|stderr) [FP](?: |$)`),
    (state, [, time]) => {
      state.wrappings.push("containerd");
      state.at ??= parseTime(time);
    },
  ],
  [
    new RegExp(`^(${rfc3339}) (?=[{[])`),
    (state, [, time]) => {
      state.wrappings.push("timestamps");
      state.at ??= parseTime(time);
    },
  ],
  [
    /^([A-Za-z][\w.-]*)\s+\| ?/,
    (state, [, name = ""]) => {
      state.wrappings.push("compose-prefix");
      state.component ??= name;
    },
  ],
  [
    /^((?:[A-Za-z]:)?(?=[^\s:{}"[\]|]*[A-Za-z])(?=[^\s:{}"[\]|]*[./\\])[^\s:{}"[\]|]+):(?:\d+:)?\s*(?=[{["\d[])/,
    (state, [, file = ""]) => {
      state.wrappings.push("grep-prefix");
      state.file ??= file;
    },
  ],
  [
    /^\d+:(?=\s*[{[])/,
    (state) => {
      state.wrappings.push("grep-prefix");
    },
  ],
  [
    /^(?:<\d+>)?(?:\d )?(?:[A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2}|\S+T\S+) ([\w.-]+) ([\w./-]+)(?:\[\d+\])?: (?=\S)/,
    (state, [, , program = ""]) => {
      state.wrappings.push("syslog-prefix");
      state.component ??= program;
    },
  ],
];

const payloadKeys = ["log", "message", "MESSAGE", "msg", "line", "textPayload"] as const;
const payload = (record: JsonObject): string | undefined => {
  if ("status" in record && "path" in record) return undefined;
  for (const key of payloadKeys) {
    const value = record[key];
    if (typeof value === "string" && value !== "Rack_Attack") return value;
  }
  return undefined;
};

function enter(state: State, record: JsonObject, inner: string): void {
  const wrapping = "component" in record ? "flexible-json" : "stream" in record ? "docker-json" : "message-json";
  state.wrappings.push(wrapping);
  if (typeof record.component === "string") state.component = record.component;
  const kubernetes = record.kubernetes;
  if (isObject(kubernetes) && typeof kubernetes.pod_name === "string") state.pod ??= kubernetes.pod_name;
  state.at ??= parseTime(record.time ?? record["@timestamp"] ?? record.timestamp);
  state.text = inner.replace(/[\r\n]+$/, "");
}

function peel(state: State): void {
  for (let again = !state.text.startsWith("{"); again; ) {
    again = false;
    for (const [pattern, note] of peels) {
      const match = pattern.exec(state.text);
      if (match === null || state.wrappings.length > 6) continue;
      note(state, match);
      state.text = state.text.slice(match[0].length);
      again = true;
    }
  }
}

/** Takes a line out of what `grep`, `kubectl`, `docker`, container run-times and log shippers put around it. */
export function unwrap(line: string): Unwrapped {
  const state: State = {
    wrappings: [],
    pod: null,
    component: null,
    file: null,
    at: null,
    text: line.replace(/^[\uFEFF\uFFFD]+/, ""),
  };
  for (let depth = 0; depth < 4; depth += 1) {
    peel(state);
    const text = state.text.trimStart();
    if (!text.startsWith("{") && !text.startsWith("[{")) return { ...state, records: [], damaged: false };
    const value = parseLenient(text.trimEnd());
    const records = Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
    const [first] = records;
    if (first === undefined) return { ...state, records: [salvage(text)], damaged: true };
    const inner = records.length === 1 ? payload(first) : undefined;
    if (inner === undefined) return { ...state, records, damaged: false };
    enter(state, first, inner);
  }
  return { ...state, records: [], damaged: false };
}
