import { isArray, isObject, type Json } from "./json";
import type { Change, PlanAction, ResourceChange } from "./plan-schema";
import type { Shape } from "./shape";

/** Every combination of actions that Terraform writes; all others are refused, since nobody knows what they do. */
const actionSets: ReadonlyMap<string, PlanAction> = new Map([
  ["no-op", "no-op"],
  ["create", "create"],
  ["read", "read"],
  ["update", "update"],
  ["delete", "delete"],
  ["forget", "forget"],
  ["delete,create", "replace"],
  ["create,delete", "replace"],
  ["create,forget", "replace"],
]);

const modes = ["managed", "data"] as const;

/** Reads one entry of `resource_changes` or `resource_drift`. */
export function readResourceChange(value: Json, path: string, shape: Shape): ResourceChange {
  const entry = shape.object(value, path);
  const change = readChange(entry.change, `${path}.change`, shape);
  checkEnds(change, `${path}.change`, shape);
  const mode = modes.find((known) => known === entry.mode);
  if (mode === undefined) shape.wrong(`${path}.mode`, entry.mode, "managed or data");
  return {
    address: shape.text(entry.address, `${path}.address`),
    previousAddress: shape.optionalText(entry.previous_address, `${path}.previous_address`),
    moduleAddress: shape.optionalText(entry.module_address, `${path}.module_address`),
    mode: mode ?? "managed",
    type: shape.text(entry.type, `${path}.type`),
    name: shape.text(entry.name, `${path}.name`),
    providerName: shape.text(entry.provider_name, `${path}.provider_name`),
    deposed: shape.optionalText(entry.deposed, `${path}.deposed`),
    actionReason: shape.optionalText(entry.action_reason, `${path}.action_reason`),
    change,
  };
}

/** Reads the change of a resource or of an output. */
export function readChange(value: Json | undefined, path: string, shape: Shape): Change {
  const change = shape.object(value, path);
  const actions = shape
    .optionalArray(change.actions, `${path}.actions`)
    .map((action) => (typeof action === "string" ? action : "?"));
  const action = actionSets.get(actions.join(","));
  if (action === undefined) {
    shape.wrong(`${path}.actions`, change.actions, `one of ${[...actionSets.keys()].join(" | ")}`);
  }
  return {
    action: action ?? "delete",
    actions,
    before: change.before ?? null,
    after: change.after ?? null,
    afterUnknown: readMarks(change.after_unknown, `${path}.after_unknown`, shape),
    beforeSensitive: readMarks(change.before_sensitive, `${path}.before_sensitive`, shape),
    afterSensitive: readMarks(change.after_sensitive, `${path}.after_sensitive`, shape),
    replacePaths: shape.optionalArray(change.replace_paths, `${path}.replace_paths`),
    importing: readImporting(change.importing, `${path}.importing`, shape),
    generatedConfig: change.generated_config !== undefined && change.generated_config !== "",
  };
}

function readImporting(value: Json | undefined, path: string, shape: Shape): Change["importing"] {
  if (value === undefined || value === null) return undefined;
  const importing = shape.object(value, path);
  return {
    id: shape.optionalText(importing.id, `${path}.id`),
    identity: importing.identity ?? null,
    unknown: importing.unknown === true,
  };
}

/** What a resource's action must have before and after it. Outputs may be any value, so they are not held to it. */
function checkEnds(change: Change, path: string, shape: Shape): void {
  const { action, before, after, afterUnknown } = change;
  if (!actionSets.has(change.actions.join(","))) return;
  const expectsBefore = action !== "create" && action !== "read";
  const expectsAfter = action !== "delete" && action !== "forget";
  if (expectsBefore && !isObject(before)) shape.wrong(`${path}.before`, before, "an object");
  if (expectsAfter && !isObject(after) && !(action === "read" && afterUnknown === true)) {
    shape.wrong(`${path}.after`, after, "an object");
  }
  if (action === "create" && before !== null) shape.wrong(`${path}.before`, before, "null");
  if (!expectsAfter && after !== null) shape.wrong(`${path}.after`, after, "null");
}

/** Marks mirror a value's structure, and say true or false at its leaves. */
function readMarks(value: Json | undefined, path: string, shape: Shape): Json {
  if (value === undefined) return false;
  if (!areMarks(value)) shape.wrong(path, value, "true, false, or objects and arrays of them");
  return value;
}

function areMarks(value: Json): boolean {
  if (typeof value === "boolean") return true;
  return (isArray(value) || isObject(value)) && Object.values(value).every(areMarks);
}
