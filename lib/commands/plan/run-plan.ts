import { isColoured } from "../../cli/io";
import { count } from "../../cli/table";
import { UsageError } from "../../errors";
import { checkToken } from "../../gitlab/check-token";
import { readBusyWorkspaces } from "../../inventory/busy";
import type { Inventory } from "../../inventory/schema";
import type { Migration } from "../../migration/migration";
import { terminalReview } from "../../report/terminal-review";
import type { Review } from "../../review/model";
import { recordAgreement } from "../apply/apply-plan-file";
import type { Context } from "../shared/context";
import { connectionToken, refuseMalformedTokens, withGitlab } from "../shared/gitlab-tokens";
import { reportInterrupted } from "../shared/interrupted-apply";
import { unlockLeftovers } from "../shared/lock-workspaces";
import { checkRights } from "../shared/pat-rights";
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
      say(`WARNING  TFE counts ${count(counted, "affected workspace")} on ${connectionId}, ${found} were found.`);
    }
  }
  for (const line of skippedKinds(inventory)) say(line);
  if (adopted > 0) say(`${count(adopted, "resource")} newly enter the configuration.`);

  if (organization.backend.type === "cloud" || organization.backend.type === "remote") {
    say(
      `NOTE     The backend is ${organization.backend.type}: where its workspace executes runs remotely, the provider runs on the server, and no guard stands between (docs/explanation/guard.md). Set its execution mode to local.`,
    );
  }

  if (migration.options.back === undefined) await checkNewToken(context, migration);

  const defer = await busyOnes(context, migration, options);
  for (const [id, reason] of defer) say(`Deferred to a later plan: ${nameOf(inventory, id)} (${id}): ${reason}`);

  const saved = await makePlan(context, migration.deferring(new Set(defer.keys())), {
    ...(options.parallelism === undefined ? {} : { parallelism: options.parallelism }),
    ...(options.full === true ? { full: true } : {}),
    ...(options.readAhead === false ? { readAhead: false } : {}),
  });
  if (!saved.meta.changes) recordAgreement(context, saved.meta);
  const review = await reviewSavedPlan(context, {}, saved);
  say("");
  say(...terminalReview(review, { colour: isColoured(io) }));
  return { ...saved, review };
}

/**
 * Asks GitLab whether the token can carry a connection, and whether its user may make webhooks where something is to move, before
 * anything does. A GitLab that cannot be asked from here is said and no obstacle; nor is a project that it shows TFE and not this
 * machine (a group may allow some addresses alone).
 *
 * @throws UsageError when GitLab says that the token cannot.
 */
async function checkNewToken(context: Context, { inventory, movingIds }: Migration): Promise<void> {
  const { organization, say } = context;
  const token = connectionToken(context);
  if (organization.connection.existing !== undefined || token === undefined) return;
  const check = await withGitlab(context, token, checkToken);
  if (check.type === "unusable") {
    throw new UsageError({
      rule: "plan/token-unusable",
      message: `the personal access token in ${token.variable} is not usable: ${check.reason}`,
      fix: check.todo,
    });
  }
  if (check.type === "unknown") {
    say(`NOTE     whether the personal access token is usable is unknown: ${check.reason}`);
    if (!check.taken) return;
  }
  const resources = inventory.resources.filter(({ id }) => movingIds.has(id));
  const { problems, notes } = await checkRights(context, token, resources);
  for (const { message, todo } of problems) say(`WARNING  ${message}`, `         what to do before the apply: ${todo}`);
  for (const note of notes) say(`NOTE     ${note}`);
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
