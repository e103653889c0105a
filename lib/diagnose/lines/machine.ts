import { createHash } from "node:crypto";
import { normalAddress } from "./address";
import { isObject, type JsonObject } from "./lenient-json";
import { withoutRotation } from "./rotation";

/*
 * Which machine a line comes from. Log shippers, log stores and their exports name it in fields of their own (host.name, _HOSTNAME, logStreamName,
 * resource.labels.instance_id, Computer, …), and others will do so under other names. So whatever stands around a record and is a name counts,
 * unless it is known to change from line to line on one machine: two lines are of one clock only where nothing around them differs.
 */

/** Keys that name a machine or a part of one; what stands under them counts, also what looks like an id. */
const naming =
  /host|node|machine|server|instance|computer|container|pod(?![a-z]*cast)|agent|stream|replica|alloc|collector|forwarder|dyno|device|origin|source|sender|\bvm\b/i;
/** Of them, those whose values may be numbers, or have such a name as changes from line to line elsewhere. */
const identifying =
  /(?:host|node|machine|server|instance|pod|container|replica|task|vm)(?:[._-]?(?:id|uid|index|no|number))?$/i;
/** Names of fields whose values change from line to line: times, ids, positions, levels. */
const fickle =
  /time|stamp|date(?!c)|_at$|offset|cursor|ptr$|punct|source_?type|(?:^|[_@-])(?:id|uid|uuid|ts|seq|seqnum|sort|score|level|severity|priority|status|code|hash|checksum|trace|span|pid|tid|thread|line|linecount|size|bytes|count|caller)$|[a-z]Id$|user_?agent/i;
/** Where Splunk keeps an event: whichever of its own machines took it. */
const kept = /^(?:_(?:cd|bkt|si|serial|indextime|subsecond|confstr)|splunk_server\w*)$/;

const time =
  /^(?:\d{4}[-/]\d{2}[-/]\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b|\d{1,2}\/[A-Z][a-z]{2}\/\d{4}|(?:[A-Z][a-z]{2},? )?[A-Z][a-z]{2,8} \d{1,2}\b)/;
const number = /^[-+]?[\d.,:]*\d$/;
/** Ids that are made anew for each line: hexadecimal, UUID, ULID, or letters and digits at random. */
const random =
  /^(?:[\da-fA-F]{16,}|[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}|[0-7][\dA-HJKMNP-TV-Z]{25}|(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w=+/-]{18,})$/;
const streams = new Set(["stdout", "stderr", "F", "P"]);
const LONGEST = 300;

const lastOf = (path: string): string => path.slice(path.lastIndexOf(".") + 1);

/** What a field's value says about where a line comes from; undefined where it says nothing that lasts. */
function lasting(path: string, value: string): string | undefined {
  const text = value.trim();
  if (text === "" || streams.has(text) || time.test(text) || kept.test(lastOf(path))) return undefined;
  const address = normalAddress(text);
  if (address !== undefined) return address;
  const isIdentifying = identifying.test(path);
  if (number.test(text)) return isIdentifying ? text : undefined;
  const isFickle = fickle.test(lastOf(path));
  const isNamed = isIdentifying || (naming.test(path) && !isFickle);
  if (!isNamed && (isFickle || random.test(text))) return undefined;
  return /[/\\]/.test(text) ? withoutRotation(text) : text;
}

/** A word, or `key=value`, of what stands around a record in a line of text. */
export function lastingWord(word: string): string | undefined {
  const match = /^([A-Za-z][\w.@-]{0,60})[=:](.+)$/.exec(word);
  if (match === null || normalAddress(word) !== undefined) return lasting("", word);
  const [, key = "", value = ""] = match;
  return lasting(key, value) === undefined ? undefined : word;
}

/** A text that equal long ones share, and others do not. */
export const short = (text: string): string =>
  text.length <= LONGEST ? text : createHash("sha256").update(text).digest("hex");

const DEEPEST = 6;

function leaves(value: unknown, path: string, depth: number, take: (path: string, value: string) => void): void {
  if (typeof value === "string") take(path, value);
  else if (typeof value === "number") take(path, String(value));
  else if (depth > DEEPEST) return;
  else if (Array.isArray(value)) {
    for (const item of value) {
      const pair = pairOf(item);
      if (pair !== undefined) leaves(pair.value, path === "" ? pair.key : `${path}.${pair.key}`, depth + 1, take);
      else leaves(item, path, depth + 1, take);
    }
  } else if (isObject(value)) {
    for (const [key, one] of Object.entries(value)) leaves(one, path === "" ? key : `${path}.${key}`, depth + 1, take);
  }
}

/** A field that is written as an object of its name and its value, as OpenTelemetry, CloudWatch Insights and others do. */
function pairOf(item: unknown): { key: string; value: unknown } | undefined {
  if (!isObject(item) || !("value" in item)) return undefined;
  const key = item.key ?? item.field ?? item.name ?? item.column;
  if (typeof key !== "string") return undefined;
  const { value } = item;
  return { key, value: isObject(value) && "stringValue" in value ? value.stringValue : value };
}

export const isPair = (item: unknown): boolean => pairOf(item) !== undefined;

/** A list of what lasts, as a text that is equal for equal ones. */
const joined = (found: readonly string[]): string | undefined =>
  found.length === 0 ? undefined : short([...new Set(found)].sort().join(" "));

/**
 * What stands around records in a wrapping, as a text that is equal for lines of one machine; undefined where there is nothing that lasts.
 *
 * @param inner the wrapping's parts in which the records are.
 */
export function around(wrapping: unknown, inner: ReadonlySet<unknown> = new Set()): string | undefined {
  const found: string[] = [];
  const take = (path: string, value: string): void => {
    // What is longer or holds an object is the log's text, or a copy of it. Loki's labels stand in braces too.
    const text = value.length > LONGEST || /\{\s*\\*"/.test(value) ? undefined : lasting(path, value);
    if (text !== undefined) found.push(`${path}=${text}`);
  };
  if (Array.isArray(wrapping))
    leaves(
      wrapping.filter((item) => !inner.has(item)),
      "",
      0,
      take,
    );
  else if (isObject(wrapping))
    for (const [key, value] of Object.entries(wrapping)) if (!inner.has(value)) leaves(value, key, 1, take);
  return joined(found);
}

/** GitLab's own fields, which name requests and people. */
const own = /^(?:meta[._]|params|path$|ua$|remote_ip$|location$|exception|username$)/;
const file = /(?:^|\.)(?:file|filename|file_path|file\.path)$/i;

/** The machine that a record names whose shipper added its fields to GitLab's; undefined where it names none. */
export function machineOf(record: JsonObject): string | undefined {
  const found: string[] = [];
  const take = (path: string, value: string): void => {
    const isNamed = naming.test(path) || file.test(path);
    const text = isNamed && value.length <= LONGEST ? lasting(path, value) : undefined;
    if (text !== undefined) found.push(`${path}=${text}`);
  };
  for (const [key, value] of Object.entries(record)) if (!own.test(key)) leaves(value, key, 1, take);
  return joined(found);
}

const field = /"([^"\\]{1,80})"\s*:\s*(?:"([^"\\]{0,300})"|(-?[\d.]+)|([[{]))|"([^"\\]{1,200})"\s*(?=,|\n|\]|$)/g;

/** What lists of lines are called: only the first of them has the name right before it. */
const lists =
  /^(?:events|hits|results?|rows|columns|data|messages?|logs?|records?|items|values|entries|tables|streams|resourceLogs|scopeLogs|logRecords)$/i;

/**
 * What the text beside an object says about its source: fields, cells, and the keys of what it stands in.
 *
 * @returns also whether a field there is one that names machines.
 */
export function besideOf(text: string): { readonly said: string; readonly isNamed: boolean } {
  const found: string[] = [];
  let isNamed = false;
  for (const [, key = "", value, count, open, cell] of text.matchAll(field)) {
    const said = open === undefined ? lasting(key, value ?? count ?? cell ?? "") : "{";
    if (said === undefined || (open !== undefined && lists.test(key))) continue;
    found.push(`${key}=${said}`);
    if (open === undefined && naming.test(key)) isNamed = true;
  }
  return { said: joined(found) ?? "", isNamed };
}

const inText =
  /"[\w.@ -]{0,40}(?:host|node|machine|server|instance|computer|container|pod|stream|source|agent|kubernetes)[\w.@ -]{0,40}\\?"/i;
/** Whether a text has names of machines in it, wherever they stand. */
export const namesMachines = (text: string): boolean => inText.test(text);
