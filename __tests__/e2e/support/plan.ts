import { z } from "zod";

const Values = z.record(z.string(), z.unknown());
const Change = z.object({
  address: z.string(),
  type: z.string(),
  change: z.object({
    actions: z.array(z.string()),
    before: Values.nullable(),
    after: Values.nullable(),
    after_unknown: z.unknown(),
    importing: z.object({ id: z.string() }).optional(),
  }),
});
const Plan = z.object({ resource_changes: z.array(Change).default([]) });
export type PlannedChange = z.infer<typeof Change>;

/** The parts of `terraform show -json` that tests look at, read without any code of the project's own. */
export function readPlan(json: string): readonly PlannedChange[] {
  return Plan.parse(JSON.parse(json)).resource_changes;
}

/** How many resources have each combination of actions, and how many are imported. */
export function countActions(changes: readonly PlannedChange[]): Record<string, number> {
  const counts: Record<string, number> = {};
  const add = (key: string) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  for (const { change } of changes) {
    add(change.actions.join("+"));
    if (change.importing !== undefined) add("import");
  }
  return counts;
}

/** The paths at which a change's values differ; what is only known after the apply counts as different. */
export function changedPaths({ change }: PlannedChange): readonly string[] {
  return paths(change.before, change.after, change.after_unknown, "");
}

/** Every path at which two plain values differ. */
export function differingPaths(before: unknown, after: unknown): readonly string[] {
  return paths(before, after, undefined, "");
}

function paths(before: unknown, after: unknown, unknown: unknown, at: string): readonly string[] {
  if (unknown === true) return [at];
  if (isObject(before) || isObject(after)) {
    const [was, is, open] = [asObject(before), asObject(after), asObject(unknown)];
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is), ...Object.keys(open)])].sort();
    return keys.flatMap((key) => paths(was[key], is[key], open[key], at === "" ? key : `${at}.${key}`));
  }
  return JSON.stringify(before ?? null) === JSON.stringify(after ?? null) ? [] : [at];
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? { ...value } : {};
}
