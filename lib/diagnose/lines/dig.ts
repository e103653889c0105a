import { embeddedIn } from "./embedded";
import { unflattened } from "./flattened";
import { isGitlabRecord } from "./gitlab-record";
import { isObject, type JsonObject, parseLenient } from "./lenient-json";
import { around, isPair } from "./machine";
import { fromOtlp } from "./otlp";
import { symptomsIn } from "./phrases";

/** What lies within a JSON value. */
export interface Dug {
  /** GitLab's own records. */
  readonly records: readonly JsonObject[];
  /** The machines that what stands around the records names. */
  readonly machines: ReadonlyMap<JsonObject, string>;
  /** Texts that tell of a refusal or a webhook. */
  readonly texts: readonly string[];
  /** The component of Terraform Enterprise that the first of the texts names. */
  readonly component: string | null;
}

/** OpenTelemetry's records lie ten levels deep, and exports put some around them. */
const DEEPEST = 40;
/** How often a text in a text is unpacked: each level of quoting doubles the text, so that more do not occur. */
const MOST_QUOTED = 6;
const telling = /oauth\\*\/token|auth_fail_reason|WebHookWorker|"log"|Rack_Attack|status\\*"?\s*:\s*\\*"?4(?:01|03|29)/;
const isTelling = (text: string): boolean => symptomsIn(text).length > 0 || text.includes("/webhooks/vcs");

/**
 * Looks for GitLab's records in what log shippers, search engines and exports make of them: fields of a field, lists, strings that hold JSON
 * again, OpenTelemetry's pairs.
 */
export function dig(value: unknown, isRow = false): Dug {
  const records: JsonObject[] = [];
  const machines = new Map<JsonObject, string>();
  const texts: string[] = [];
  let component: string | null = null;
  const found = (): number => records.length + texts.length;
  const add = (said: string, since: number): void => {
    for (const record of records.slice(since)) machines.set(record, `${machines.get(record) ?? ""} ${said}`.trim());
  };
  /** Adds what stands around the records that were found since, which are in the parts `inner`. */
  const surround = (wrapping: unknown, inner: ReadonlySet<unknown>, since: number): void => {
    const said = around(wrapping, inner);
    if (said !== undefined) add(said, since);
  };
  const list = (items: readonly unknown[], depth: number, quoted: number, isTableRow: boolean): void => {
    const since = records.length;
    const inner = new Set<unknown>();
    for (const item of items) {
      const before = records.length;
      into(item, depth + 1, quoted);
      if (records.length > before) inner.add(item);
    }
    // Of a row the other cells tell where it comes from; of a list the other lines do not.
    const isCell = (item: unknown): boolean => isTableRow || typeof item !== "object" || isPair(item);
    if (inner.size === 1 && items.every(isCell)) surround(items, inner, since);
  };
  const into = (one: unknown, depth: number, quoted: number): void => {
    if (depth > DEEPEST) return;
    if (typeof one === "string") {
      const before = found();
      if (telling.test(one) && quoted < MOST_QUOTED) {
        const objects = (embeddedIn(one)?.objects ?? []).map(parseLenient);
        list(objects, depth, quoted + 1, false);
      }
      if (found() === before && isTelling(one)) texts.push(one);
    } else if (Array.isArray(one)) {
      const before = found();
      const pairs = fromOtlp(one);
      if (pairs !== undefined) into(pairs, depth + 1, quoted);
      if (found() === before) list(one, depth, quoted, false);
    } else if (isObject(one)) {
      if (typeof one.component === "string" && typeof one.log === "string") component ??= one.component;
      const record = unflattened(fromOtlp(one) ?? one);
      if (isGitlabRecord(record)) {
        records.push(record);
        return;
      }
      const since = records.length;
      const inner = new Set<unknown>();
      for (const [key, item] of Object.entries(record)) {
        const before = records.length;
        into(item, depth + 1, quoted);
        if (records.length === before) continue;
        inner.add(item);
        // What answers for several machines at once has a field for each.
        add(`in ${key.slice(0, 100)}`, before);
      }
      if (records.length > since) surround(record, inner, since);
    }
  };
  if (isRow && Array.isArray(value)) list(value, 0, 0, true);
  else into(value, 0, 0);
  return { records, machines, texts, component };
}
