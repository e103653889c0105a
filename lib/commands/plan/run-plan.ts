import { isColoured } from "../../cli/io";
import { count } from "../../cli/table";
import { UsageError } from "../../errors";
import { readBusyWorkspaces } from "../../inventory/busy-workspaces";
import type { Inventory } from "../../inventory/schema";
import type { Migration } from "../../migration/migration";
import { terminalReview } from "../../report/terminal-review";
import type { Review } from "../../review/model";
import { recordAgreement } from "../apply/apply-plan-file";
import type { Context } from "../shared/context";
import { refuseMalformedTokens } from "../shared/gitlab-tokens";
import { reportInterrupted } from "../shared/interrupted-apply";
import { unlockLeftovers } from "../shared/lock-workspaces";
import { type Refreshed, refreshInventory, withTfe } from "../shared/refresh-inventory";
import { reviewSavedPlan } from "../shared/review-saved-plan";
import { skippedKinds } from "../shared/skipped-kinds";
import { makePlan, type SavedPlan } from "./make-plan-file";

export interface RunPlanOptions {
  /** Leave out workspaces that are locked or have a run under way. */
  readonly deferBusy?: boolean;
  readonly parallelism?: number;
  /** Whether Terraform's output tells every attribute of every change. @default false */
  readonly full?: boolean;
  /** Whether workspaces are read in list pages. @default true */
  readonly readAhead?: boolean;
  /** Whether a rotation makes it. @default false */
  readonly rotation?: boolean;
}

export interface Planned extends SavedPlan {
  readonly review: Review;
}

/** Refreshes the inventory that a plan is made from, and says what a killed apply had done. */
export async function readForPlan(context: Context, adopt: "all" | "connection"): Promise<Refreshed> {
  const { organization, say } = context;
  refuseMalformedTokens(context);
  say(`Reading ${organization.organization} on ${organization.hostname} …`);
  const refreshed = await refreshInventory(context, { adopt });
  reportInterrupted(context, refreshed.inventory);
  return refreshed;
}

/**
 * Synthesizes, plans, and reviews the plan: the way to every apply. Each step says what it found.
 *
 * @throws UsageError when an old connection of the organization file is not what it should be.
 */
export async function runPlan(
  context: Context,
  { inventory, migration, adopted, crossChecks }: Refreshed,
  options: RunPlanOptions,
): Promise<Planned> {
  const { organization, say, io } = context;
  const { errors } = migration.connections;
  if (errors.length > 0) throw new UsageError(errors);
  for (const { connectionId, found, counted } of crossChecks) {
    if (found !== counted) {
      say(`WARNING  TFE counts ${count(counted, "affected workspace")} on ${connectionId}, but ${found} were found.`);
    }
  }
  for (const line of skippedKinds(inventory)) say(line);
  if (adopted > 0) say(`${count(adopted, "resource")} are new in the configuration.`);

  if (organization.backend.type === "cloud" || organization.backend.type === "remote") {
    say(
      `NOTE     The backend is ${organization.backend.type}: if its workspace executes runs remotely, the provider runs on the server, without the guard (docs/explanation/guard.md). Set its execution mode to local.`,
    );
  }

  const defer = await busyOnes(context, migration, options);
  for (const [id, reason] of defer) say(`Deferred to a later plan: ${nameOf(inventory, id)} (${id}): ${reason}`);

  const saved = await makePlan(context, migration.deferring(new Set(defer.keys())), {
    ...(options.parallelism === undefined ? {} : { parallelism: options.parallelism }),
    ...(options.full === true ? { full: true } : {}),
    ...(options.readAhead === false ? { readAhead: false } : {}),
    ...(options.rotation === true ? { rotation: true } : {}),
  });
  if (!saved.meta.changes) recordAgreement(context, saved.meta);
  const review = await reviewSavedPlan(context, {}, saved);
  say("");
  say(...terminalReview(review, { colour: isColoured(io) }));
  return { ...saved, review };
}

/** Workspaces that would be re-pointed now and that something is at work on. Frees what a killed run left locked first. */
function busyOnes(
  context: Context,
  { movingIds }: Migration,
  options: RunPlanOptions,
): Promise<ReadonlyMap<string, string>> {
  return withTfe(context, async (client) => {
    await unlockLeftovers(context, client);
    if (options.deferBusy !== true) return new Map<string, string>();
    const busy = await readBusyWorkspaces(client, context.organization.organization);
    return new Map([...busy].filter(([id]) => movingIds.has(id)));
  });
}

function nameOf(inventory: Inventory, id: string): string {
  return inventory.resources.find((record) => record.id === id)?.name ?? id;
}
