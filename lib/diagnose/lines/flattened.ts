import { isObject, type JsonObject } from "./lenient-json";

const only = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 && !isObject(value[0]) ? value[0] : value;

/** Splunk gives a list's values as lists of their own, or one a line of a text. */
function column(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === "string" ? value.split("\n") : [];
}

function paramsOf(record: JsonObject): JsonObject {
  if (record.params !== undefined) return record;
  const keys = column(record["params{}.key"] ?? record["params.key"]);
  const values = column(record["params{}.value"] ?? record["params.value"]);
  // Elastic keeps a list's values without their order or empty ones: which belongs to which is known where there are as many of both.
  if (keys.length === 0) return record;
  const fits = keys.length === values.length;
  const params = keys.map((key, index) => ({ key, value: fits ? values[index] : undefined }));
  return { ...record, params: fits ? params : [...params, "..."] };
}

/**
 * A record whose fields search engines and log shippers have made into a flat list: `json.path`, values in lists of one
 * (Elasticsearch's `fields`), `params{}.key` beside `params{}.value` (Splunk). Itself when it is none of that.
 */
export function unflattened(record: JsonObject): JsonObject {
  if (typeof record.path === "string")
    return "params{}.key" in record || "params.key" in record ? paramsOf(record) : record;
  const path = Object.keys(record).find((key) => {
    const prefix = key.endsWith("path") ? key.slice(0, -4) : undefined;
    return (
      prefix !== undefined &&
      (prefix === "" || prefix.endsWith(".")) &&
      typeof only(record[key]) === "string" &&
      (`${prefix}status` in record || `${prefix}method` in record)
    );
  });
  if (path === undefined) return record;
  const prefix = path.slice(0, -4);
  const plain = Object.entries(record).map(([key, value]) => [key, only(value)] as const);
  const own = plain.flatMap(([key, value]) =>
    prefix !== "" && key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
  );
  return paramsOf(Object.fromEntries([...plain, ...own]));
}
