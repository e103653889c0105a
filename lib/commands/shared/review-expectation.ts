import { configurationOf } from "../../app";
import { UsageError } from "../../errors";
import { fileSha256 } from "../../files/sha256";
import { inventoryPath, loadInventory } from "../../inventory/inventory-file";
import type { Inventory } from "../../inventory/schema";
import type { DecisionOptions } from "../../migration/decide";
import { GUARD_ON, GUARD_VARIABLE } from "../../migration/guard-variable";
import { Migration } from "../../migration/migration";
import { namedProjects } from "../../migration/new-connection";
import { recordConnection } from "../../migration/own-connection";
import type { Organization } from "../../organization/organization";
import { expectReview } from "../../review/expectation";
import type { JsonObject } from "../../review/json";
import type { Review } from "../../review/model";
import type { Plan } from "../../review/plan-schema";
import { type ReviewOptions, reviewPlan } from "../../review/review";
import type { Context } from "./context";
import { finishedBefore } from "./interrupted-apply";

/** What the organization file and the inventory give now. */
interface Synthesized {
  /** Of its text, where it was written. */
  readonly configurationSha256?: string;
  readonly configuration: JsonObject;
}

export type Allowing = Pick<ReviewOptions, "allow" | "facts">;

/** Reviews a plan that the user gave, by the organization file and inventory as they are. */
export function reviewFor(context: Context, plan: Plan, options: Allowing = {}): Review {
  const inventory = asRecorded(context.organization, inventoryOf(context));
  // A plan made behind the guard says so: it sets this variable where anything depends on it.
  const decisions: DecisionOptions = plan.variables.get(GUARD_VARIABLE) === GUARD_ON ? {} : { unguarded: true };
  const migration = Migration.decide(context.organization, inventory, decisions);
  if (migration.plan.problems.length > 0) throw new UsageError(migration.plan.problems);
  const configuration = configurationOf(context.organization, migration.plan);
  return judge(context, plan, migration, { ...options, configuration });
}

/** What the next reading would record of the connection: a verdict on a plan needs no reading first. Nothing is written. */
function asRecorded(organization: Organization, inventory: Inventory): Inventory {
  return recordConnection(organization, inventory, namedProjects(organization, inventory).ids);
}

/** The review of a plan by an organization file and an inventory. */
export function judge(
  context: Context,
  plan: Plan,
  migration: Migration,
  { configurationSha256: text, configuration, ...options }: ReviewOptions & Synthesized,
): Review {
  const finished = finishedBefore(context);
  const expectation = expectReview(migration, {
    inventorySha256: fileSha256(inventoryPath(context.paths.root, context.paths.key)),
    ...(finished === undefined ? {} : { finishedBefore: finished }),
    ...(text === undefined ? {} : { configurationSha256: text }),
    configuration,
  });
  return reviewPlan(plan, expectation, options);
}

/** The inventory to compare with. @throws UsageError when there is none. */
export function inventoryOf({ paths }: Context): Inventory {
  const inventory = loadInventory(paths.root, paths.key);
  if (inventory !== undefined) return inventory;
  throw new UsageError({
    rule: "review/no-inventory",
    message: `there is no inventory of ${paths.key} to compare the plan with`,
    fix: `repoint inventory ${paths.key}`,
  });
}
