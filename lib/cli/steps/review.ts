import { synthesize } from "../../app";
import { UsageError } from "../../errors";
import { loadInventory } from "../../inventory/file";
import type { MigrationPlan } from "../../migration/desired";
import type { Inventory } from "../../migration/inventory-schema";
import { planMigration } from "../../migration/plan";
import { expectReview } from "../../review/expectation";
import type { Review } from "../../review/model";
import type { Plan } from "../../review/plan-json";
import { readPlan } from "../../review/read-plan";
import { type ReviewOptions, reviewPlan } from "../../review/review";
import { requireTerraform } from "../../terraform/find";
import { Terraform } from "../../terraform/terraform";
import type { Context } from "./context";
import { savedPlan } from "./plan";

type Allowing = Pick<ReviewOptions, "allow">;

/** Reviews a plan that the user gave, by the organization's wish and inventory as they are. */
export function reviewFor(context: Context, plan: Plan, options: Allowing = {}): Review {
  const inventory = inventoryOf(context);
  const migration = planMigration(context.organization, inventory);
  if (migration.problems.length > 0) throw new UsageError(migration.problems);
  return judge(context, plan, migration, inventory, options);
}

/**
 * Reviews the saved plan of `repoint plan`, the very file that `repoint apply` would run, by the wish and the inventory as
 * they are now. What is allowed goes into the journal, with its reason.
 *
 * @throws UsageError when there is no saved plan, or the file is not the one that was saved.
 */
export async function reviewSavedPlan(context: Context, options: Allowing = {}): Promise<Review> {
  const { organization, paths, io, journal } = context;
  const meta = savedPlan(context);
  const inventory = inventoryOf(context);
  const back = meta.waves === null ? {} : { back: new Set(meta.waves) };
  const synthesized = synthesize(paths.root, organization, inventory, back);
  // Not through terraformOf: showing a plan needs no token.
  const terraform = new Terraform({ binary: requireTerraform(io.env), folder: paths.stack, env: io.env });
  const plan = readPlan(await terraform.showPlan(paths.planFile), paths.planFile);
  const review = judge(context, plan, synthesized.plan, inventory, {
    ...options,
    configurationSha256: synthesized.sha256,
    facts: {
      fileSha256: meta.planSha256,
      configurationSha256: meta.configurationSha256,
      hostname: meta.hostname,
      organization: meta.organization,
    },
  });
  const { verdict, digest, findings } = review;
  const allowed = [...new Set(findings.flatMap((finding) => (finding.allowed === null ? [] : [finding.rule])))];
  journal("plan.reviewed", {
    planSha256: meta.planSha256,
    verdict,
    digest,
    allowed: allowed.map((rule) => ({ rule, reason: options.allow?.get(rule) })),
  });
  return review;
}

function judge(
  { organization }: Context,
  plan: Plan,
  migration: MigrationPlan,
  inventory: Inventory,
  { configurationSha256: text, ...options }: ReviewOptions & { readonly configurationSha256?: string },
): Review {
  const expectation = expectReview({
    plan: migration,
    organization,
    inventory,
    ...(text === undefined ? {} : { configurationSha256: text }),
  });
  return reviewPlan(plan, expectation, options);
}

function inventoryOf({ paths }: Context): Inventory {
  const inventory = loadInventory(paths.root, paths.key);
  if (inventory !== undefined) return inventory;
  throw new UsageError({
    rule: "review/no-inventory",
    message: `there is no inventory of ${paths.key} to compare the plan with`,
    fix: `repoint inventory ${paths.key}`,
  });
}
