import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { configurationSha256 } from "../../app";
import { UsageError } from "../../errors";
import { type JournalEntry, readJournal } from "../../files/journal";
import type { PlanMeta } from "../../files/plan-meta";
import { inventoryPath } from "../../inventory/file";
import type { Context } from "./context";
import { discardPlan, PARALLELISM } from "./plan";
import { terraformOf } from "./terraform";

/**
 * Applies exactly the saved plan. The inventory that it was made from is kept beside the journal, for `verify` to compare
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
  const kept = appliedInventoryPath(context, meta.planSha256);
  mkdirSync(join(paths.runs, "applied"), { recursive: true });
  copyFileSync(inventoryPath(paths.root, paths.key), kept);
  journal("apply.started", { planSha256: meta.planSha256, direction: meta.direction, waves: meta.waves });
  try {
    await terraformOf(context).terraform.apply(paths.planFile, parallelism);
  } catch (error) {
    journal("apply.failed", { planSha256: meta.planSha256 });
    throw error;
  } finally {
    discardPlan(context);
  }
  journal("apply.finished", { planSha256: meta.planSha256 });
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

/** The inventory that the last apply was made from. */
export function appliedInventoryPath({ paths }: Context, planSha256: string): string {
  return join(paths.runs, "applied", `${planSha256.slice(0, 16)}.json`);
}

/** The last apply that finished, as the journal has it. */
export function lastApply(context: Context): JournalEntry | undefined {
  return readJournal(context.paths.journal)
    .entries.filter(({ event }) => event === "apply.finished" || event === "apply.failed")
    .at(-1);
}
