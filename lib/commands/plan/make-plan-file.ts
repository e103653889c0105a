import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Synthesized, synthesize } from "../../app";
import { print } from "../../cli/print";
import { count } from "../../cli/table";
import { UsageError } from "../../errors";
import { writeFileAtomic } from "../../files/atomic";
import { makeFolder } from "../../files/make-folder";
import { PLAN_META_VERSION, type PlanMeta, readPlanMeta } from "../../files/plan-meta";
import { fileSha256, textSha256 } from "../../files/sha256";
import { expectNothing } from "../../guard/expect-writes";
import { inventoryPath, loadInventory, saveInventory } from "../../inventory/inventory-file";
import type { Inventory } from "../../inventory/schema";
import { adoptHeld } from "../../migration/adopt";
import type { DecisionOptions } from "../../migration/decide";
import { Migration, planMigration } from "../../migration/migration";
import type { MigrationPlan } from "../../migration/migration-plan";
import type { Organization } from "../../organization/organization";
import { condensePlan } from "../../terraform/condense-plan";
import { jsonText } from "../../util/json-text";
import type { Context } from "../shared/context";
import { settleGuardOf, wordsOf } from "../shared/guard-settings";
import { requireToken, startPlanRunner, type TerraformRun } from "../shared/run-terraform";
import { closeSecretFiles } from "../shared/secret-files";
import { settleConnection } from "../shared/settle-connection";
import { bringBackState, pushErroredState } from "../shared/terraform-state";
import { heldIds, prepareAgain, prepareTerraform } from "./prepare-terraform";

/**
 * How many resources Terraform works on at once. The provider's client paces itself: it asks the server for its limit and
 * spends a third of it in bursts and two thirds evenly (go-tfe, `configureLimiter`), so it stays below the limit at any
 * parallelism; ten requests under way are enough to use all it allows.
 */
export const PARALLELISM = 10;

/** How a plan is made. */
export interface PlanOptions {
  readonly parallelism?: number;
  /** Whether Terraform's output tells every attribute of every change. @default false */
  readonly full?: boolean;
  /** Whether workspaces are read in list pages. @default true */
  readonly readAhead?: boolean;
  /** Whether a rotation makes it. @default false */
  readonly rotation?: boolean;
}

/** A saved plan and what it was made from. */
export interface SavedPlan {
  readonly meta: PlanMeta;
  readonly migration: Migration;
  readonly synthesized: Synthesized;
}

/** Synthesizes, plans with Terraform, and saves the plan with its description. The plan before it is gone from then on. */
export async function makePlan(context: Context, found: Migration, options: PlanOptions): Promise<SavedPlan> {
  const { organization, paths, io } = context;
  const guard = await settleGuardOf(context, found.plan, expectNothing(organization), {
    ...options,
    consumers: "keep",
  });
  const telling: TerraformRun = {
    guard,
    onEvent: (event) => {
      const words = wordsOf(event);
      if (words !== undefined) print(io.stderr, words);
    },
    ...(options.full === true
      ? {}
      : {
          condense: (write) =>
            condensePlan(write, `repoint plan ${paths.key} --full, or repoint review ${paths.key} --verbose`),
        }),
  };
  const runner = startPlanRunner(context, telling);
  try {
    return await planBehind(context, found, options, { ...telling, ...(runner === undefined ? {} : { runner }) });
  } finally {
    runner?.end();
  }
}

async function planBehind(
  context: Context,
  found: Migration,
  options: PlanOptions,
  telling: TerraformRun,
): Promise<SavedPlan> {
  const { organization, paths, journal } = context;
  const { back, defer } = found.options;
  const deferred = [...(defer ?? [])].sort();
  const first = synthesize(paths.root, organization, found.plan);
  requireToken(context);
  discardPlan(context);
  makeFolder(paths.plan, 0o700);
  closeSecretFiles(context);
  bringBackState(context);
  const prepared = await prepareTerraform(context, found.plan.connection, telling);
  await pushErroredState(context, prepared.terraform);
  const held = await heldIds(context, prepared);
  const inventory = adoptFromState(context, held, settleConnection(context, held, found.inventory));
  // The state may tell what no reading of the server can; then all is decided anew.
  const isKnown = inventory === found.inventory;
  const migration = isKnown ? found : Migration.decide(organization, inventory, found.options);
  const { plan } = migration;
  const synthesized = isKnown ? first : synthesize(paths.root, organization, plan);
  const { connection } = plan;
  const { terraform, finish, way } = await prepareAgain(context, connection, telling, prepared);
  if (organization.backend.type === "local" && way.type === "own" && changesMuch(plan))
    context.say(`NOTE     Terraform writes its whole state after every change, since ${way.reason}.`);
  const temporary = join(paths.plan, "incoming.tfplan");
  context.say("terraform plan …");
  const { changes } = await terraform.plan(temporary, options.parallelism ?? PARALLELISM);
  finish();
  const meta: PlanMeta = {
    version: PLAN_META_VERSION,
    hostname: organization.hostname,
    organization: organization.organization,
    madeAt: new Date().toISOString(),
    terraformVersion: terraform.version,
    planSha256: fileSha256(temporary),
    configurationSha256: synthesized.sha256,
    organizationFileSha256: organizationFileSha256(organization),
    inventorySha256: fileSha256(inventoryPath(paths.root, paths.key)),
    inventoryChangedAt: inventory.changedAt,
    direction: back === undefined ? organization.direction : "back",
    waves: back === undefined ? null : [...back].sort(),
    rotation: options.rotation === true,
    deferred,
    moves: [...plan.moves],
    state: way.type,
    changes: changes || plan.moves.length > 0,
  };
  renameSync(temporary, paths.planFile);
  writeFileAtomic(paths.planMeta, `${jsonText(meta, 2)}\n`, { mode: 0o600 });
  journal("plan.made", {
    planSha256: meta.planSha256,
    configurationSha256: meta.configurationSha256,
    organizationFileSha256: meta.organizationFileSha256,
    direction: meta.direction,
    changes: meta.changes,
    state: way,
    rotation: meta.rotation,
    deferred,
    moves: meta.moves.length,
    managed: plan.managed.length,
    forgotten: plan.forgotten.length,
  });
  return { meta, migration, synthesized };
}

/**
 * Takes in what the state holds and the inventory does not know of: an older inventory than the state's, such as one of another
 * clone. What is in no text, Terraform would destroy.
 */
function adoptFromState(context: Context, held: ReadonlyMap<string, string>, inventory: Inventory): Inventory {
  const { paths, say } = context;
  const known = adoptHeld(inventory, held, new Date());
  if (known === inventory) return inventory;
  saveInventory(paths.root, paths.key, known);
  const more = known.resources.filter(({ adopted }, index) => adopted !== inventory.resources[index]?.adopted).length;
  say(
    `The state contains objects that inventory/${paths.key}.json did not record (${count(more, "resource")}, connections or their projects): the inventory was older than the state. They are recorded now, so that Terraform destroys none of them.`,
  );
  return known;
}

/** From here on it is felt that Terraform's local backend writes the whole state after every change. */
const MANY = 300;

const changesMuch = ({ managed }: MigrationPlan): boolean => managed.length >= MANY;

/** What the saved plan was made for, so that it can be synthesized again. */
export function decisionsOf(meta: PlanMeta): DecisionOptions {
  return {
    ...(meta.waves === null ? {} : { back: new Set(meta.waves) }),
    ...(meta.deferred.length === 0 ? {} : { defer: new Set(meta.deferred) }),
  };
}

/** The saved plan's description, after a check that the plan file is the one that it describes. */
export function savedPlan(context: Context): PlanMeta {
  const { paths } = context;
  const meta = readPlanMeta(paths.planMeta);
  if (meta === undefined) {
    throw new UsageError({
      rule: "plan/none",
      file: paths.planMeta,
      message: "there is no saved plan",
      fix: `repoint plan ${paths.key}`,
    });
  }
  if (fileSha256(paths.planFile) !== meta.planSha256) {
    throw new UsageError({
      rule: "plan/changed",
      file: paths.planFile,
      message: "the plan file is not the one that was saved",
      fix: `repoint plan ${paths.key}`,
    });
  }
  return meta;
}

/** What the saved plan says of the organization file it was made from. */
export function organizationFileSha256(organization: Organization): string {
  return textSha256(jsonText(organization));
}

/**
 * Takes the plan of a rollback or a rotation back that is not to be applied: the saved plan, and the synthesized configuration, which plain Terraform
 * and cdktf would go by.
 */
export function withdrawPlan(context: Context): void {
  const { organization, paths } = context;
  discardPlan(context);
  try {
    synthesize(paths.root, organization, planMigration(organization, loadInventory(paths.root, paths.key)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // What the organization's file says cannot be synthesized now; what goes back must not stay for that.
    rmSync(paths.stack, { recursive: true, force: true });
  }
}

/**
 * Leaves the synthesized configuration as plain Terraform may run it, once a plan was applied and read back: what the guard was needed
 * for is done.
 */
export function leavePlain({ organization, paths }: Context, decisions: DecisionOptions): void {
  try {
    const inventory = loadInventory(paths.root, paths.key);
    synthesize(paths.root, organization, planMigration(organization, inventory, { ...decisions, unguarded: true }));
  } catch (error) {
    // What it says is said by the next plan.
    if (!(error instanceof UsageError)) throw error;
  }
}

/** Deletes the saved plan: it holds the PAT, and is of no use once it was applied or replaced. */
export function discardPlan({ paths }: Context): void {
  rmSync(paths.plan, { recursive: true, force: true });
}
