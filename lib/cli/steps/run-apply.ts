import { UsageError } from "../../errors";
import type { PlanMeta } from "../../files/plan-meta";
import { terminalReview } from "../../report/terminal-review";
import type { Review, ReviewedChange } from "../../review/model";
import { count, table } from "../table";
import { applyPlan, interruptedApply } from "./apply";
import { changedSincePlan } from "./changed-since-plan";
import { confirm } from "./confirm";
import type { Context } from "./context";
import { refuseMalformedTokens } from "./gitlab-tokens";
import { leftoverLocks, lockWorkspaces, unlockLeftovers, unlockWorkspaces } from "./lock-workspaces";
import { learnFromTerraform } from "./move-modules";
import { discardPlan, savedPlan } from "./plan";
import { withTfe } from "./refresh";
import { reviewSavedPlan } from "./review";
import { announceConnection, recordMadeConnection } from "./settle-connection";

export interface RunApplyOptions {
  readonly yes: boolean;
  /** Rules whose findings may pass, with the reason. */
  readonly allow: ReadonlyMap<string, string>;
  /** Lock each workspace that changes, and unlock it afterwards. */
  readonly lockWorkspaces?: boolean;
  readonly parallelism?: number;
}

/** How an apply ended. */
export type Applied =
  | { readonly type: "applied"; readonly meta: PlanMeta; readonly review: Review }
  | { readonly type: "refused"; readonly reason: string };

/** Reviews the saved plan once more and applies it, and nothing but it. */
export async function runApply(context: Context, options: RunApplyOptions): Promise<Applied> {
  const { paths, say, io } = context;
  refuseMalformedTokens(context);
  const interrupted = interruptedApply(context);
  if (interrupted !== undefined) {
    discardPlan(context);
    context.journal("apply.abandoned", { planSha256: interrupted.planSha256 });
    throw new UsageError({
      rule: "apply/interrupted",
      message: `the run that began to apply this plan at ${interrupted.at} was ended before it was done; the plan no longer fits and was deleted`,
      fix: `repoint plan ${paths.key}: it finds what is left to do`,
    });
  }
  const meta = savedPlan(context);
  const review = await reviewSavedPlan(context, { allow: options.allow });
  if (review.verdict === "fail") {
    const colour = io.stdout.isTTY === true && (io.env.NO_COLOR ?? "") === "";
    io.stdout.write(terminalReview(review, { colour }));
    const rules = [
      ...new Set(review.findings.filter((f) => f.severity === "error" && f.allowed === null).map((f) => f.rule)),
    ];
    return { type: "refused", reason: `the review fails: ${rules.join(", ")}` };
  }
  const { summary } = review;
  say(
    `To do: ${count(summary.repointed, "attachment")} re-pointed, ${summary.import} imported, ${summary.create} created, ${summary.forget} released, nothing destroyed.`,
  );
  if (!(await confirm(io, `Apply this to ${meta.organization} on ${meta.hostname}?`, "yes", options.yes))) {
    return { type: "refused", reason: "not confirmed" };
  }
  // A run that was killed while it locked has applied nothing, so its plan still stands; its locks must not stay for that.
  if (leftoverLocks(context).size > 0) await withTfe(context, (client) => unlockLeftovers(context, client));
  const changing = review.changes.flatMap(({ kind, id, action }) =>
    kind === "workspace" && action === "update" && id !== null ? [id] : [],
  );
  const apply = async (): Promise<Applied> => {
    const outdated = await refuseIfOutdated(context, meta, review);
    if (outdated !== undefined) return outdated;
    const twin = await announceConnection(context, meta, review);
    if (twin !== undefined) {
      discardPlan(context);
      return { type: "refused", reason: twin };
    }
    await applyPlan(context, meta, options.parallelism);
    await recordMadeConnection(context, review);
    await learnFromTerraform(context, new Set(review.changes.flatMap(moduleOfTerraform)));
    return { type: "applied", meta, review };
  };
  if (options.lockWorkspaces !== true || changing.length === 0) return apply();
  return withTfe(context, async (client): Promise<Applied> => {
    const { locked, refused } = await lockWorkspaces(context, client, changing);
    try {
      if (refused.size > 0) {
        for (const [id, reason] of refused) say(`Cannot lock ${id}: ${reason}`);
        return {
          type: "refused",
          reason: `${count(refused.size, "workspace")} cannot be locked now; repoint plan ${paths.key} --lock-workspaces leaves them for later`,
        };
      }
      say(`Locked ${count(locked.length, "workspace")}.`);
      return await apply();
    } finally {
      await unlockWorkspaces(context, client, locked);
      say(`Unlocked ${count(locked.length, "workspace")}.`);
    }
  });
}

/** The id of a registry module that Terraform itself re-points. */
function moduleOfTerraform({ kind, action, id, request }: ReviewedChange): readonly string[] {
  return kind === "registry-module" && action === "update" && request === null && id !== null ? [id] : [];
}

/** At most this many rows are shown. */
const ROWS = 50;

/**
 * A plan sends whole attachments: what somebody changed since it was made, it would set back. Such a plan is deleted.
 *
 * @returns the refusal; undefined when everything that changes is as it was planned.
 */
async function refuseIfOutdated(context: Context, meta: PlanMeta, review: Review): Promise<Applied | undefined> {
  const ids = review.changes.flatMap(({ id, action }) => (action === "update" && id !== null ? [id] : []));
  const changed = ids.length === 0 ? [] : await changedSincePlan(context, new Set(ids));
  if (changed.length === 0) return undefined;
  discardPlan(context);
  context.journal("plan.outdated", { planSha256: meta.planSha256, ids: changed.map(({ id }) => id) });
  const rows = changed.slice(0, ROWS).map(({ kind, name, id, what }) => [kind, `${name} (${id})`, what]);
  context.say(table(["kind", "attachment", "changed since the plan was made"], rows));
  if (changed.length > ROWS) context.say(`… and ${changed.length - ROWS} more`);
  return {
    type: "refused",
    reason: `${count(changed.length, "attachment")} changed since the plan was made; it no longer fits and was deleted: make a new one`,
  };
}
