import { embeddedIn } from "./embedded";
import { isGitlabRecord } from "./gitlab-record";
import { isObject, type JsonObject, parseLenient } from "./lenient-json";
import { symptomsIn } from "./phrases";

/** What lies within a JSON value. */
export interface Dug {
  /** GitLab's own records. */
  readonly records: readonly JsonObject[];
  /** Texts that tell of a refusal or a webhook. */
  readonly texts: readonly string[];
  /** The component of Terraform Enterprise that the first of the texts names. */
  readonly component: string | null;
}

const DEEPEST = 8;
const telling = /oauth\\*\/token|auth_fail_reason|WebHookWorker|"log"/;
const isTelling = (text: string): boolean => symptomsIn(text).length > 0 || text.includes("/webhooks/vcs");

/**
 * Looks for GitLab's records in what log shippers, search engines and exports make of them: fields of a field, lists, strings that hold JSON
 * again.
 */
export function dig(value: unknown): Dug {
  const records: JsonObject[] = [];
  const texts: string[] = [];
  let component: string | null = null;
  const into = (one: unknown, depth: number): void => {
    if (depth > DEEPEST) return;
    if (typeof one === "string") {
      const before = records.length + texts.length;
      if (telling.test(one)) for (const object of embeddedIn(one)?.objects ?? []) into(parseLenient(object), depth + 1);
      if (records.length + texts.length === before && isTelling(one)) texts.push(one);
    } else if (Array.isArray(one)) {
      for (const item of one) into(item, depth + 1);
    } else if (isObject(one)) {
      if (typeof one.component === "string" && typeof one.log === "string") component ??= one.component;
      if (isGitlabRecord(one)) records.push(one);
      else for (const item of Object.values(one)) into(item, depth + 1);
    }
  };
  into(value, 0);
  return { records, texts, component };
}
