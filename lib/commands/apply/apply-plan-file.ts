import { join } from "node:path";
import { ExternalError, UsageError } from "../../errors";
import { readJournal } from "../../files/journal";
import { openLog } from "../../files/log-file";
import type { PlanMeta } from "../../files/plan-meta";
import { expectWrites } from "../../guard/expect-writes";
import type { GuardSettings } from "../../guard/launch";
import { readInventory } from "../../inventory/inventory-file";
import type { Inventory } from "../../inventory/schema";
import type { Review } from "../../review/model";
import { condenseApply } from "../../terraform/condense-apply";
import { fileTrouble } from "../../util/file-trouble";
import { discardPlan, PARALLELISM } from "../plan/make-plan-file";
import { keepInventory, keptInventory } from "../shared/applied-inventory";
import type { Context } from "../shared/context";
import { continueCommand } from "../shared/continue-command";
import { settleGuardOf } from "../shared/guard-settings";
import type { Made } from "../shared/review-saved-plan";
import { terraformOf } from "../shared/run-terraform";
import { closeSecretFiles } from "../shared/secret-files";
import { afterFailure, keepState, refuseHeldState } from "../shared/terraform-state";
import { type LeftByGuard, watchWrites } from "../shared/watch-writes";
import { moveModules } from "./repoint-modules";

/** How a plan is applied. */
export interface ApplyOptions {
  readonly parallelism?: number;
  /** Whether Terraform's own lines about each resource are shown. @default false */
  readonly full?: boolean;
  /** Whether workspaces are read in list pages. @default true */
  readonly readAhead?: boolean;
}

/**
 * Applies exactly the saved plan: Terraform's, then the requests for registry modules that it holds. The inventory that it was
 * made from is kept beside the journal, for `verify` to compare with. The plan file is deleted afterwards, whether it succeeded or not: Terraform would refuse it a second time.
 *
 * @returns what changed since it was reviewed and was left for the next plan; everything else is done
 */
export async function applyPlan(
  context: Context,
  meta: PlanMeta,
  review: Review,
  { migration, synthesized }: Made,
  options: ApplyOptions = {},
): Promise<readonly LeftByGuard[]> {
  const { paths, journal } = context;
  if (synthesized.sha256 !== meta.configurationSha256) {
    throw new UsageError({
      rule: "apply/configuration-changed",
      file: join(paths.stack, "cdk.tf.json"),
      message: "the synthesized configuration is not the one that the plan was made from",
      fix: `repoint plan ${paths.key}`,
    });
  }
  refuseHeldState(context, meta);
  const { plan, inventory } = migration;
  const expectation = expectWrites(plan, inventory, review.changes);
  const guard = await settleGuardOf(context, plan, expectation, { ...options, consumers: "use" });
  closeSecretFiles(context);
  const state = keepState(context, review.summary.import + review.summary.create);
  keepInventory(context, meta);
  journal("apply.started", {
    planSha256: meta.planSha256,
    direction: meta.direction,
    waves: meta.waves,
    rotation: meta.rotation,
    ids: review.changes.flatMap(({ id, action }) => (action === "update" && id !== null ? [id] : [])),
    ...(state === undefined ? {} : { state }),
  });
  let left: readonly LeftByGuard[];
  try {
    left = await applyGuarded(context, meta, guard, options);
    await moveModules(context, meta);
  } catch (error) {
    // It makes room too, where the disk is full.
    discardPlan(context);
    note(() => journal("apply.failed", { planSha256: meta.planSha256 }));
    throw error;
  }
  discardPlan(context);
  note(() =>
    journal("apply.finished", {
      planSha256: meta.planSha256,
      ...(left.length === 0 ? {} : { left: left.map(({ id }) => id) }),
    }),
  );
  return left;
}

/** Runs Terraform's apply behind the guard. What the guard left for the next plan is no failure of the rest. */
async function applyGuarded(
  context: Context,
  meta: PlanMeta,
  guard: GuardSettings,
  { parallelism = PARALLELISM, full }: ApplyOptions,
): Promise<readonly LeftByGuard[]> {
  const { paths } = context;
  const watch = watchWrites(context, guard.expectation);
  const log = openLog(paths.terraformLog);
  let errors = 0;
  const { terraform, finish } = terraformOf(context, {
    state: meta.state,
    guard,
    onEvent: watch.onEvent,
    beforeLine: watch.clear,
    onErrorText: (text) => {
      log.add(text);
      errors += text.match(/^(?:│ )?Error: /gm)?.length ?? 0;
    },
    condense: (write) => condenseApply(write, log.add, full),
  });
  try {
    await terraform.apply(paths.planFile, parallelism);
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    if (watch.left.length > 0 && watch.refused.length === 0 && errors === watch.left.length) return watch.left;
    const refused =
      "the guard refused a request that was not reviewed, and stopped terraform apply; nothing was sent after that";
    throw new ExternalError(watch.refused.length > 0 ? refused : error.message, {
      cause: error,
      details: [
        ...(watch.total > 0 ? [`${watch.repointed} of ${watch.total} were re-pointed`] : []),
        ...watch.left.map(({ kind, name, id, reason }) => `left for the next plan: ${kind} ${name} (${id}): ${reason}`),
      ],
      fix: `see Terraform's own message above; ${afterFailure(context)}. Then ${continueCommand(context, meta.waves, meta.rotation)} finds what is left to do${unsure(guard, meta, context)}`,
    });
  } finally {
    finish();
    watch.end();
    log.close();
  }
  return watch.left;
}

/**
 * The provider's update that fails leaves the new token in the state all the same (terraform-plugin-sdk, `ResourceData.Partial`), so that
 * the next plan finds nothing to do.
 */
function unsure({ expectation }: GuardSettings, { rotation }: PlanMeta, { paths }: Context): string {
  const replaced = expectation.connection !== null && expectation.connection.id !== null;
  if (!replaced || rotation) return "";
  return `. The connection's token may not be replaced though the next plan shows nothing: repoint rotate ${paths.key} replaces it for certain`;
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
