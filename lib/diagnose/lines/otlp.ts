import { isObject, type JsonObject } from "./lenient-json";

/** How deep values of OpenTelemetry are followed. */
const DEEPEST = 10;

/** A value of OpenTelemetry's JSON (`{"stringValue": …}`) as plain JSON; anything else as it is. */
function plainValue(value: unknown, depth: number): unknown {
  if (!isObject(value) || depth > DEEPEST) return value;
  for (const key of ["stringValue", "intValue", "doubleValue", "boolValue"]) if (key in value) return value[key];
  if (isObject(value.kvlistValue)) return fromPairs(value.kvlistValue.values, depth + 1);
  if (isObject(value.arrayValue) && Array.isArray(value.arrayValue.values))
    return value.arrayValue.values.map((one) => plainValue(one, depth + 1));
  return value;
}

function fromPairs(list: unknown, depth: number): JsonObject | undefined {
  if (!Array.isArray(list)) return undefined;
  const pairs = list.flatMap((one) =>
    isObject(one) && typeof one.key === "string" && isObject(one.value)
      ? [[one.key, plainValue(one.value, depth)] as const]
      : [],
  );
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/** What a list of OpenTelemetry's attributes, or a body that is one, says as an object; undefined when it is none. */
export function fromOtlp(value: unknown): JsonObject | undefined {
  if (Array.isArray(value)) return fromPairs(value, 0);
  return isObject(value) && isObject(value.kvlistValue) ? fromPairs(value.kvlistValue.values, 0) : undefined;
}
