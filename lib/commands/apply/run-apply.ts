import { synthesize } from "../../app";
import { isColoured } from "../../cli/io";
import { count, table } from "../../cli/table";
import { UsageError } from "../../errors";
import { pausedLine, pausedSince } from "../../files/pause";
import type { PlanMeta } from "../../files/plan-meta";
import { isWorkspace } from "../../kinds/workspace";
import { movesQuestion, movesText } from "../../report/moves-words";
import { headline } from "../../report/review-words";
import { terminalReview } from "../../report/terminal-review";
import type { Review, ReviewedChange } from "../../review/model";
import { movesOf } from "../../review/moves";
import { discardPlan, organizationFileSha256, savedPlan, withdrawPlan } from "../plan/make-plan-file";
import { confirm } from "../shared/confirm";
import type { Context } from "../shared/context";
import { continueCommand, wavesOf } from "../shared/continue-command";
import { refuseMalformedTokens } from "../shared/gitlab-tokens";
import { interruptedApply } from "../shared/interrupted-apply";
import { leftoverLocks, unlockLeftovers, whileLocked } from "../shared/lock-workspaces";
import { withTfe } from "../shared/refresh-inventory";
import { makeAndReview } from "../shared/review-saved-plan";
import { announceConnection, recordMadeConnection } from "../shared/settle-connection";
import type { LeftByGuard } from "../shared/watch-writes";
import { applyPlan } from "./apply-plan-file";
import { learnFromTerraform } from "./repoint-modules";
import { tokenStillWorks } from "./token-still-works";

export interface RunApplyOptions {
  readonly yes: boolean;
  /** Rules whose findings may pass, with the reason. */
  readonly allow: ReadonlyMap<string, string>;
  /** Lock each workspace that changes, and unlock it afterwards. */
  readonly lockWorkspaces?: boolean;
  readonly parallelism?: number;
  readonly full?: boolean;
  readonly readAhead?: boolean;
  /** Whether a rollback asks, which applies its own plan. @default false */
  readonly rollback?: boolean;
  /** The same of a rotation. @default false */
  readonly rotation?: boolean;
}

/** How an apply ended. */
export type Applied =
  | {
      readonly type: "applied";
      readonly meta: PlanMeta;
      readonly review: Review;
      /** What changed since it was reviewed, and was left for the next plan. */
      readonly left: readonly LeftByGuard[];
    }
  | { readonly type: "refused"; readonly reason: string };

/** Reviews the saved plan once more and applies it, and nothing but it. */
export async function runApply(context: Context, options: RunApplyOptions): Promise<Applied> {
  const { say, io } = context;
  refuseMalformedTokens(context);
  refuseInterrupted(context);
  const meta = savedPlan(context);
  if (options.rollback !== true) refuseRollbackPlan(context, meta);
  if (options.rotation !== true) refuseRotationPlan(context, meta);
  refuseOtherFile(context, meta);
  const { review, ...made } = await makeAndReview(context, { allow: options.allow }, ({ plan }) =>
    // Terraform goes by it, and so it is written again.
    synthesize(context.paths.root, context.organization, plan),
  );
  if (review.verdict === "fail") {
    say(...terminalReview(review, { colour: isColoured(io) }));
    const rules = [
      ...new Set(review.findings.filter((f) => f.severity === "error" && f.allowed === null).map((f) => f.rule)),
    ];
    return { type: "refused", reason: `the review fails: ${rules.join(", ")}` };
  }
  const moves = movesOf(review);
  say(`To do: ${headline(review).replace(/^\w+: /, "")}.`);
  for (const text of movesText(moves)) say(`This ${text}.`);
  if (!(await confirm(io, movesQuestion(moves, `${meta.organization} on ${meta.hostname}`), "yes", options.yes))) {
    return { type: "refused", reason: "not confirmed" };
  }
  const ended = await tokenStillWorks(context, meta, review);
  if (ended !== undefined) return { type: "refused", reason: ended };
  const paused = pausedSince(context.paths.pause);
  if (paused !== undefined) say(pausedLine(context.paths.key, paused));
  // A run that was killed while it locked has applied nothing, so its plan still stands; its locks must not stay for that.
  if (leftoverLocks(context).size > 0) await withTfe(context, (client) => unlockLeftovers(context, client));
  const changing = review.changes.flatMap((change) =>
    isWorkspace(change) && change.action === "update" && change.id !== null ? [change.id] : [],
  );
  const apply = async (stopIfAsked: () => void): Promise<Applied> => {
    const twin = await announceConnection(context, meta, review);
    if (twin !== undefined) {
      discardPlan(context);
      return { type: "refused", reason: twin };
    }
    stopIfAsked();
    const left = await applyPlan(context, meta, review, made, options);
    await recordMadeConnection(context, meta, review);
    await learnFromTerraform(context, new Set(review.changes.flatMap(updatedByTerraform)));
    return { type: "applied", meta, review, left };
  };
  if (options.lockWorkspaces !== true || changing.length === 0) return apply(() => {});
  return withTfe(context, async (client): Promise<Applied> => {
    const { result } = await whileLocked(
      context,
      client,
      changing,
      async ({ locked, refused, stopIfAsked }): Promise<Applied> => {
        if (refused.size === 0) {
          say(`Locked ${count(locked.length, "workspace")}.`);
          return apply(stopIfAsked);
        }
        for (const [id, reason] of refused) say(`Cannot lock ${id}: ${reason}`);
        const again = `${continueCommand(context, meta.waves)} --lock-workspaces`;
        return {
          type: "refused",
          reason: `${count(refused.size, "workspace")} cannot be locked now; ${again} leaves them for later`,
        };
      },
    );
    return result;
  });
}

/**
 * Says what changed since it was reviewed and was left as it is.
 *
 * @returns whether there was any
 */
export function reportLeft(context: Context, applied: Applied): boolean {
  if (applied.type === "refused" || applied.left.length === 0) return false;
  const { left, meta } = applied;
  context.say(
    "",
    `${count(left.length, "resource")} changed since the plan was reviewed and ${left.length === 1 ? "was" : "were"} not re-pointed; everything else is done:`,
  );
  const rows = left.slice(0, ROWS).map(({ kind, name, id, reason }) => [kind, `${name} (${id ?? "no id"})`, reason]);
  context.say(...table(["kind", "resource", "why"], rows));
  if (left.length > ROWS) context.say(`… and ${left.length - ROWS} more`);
  context.say(`Next: ${continueCommand(context, meta.waves)}: it plans them as they are now.`);
  return true;
}

/** The id of what Terraform itself re-points. */
function updatedByTerraform({ action, id, request }: ReviewedChange): readonly string[] {
  return action === "update" && request === null && id !== null ? [id] : [];
}

/** @throws UsageError when an apply was killed and no plan has looked at what it had done. */
function refuseInterrupted(context: Context): void {
  const interrupted = interruptedApply(context);
  if (interrupted === undefined) return;
  discardPlan(context);
  throw new UsageError({
    rule: "apply/interrupted",
    message: `an apply of this plan started at ${interrupted.at} and was interrupted, so the plan is out of date and was deleted`,
    fix: `${continueCommand(context, wavesOf(interrupted), interrupted.rotation)}: it finds what is left to do`,
  });
}

/**
 * A rollback applies its plan itself. One that is there still was ended before it was confirmed, and nobody has agreed to it.
 *
 * @throws UsageError for such a plan, which is deleted
 */
function refuseRollbackPlan(context: Context, meta: PlanMeta): void {
  if (meta.waves === null) return;
  withdrawPlan(context);
  throw new UsageError({
    rule: "apply/rollback-plan",
    message: `the saved plan goes BACK: a rollback of ${meta.waves.join(", ")} made it at ${meta.madeAt} and was ended before it was confirmed; the plan was deleted, and nothing was applied`,
    fix: `to take them back: ${continueCommand(context, meta.waves)}; to go forward: repoint plan ${context.paths.key}`,
  });
}

/**
 * A rotation applies its plan itself, with the new token that it was given.
 *
 * @throws UsageError for a plan of one that was ended before it was confirmed; it is deleted
 */
function refuseRotationPlan(context: Context, meta: PlanMeta): void {
  if (!meta.rotation) return;
  withdrawPlan(context);
  const { key } = context.paths;
  throw new UsageError({
    rule: "apply/rotation-plan",
    message: `the saved plan replaces the connection's token: a rotation made it at ${meta.madeAt} and was ended before it was confirmed; the plan was deleted, and nothing was applied`,
    fix: `to go on with the rotation: repoint rotate ${key}; to move resources: repoint plan ${key}`,
  });
}

/** @throws UsageError when the organization's file has changed since the plan was made, which then means something else. */
function refuseOtherFile(context: Context, meta: PlanMeta): void {
  const { organization, paths } = context;
  if (meta.organizationFileSha256 === organizationFileSha256(organization)) return;
  throw new UsageError({
    rule: "apply/file-changed",
    file: organization.file,
    message: `it has changed since the plan of ${meta.madeAt} was made, so that plan no longer matches it. Nothing was applied`,
    fix: `repoint plan ${paths.key}, then apply again`,
  });
}

/**
 * Tries once more to unlock what a run could not unlock.
 *
 * @returns whether nothing that Repoint locked is locked any more
 */
export async function nothingLocked(context: Context): Promise<boolean> {
  if (leftoverLocks(context).size === 0) return true;
  const failed = await withTfe(context, (client) => unlockLeftovers(context, client));
  return failed.size === 0;
}

/** At most this many rows are shown. */
const ROWS = 50;
