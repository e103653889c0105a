import type { JsonObject } from "./lenient-json";

const scalar = /"([A-Za-z_][\w.]*)"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)/g;
const param = /\{\s*"key"\s*:\s*"((?:[^"\\]|\\.)*)"\s*,\s*"value"\s*:\s*"((?:[^"\\]|\\.)*)"\s*\}/g;

/**
 * The fields that can still be read from a JSON record that is cut off or damaged: whole `"key": scalar` pairs, and whole entries of
 * `params`. A later pair does not replace an earlier one.
 */
export function salvage(text: string): JsonObject {
  const fields: Record<string, unknown> = {};
  for (const [, key, value] of text.matchAll(scalar)) {
    if (key === undefined || value === undefined || key === "key" || key === "value" || key in fields) continue;
    try {
      fields[key] = JSON.parse(value);
    } catch {
      // An escape that JSON does not know: the pair is as damaged as the record.
    }
  }
  const params = [...text.matchAll(param)].map(([, key, value]) => ({ key, value }));
  return params.length === 0 ? fields : { ...fields, params };
}
