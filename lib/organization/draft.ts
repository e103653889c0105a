import { jsonText } from "../util/json-text";
import type { OrganizationFile } from "./schema";

/** A value whose parts may be missing, because what stood there was of the wrong type. */
export type Draft<T> = T extends readonly (infer Element)[]
  ? readonly (Draft<Element> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T;

/**
 * An organization file that may have failed its schema: every value that did is undefined, its key still there, and lists keep their
 * indices. So the rules judge the rest, and a user sees every problem at once.
 */
export type DraftOrganizationFile = Draft<OrganizationFile>;

/** Takes out of a file's content what the schema refused at `wrong`. Keys that the schema does not know stay: no rule reads them. */
export function draftOf(content: unknown, wrong: readonly (readonly (string | number)[])[]): DraftOrganizationFile {
  const draft = without(content, new Set(wrong.map((path) => jsonText(path))), []);
  return isDraft(draft) ? draft : {};
}

function without(value: unknown, wrong: ReadonlySet<string>, path: readonly (string | number)[]): unknown {
  if (wrong.has(jsonText(path))) return undefined;
  if (Array.isArray(value)) return value.map((item, index) => without(item, wrong, [...path, index]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, without(item, wrong, [...path, key])]));
}

/** By construction: what the schema refused is gone, and the rest is as the schema says. */
function isDraft(value: unknown): value is DraftOrganizationFile {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
