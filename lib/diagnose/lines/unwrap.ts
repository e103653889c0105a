import { dig } from "./dig";
import { embeddedIn } from "./embedded";
import { unflattened } from "./flattened";
import { isGitlabRecord } from "./gitlab-record";
import { isObject, type JsonObject, parseLenient } from "./lenient-json";
import { around } from "./machine";
import { isMarkedUp, withoutMarkup } from "./markup";
import { withoutRotation } from "./rotation";
import { salvage } from "./salvage";
import { sourceIn } from "./source";
import { parseTime, timeInText } from "./time";

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
  "nested-json",
  "syslog-prefix",
  "other-prefix",
  "pretty-printed",
] as const;
export type Wrapping = (typeof wrappings)[number];

/** A line without its wrappings. */
export interface Unwrapped {
  readonly wrappings: readonly Wrapping[];
  /** The pod or container named by a wrapping. */
  readonly pod: string | null;
  /** What the wrappings say about the machine that wrote the line: equal for the same one; null where they say nothing. */
  readonly machine: string | null;
  /** The same for records that lie deeper in an export. */
  readonly machines: ReadonlyMap<JsonObject, string>;
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
  machine: string | null;
  component: string | null;
  file: string | null;
  at: number | null;
  text: string;
}

/** Adds what a wrapping says about the machine. */
function note(state: State, machine: string | undefined): void {
  if (machine !== undefined && machine !== "")
    state.machine = state.machine === null ? machine : `${state.machine} ${machine}`;
}

type Peel = readonly [RegExp, (state: State, match: RegExpExecArray) => void];
const rfc3339 = "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(?:\\.\\d{1,9})?(?:Z|[+-]\\d{2}:?\\d{2})";

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
    /^(?:\+ |\[)?([a-z][a-z0-9.-]*-[a-z0-9]+) (?:› )?([a-z0-9-]+)\]? (?=[{[]|\d{4}-)/,
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
      note(state, `service=${name}`);
    },
  ],
  [
    /^((?:[A-Za-z]:)?(?=[^\s:{}"[\]|]*[A-Za-z])(?=[^\s:{}"[\]|]*[./\\])[^\s:{}"[\]|]+):(?:\d+:)?\s*(?=[{["\d[])/,
    (state, [, file = ""]) => {
      state.wrappings.push("grep-prefix");
      state.file ??= file;
      note(state, `file=${withoutRotation(file)}`);
    },
  ],
  [
    /^\d+:(?=\s*[{[])/,
    (state) => {
      state.wrappings.push("grep-prefix");
    },
  ],
  [
    new RegExp(
      `^(?:<\\d{1,3}>)?(?:\\d )?(?:[A-Z][a-z]{2} [ \\d]\\d \\d{2}:\\d{2}:\\d{2}|${rfc3339}) ([\\w.-]{1,255}) ([\\w./-]{1,255})(?:\\[\\d{1,10}\\])?: (?=\\S)`,
    ),
    (state, [, host = "", program = ""]) => {
      state.wrappings.push("syslog-prefix");
      note(state, `host=${host}`);
      state.component ??= program;
    },
  ],
];

const payloadKeys = ["log", "message", "MESSAGE", "msg", "line", "textPayload"] as const;
const payload = (record: JsonObject): string | undefined => {
  if (isGitlabRecord(record)) return undefined;
  for (const key of payloadKeys) {
    const value = record[key];
    if (typeof value === "string") return value;
  }
  return undefined;
};

/** The parts of Terraform Enterprise's flexible deployment, whose lines have `component` and `log`. Other programs name components too. */
const isFlexible = ({ component, log }: JsonObject): boolean =>
  typeof component === "string" && typeof log === "string";

const wrappingOf = (record: JsonObject): Wrapping =>
  isFlexible(record) ? "flexible-json" : "stream" in record ? "docker-json" : "message-json";

function enter(state: State, record: JsonObject, inner: string, wrapping = wrappingOf(record)): void {
  state.wrappings.push(wrapping);
  if (typeof record.component === "string") state.component = record.component;
  const kubernetes = isObject(record.kubernetes) ? record.kubernetes : record;
  if (typeof kubernetes.pod_name === "string") state.pod ??= kubernetes.pod_name;
  if (typeof kubernetes.container_name === "string") state.component ??= kubernetes.container_name;
  note(state, around(record, new Set([inner])));
  state.at ??= parseTime(record.time ?? record["@timestamp"] ?? record.timestamp);
  state.text = inner.replace(/[\r\n]+$/, "");
}

function peel(state: State): void {
  for (let again = !state.text.startsWith("{"); again; ) {
    again = false;
    for (const [pattern, take] of peels) {
      const match = pattern.exec(state.text);
      if (match === null || state.wrappings.length > 6) continue;
      take(state, match);
      state.text = state.text.slice(match[0].length);
      again = true;
    }
  }
}

/** What terminals are told about colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is what these sequences begin with
const colours = /\u001b\[[\d;]*m/g;

/**
 * Takes a line out of what `grep`, `kubectl`, `docker`, container run-times and log shippers put around it.
 *
 * @param isPiece the text is cut out of a line, so that the objects in it may be parts of others.
 */
export function unwrap(line: string, isPiece = false): Unwrapped {
  const state: State & Pick<Unwrapped, "machines"> = {
    wrappings: [],
    pod: null,
    machine: null,
    machines: none,
    component: null,
    file: null,
    at: null,
    text: line.replace(/^[\uFEFF\uFFFD]+/, "").replace(colours, ""),
  };
  for (let depth = 0; depth < 6; depth += 1) {
    peel(state);
    const { objects, prefix, after, isRow, damaged } = isPiece ? nothing : objectsOf(state.text.trim());
    const [first] = objects;
    if (first === undefined) return { ...state, records: [], damaged: false };
    const flat = objects.map(unflattened);
    if (flat.every(isGitlabRecord)) {
      notePrefix(state, prefix, after);
      return { ...state, records: flat, damaged };
    }
    // An object behind a text is a part of it, such as the answer that the text tells of, unless it is a log's line.
    const isOnlyPart = prefix !== "" && typeof first.log !== "string";
    const inner = objects.length === 1 && !isOnlyPart ? payload(first) : undefined;
    if (inner !== undefined) {
      notePrefix(state, prefix, after);
      enter(state, first, inner);
      continue;
    }
    const { records, machines, texts, component } = dig(objects, isRow);
    if (records.length > 0) {
      notePrefix(state, prefix, after);
      if (!objects.some((one) => records.includes(one))) state.wrappings.push("nested-json");
      return { ...state, records, machines, damaged };
    }
    if (isOnlyPart) return { ...state, records: [], damaged: false };
    if (texts.length === 0 || damaged) return { ...state, records: objects, damaged };
    enter(state, first, texts.join("\n"), "nested-json");
    if (component !== null) {
      state.wrappings.push("flexible-json");
      state.component = component;
    }
    return { ...state, records: [], damaged: false };
  }
  return { ...state, records: [], damaged: false };
}

interface Objects {
  readonly objects: readonly JsonObject[];
  /** What stands before the first of them. */
  readonly prefix: string;
  /** What stands after the last of them. */
  readonly after: string;
  /** They stand in a line of text, as a table's cells do, and are no list of their own. */
  readonly isRow: boolean;
  /** They are what could be saved of a damaged one. */
  readonly damaged: boolean;
}

const nothing: Objects = { objects: [], prefix: "", after: "", isRow: false, damaged: false };
const none: ReadonlyMap<JsonObject, string> = new Map();

/** The JSON objects of a text; where none can be read, those of what is left without markup. */
function objectsOf(text: string): Objects {
  const plain = objectsIn(text);
  const isRead = plain.objects.length > 0 && !plain.damaged;
  if (isRead || !isMarkedUp(text)) return plain;
  const clean = objectsIn(withoutMarkup(text).trim());
  return clean.objects.length > 0 && (!clean.damaged || plain.objects.length === 0) ? clean : plain;
}

function objectsIn(text: string): Objects {
  if (/^[{[]/.test(text)) {
    const value = parseLenient(text);
    const objects = Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];
    if (objects.length > 0) return { ...nothing, objects };
  }
  const found = embeddedIn(text);
  if (found === undefined)
    return text.startsWith("{") ? { ...nothing, objects: [salvage(text)], damaged: true } : nothing;
  const prefix = text.slice(0, found.at);
  const objects = found.objects.map(parseLenient).filter(isObject);
  if (objects.length > 0) return { objects, prefix, after: found.after, isRow: true, damaged: false };
  const saved = salvage(found.rest === "" ? text : found.rest);
  return prefix === "" || isGitlabRecord(saved) ? { ...nothing, objects: [saved], prefix, damaged: true } : nothing;
}

function notePrefix(state: State, prefix: string, after: string): void {
  // What begins and ends a list, or a string of JSON, is none.
  if (!/^[\s["]*$/.test(prefix)) {
    state.wrappings.push("other-prefix");
    note(state, sourceIn(prefix));
    state.at ??= timeInText(prefix);
  }
  if (!/^[\s\]",;}\\]*$/.test(after)) note(state, sourceIn(after));
}
