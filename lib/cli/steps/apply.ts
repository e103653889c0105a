import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { configurationSha256 } from "../../app";
import { ExternalError, UsageError } from "../../errors";
import { type JournalEntry, readJournal } from "../../files/journal";
import type { PlanMeta } from "../../files/plan-meta";
import { inventoryPath, readInventory } from "../../inventory/file";
import type { Inventory } from "../../migration/inventory-schema";
import type { Context } from "./context";
import { moveModules } from "./move-modules";
import { discardPlan, PARALLELISM } from "./plan";
import { closeSecretFiles } from "./secret-files";
import { terraformOf } from "./terraform";

/**
 * Applies exactly the saved plan: Terraform's, then the requests for registry modules that it holds. The inventory that it was made from is kept beside the journal, for `verify` to compare
 * with. The plan file is deleted afterwards, whether it succeeded or not: Terraform would refuse it a second time.
 */
export async function applyPlan(context: Context, meta: PlanMeta, parallelism: number = PARALLELISM): Promise<void> {
  const { paths, journal } = context;
  if (configurationSha256(paths.stack) !== meta.configurationSha256) {
    throw new UsageError({
      rule: "apply/configuration-changed",
      file: join(paths.stack, "cdk.tf.json"),
      message: "the synthesized text is not the one that the plan was made from",
      fix: `repoint plan ${paths.key}`,
    });
  }
  closeSecretFiles(context);
  keepInventory(context, meta);
  journal("apply.started", { planSha256: meta.planSha256, direction: meta.direction, waves: meta.waves });
  try {
    await terraformOf(context)
      .terraform.apply(paths.planFile, parallelism)
      .catch((error: unknown) => {
        if (!(error instanceof ExternalError)) throw error;
        throw new ExternalError(error.message, {
          cause: error,
          fix: `Terraform's own message above says what it met; nothing is lost. Then ${nextCommand(context, meta)} finds what is left to do`,
        });
      });
    await moveModules(context, meta);
  } catch (error) {
    journal("apply.failed", { planSha256: meta.planSha256 });
    throw error;
  } finally {
    discardPlan(context);
  }
  journal("apply.finished", { planSha256: meta.planSha256 });
}

/** A rollback plans by itself. */
function nextCommand({ paths }: Context, { waves }: PlanMeta): string {
  return waves === null ? `repoint plan ${paths.key}` : `repoint rollback ${paths.key}`;
}

/**
 * An apply that was begun and not ended, and after which no other plan was made: the run was killed. Its plan is of no use any
 * more, since a part of it is done.
 */
export function interruptedApply(context: Context): JournalEntry | undefined {
  const { entries } = readJournal(context.paths.journal);
  const last = entries.filter(({ event }) => event.startsWith("apply.") || event === "plan.made").at(-1);
  return last?.event === "apply.started" ? last : undefined;
}

/** A plan that found nothing to do: from here on, what differs from its inventory has changed since. */
export function recordAgreement(context: Context, meta: PlanMeta): void {
  keepInventory(context, meta);
  context.journal("plan.agreed", { planSha256: meta.planSha256 });
}

/** The last plan that was applied or that found nothing to do, with its inventory; undefined before the first. */
export function lastPlanned(
  context: Context,
): { readonly planSha256: string; readonly inventory: Inventory | undefined } | undefined {
  const last = readJournal(context.paths.journal)
    .entries.filter(({ event }) => ["apply.finished", "apply.failed", "plan.agreed"].includes(event))
    .at(-1);
  if (typeof last?.planSha256 !== "string") return undefined;
  return { planSha256: last.planSha256, inventory: readInventory(keptInventory(context, last.planSha256)) };
}

function keepInventory(context: Context, { planSha256 }: PlanMeta): void {
  const { paths } = context;
  mkdirSync(join(paths.runs, "applied"), { recursive: true });
  copyFileSync(inventoryPath(paths.root, paths.key), keptInventory(context, planSha256));
}

function keptInventory({ paths }: Context, planSha256: string): string {
  return join(paths.runs, "applied", `${planSha256.slice(0, 16)}.json`);
}
