import { jsonText } from "../util/json-text";
import { formatPath, isArray, isObject, type Json, type JsonPath } from "./json";
import type { Change } from "./plan-schema";

/** One leaf that a change makes different. */
export interface Difference {
  /** As Terraform writes it: `vcs_repo[0].oauth_token_id`. */
  readonly path: string;
  /** Undefined when it is absent. */
  readonly before: Json | undefined;
  /** Undefined when it is absent, or unknown. */
  readonly after: Json | undefined;
  /** The value after is known only once the plan is applied. */
  readonly unknown: boolean;
  readonly sensitive: boolean;
}

/** Every leaf that differs between before and after; for a creation, every leaf that is set or unknown. */
export function differencesOf(change: Change): readonly Difference[] {
  const found: Difference[] = [];
  walk(change.before, change.after, change.afterUnknown, change.beforeSensitive, change.afterSensitive, [], found);
  return found;
}

/** The path of every leaf that is known only after the apply, whatever it was before. */
function walk(
  before: Json | undefined,
  after: Json | undefined,
  unknown: Json | undefined,
  beforeMarks: Json | undefined,
  afterMarks: Json | undefined,
  path: JsonPath,
  found: Difference[],
): void {
  const sensitive = beforeMarks === true || afterMarks === true;
  if (unknown === true) {
    found.push({ path: formatPath(path), before, after: undefined, unknown: true, sensitive });
    return;
  }
  if (!sensitive && isComposite(before, after, unknown)) {
    const foundBefore = found.length;
    for (const key of keysOf(before, after, unknown)) {
      walk(
        at(before, key),
        at(after, key),
        at(unknown, key),
        at(beforeMarks, key),
        at(afterMarks, key),
        [...path, key],
        found,
      );
    }
    // A list of nulls is not an empty one.
    if (found.length > foundBefore || (keysOf(before, after, unknown).length > 0 && sameSize(before, after))) return;
  }
  if (!same(before, after)) found.push({ path: formatPath(path), before, after, unknown: false, sensitive });
}

/** Whether there is something to go into: an object or array on a side whose other side is alike, or absent. */
function isComposite(before: Json | undefined, after: Json | undefined, unknown: Json | undefined): boolean {
  const sides = [before, after].filter((side) => side !== undefined && side !== null);
  if (sides.length === 0) return isObject(unknown) || isArray(unknown);
  return sides.every(isObject) || sides.every(isArray);
}

function sameSize(before: Json | undefined, after: Json | undefined): boolean {
  if (isArray(before) || isArray(after)) return isArray(before) && isArray(after) && before.length === after.length;
  return (before == null) === (after == null);
}

function keysOf(...values: readonly (Json | undefined)[]): readonly (string | number)[] {
  const keys = new Set<string | number>();
  for (const value of values) {
    if (isArray(value)) for (let index = 0; index < value.length; index++) keys.add(index);
    else if (isObject(value)) for (const key of Object.keys(value)) keys.add(key);
  }
  return [...keys];
}

function at(value: Json | undefined, key: string | number): Json | undefined {
  if (isArray(value)) return typeof key === "number" ? value[key] : undefined;
  return isObject(value) && typeof key === "string" && Object.hasOwn(value, key) ? value[key] : undefined;
}

function same(before: Json | undefined, after: Json | undefined): boolean {
  if (before === after) return true;
  // An object that is created has no "before": an attribute left null is none.
  if ((before === undefined && after === null) || (before === null && after === undefined)) return true;
  if (typeof before !== "object" || typeof after !== "object" || before === null || after === null) return false;
  return jsonText(before) === jsonText(after);
}
