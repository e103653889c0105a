import { embeddedIn } from "./embedded";
import { unflattened } from "./flattened";
import { isGitlabRecord } from "./gitlab-record";
import { isObject, type JsonObject, parseLenient } from "./lenient-json";
import { machineOf } from "./machine";
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
const telling = /oauth\\*\/token|auth_fail_reason|WebHookWorker|"log"|Rack_Attack|status\\*"?\s*:\s*\\*"?4(?:03|29)/;
const isTelling = (text: string): boolean => symptomsIn(text).length > 0 || text.includes("/webhooks/vcs");

/**
 * Looks for GitLab's records in what log shippers, search engines and exports make of them: fields of a field, lists, strings that hold JSON
 * again, OpenTelemetry's pairs.
 */
export function dig(value: unknown): Dug {
  const records: JsonObject[] = [];
  const machines = new Map<JsonObject, string>();
  const texts: string[] = [];
  let component: string | null = null;
  const found = (): number => records.length + texts.length;
  const into = (one: unknown, depth: number, quoted: number, machine: string): void => {
    if (depth > DEEPEST) return;
    if (typeof one === "string") {
      const before = found();
      if (telling.test(one) && quoted < MOST_QUOTED) {
        for (const object of embeddedIn(one)?.objects ?? []) into(parseLenient(object), depth + 1, quoted + 1, machine);
      }
      if (found() === before && isTelling(one)) texts.push(one);
    } else if (Array.isArray(one)) {
      const before = found();
      const pairs = fromOtlp(one);
      if (pairs !== undefined) into(pairs, depth + 1, quoted, machine);
      if (found() === before) for (const item of one) into(item, depth + 1, quoted, machine);
    } else if (isObject(one)) {
      if (typeof one.component === "string" && typeof one.log === "string") component ??= one.component;
      const record = unflattened(fromOtlp(one) ?? one);
      if (isGitlabRecord(record)) {
        records.push(record);
        if (machine !== "") machines.set(record, machine);
        return;
      }
      const named = machineOf(one) ?? "";
      const around = named === "" ? machine : `${machine} ${named}`.trim();
      for (const item of Object.values(record)) into(item, depth + 1, quoted, around);
    }
  };
  into(value, 0, 0, "");
  return { records, machines, texts, component };
}
