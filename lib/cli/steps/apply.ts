import { join } from "node:path";
import { configurationSha256 } from "../../app";
import { ExternalError, UsageError } from "../../errors";
import { readJournal } from "../../files/journal";
import type { PlanMeta } from "../../files/plan-meta";
import { readInventory } from "../../inventory/file";
import type { Inventory } from "../../migration/inventory-schema";
import type { Review } from "../../review/model";
import { fileTrouble } from "../../util/file-trouble";
import type { Context } from "./context";
import { continueCommand } from "./continue-command";
import { keepInventory, keptInventory } from "./kept-inventory";
import { moveModules } from "./move-modules";
import { discardPlan, PARALLELISM } from "./plan";
import { closeSecretFiles } from "./secret-files";
import { afterFailure, keepState } from "./state";
import { terraformOf } from "./terraform";

/**
 * Applies exactly the saved plan: Terraform's, then the requests for registry modules that it holds. The inventory that it was
 * made from is kept beside the journal, for `verify` to compare with. The plan file is deleted afterwards, whether it succeeded or not: Terraform would refuse it a second time.
 */
export async function applyPlan(
  context: Context,
  meta: PlanMeta,
  review: Review,
  parallelism: number = PARALLELISM,
): Promise<void> {
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
  const state = keepState(context, review.summary.import + review.summary.create);
  keepInventory(context, meta);
  journal("apply.started", {
    planSha256: meta.planSha256,
    direction: meta.direction,
    waves: meta.waves,
    ids: review.changes.flatMap(({ id, action }) => (action === "update" && id !== null ? [id] : [])),
    ...(state === undefined ? {} : { state }),
  });
  try {
    await terraformOf(context)
      .terraform.apply(paths.planFile, parallelism)
      .catch((error: unknown) => {
        if (!(error instanceof ExternalError)) throw error;
        throw new ExternalError(error.message, {
          cause: error,
          fix: `Terraform's own message above says what it met; ${afterFailure(context)}. Then ${continueCommand(context, meta.waves)} finds what is left to do`,
        });
      });
    await moveModules(context, meta);
  } catch (error) {
    // It makes room too, where the disk is full.
    discardPlan(context);
    note(() => journal("apply.failed", { planSha256: meta.planSha256 }));
    throw error;
  }
  discardPlan(context);
  note(() => journal("apply.finished", { planSha256: meta.planSha256 }));
}

/** Terraform's own error, and the verification, come before a journal that cannot be written. */
function note(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (fileTrouble(error) === undefined) throw error;
  }
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
    .entries.filter(({ event }) =>
      ["apply.finished", "apply.failed", "apply.interrupted", "plan.agreed"].includes(event),
    )
    .at(-1);
  if (typeof last?.planSha256 !== "string") return undefined;
  return { planSha256: last.planSha256, inventory: readInventory(keptInventory(context, last.planSha256)) };
}
