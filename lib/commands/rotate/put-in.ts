import { ExternalError } from "../../errors";
import { pausedSince } from "../../files/pause";
import type { ConnectionRecord } from "../../inventory/schema";
import { describeConnection } from "../../migration/describe-connection";
import type { Review, ReviewedChange } from "../../review/model";
import { readConnection, replaceConnectionToken } from "../../tfe/api";
import { relatedAll } from "../../tfe/resource";
import { masked } from "../../util/secret";
import { runApply } from "../apply/run-apply";
import { decisionsOf, leavePlain, withdrawPlan } from "../plan/make-plan-file";
import { type Planned, runPlan } from "../plan/run-plan";
import type { Context } from "../shared/context";
import { type Refreshed, withTfe } from "../shared/refresh-inventory";
import type { RotationTokens } from "./tokens";

/** What a plan of a rotation comes to. */
export type RotationPlan =
  /** It replaces the connection's token, and nothing else. */
  | { readonly type: "replace"; readonly planned: Planned }
  /** The state has the new token already, or Terraform does not manage the connection: TFE is told directly. */
  | { readonly type: "direct"; readonly why: "referred-to" | "in-the-state" }
  /** It would do something else, or its review fails. */
  | { readonly type: "refused"; readonly reason: string; readonly todo: string };

/** Plans the replacement, where Terraform manages the connection. What is due to move stays where it is. */
export async function planReplacement(context: Context, refreshed: Refreshed): Promise<RotationPlan> {
  const { say, paths } = context;
  const { migration } = refreshed;
  if (migration.plan.connection.type === "existing") return { type: "direct", why: "referred-to" };
  const due = migration.movingIds;
  if (due.size > 0)
    say(
      `What is due to move stays where it is (${due.size}): a rotation moves nothing. repoint plan ${paths.key} moves it.`,
    );
  const planned = await runPlan(context, { ...refreshed, migration: migration.deferring(due) }, { rotation: true });
  const { meta, review } = planned;
  const { connection } = planned.migration.plan;
  const show = `repoint plan ${paths.key} shows it`;
  if (review.verdict === "fail") {
    withdrawPlan(context);
    return { type: "refused", reason: "the review of the plan fails", todo: `each finding includes a remedy; ${show}` };
  }
  if (connection.type === "existing") {
    withdrawPlan(context);
    return { type: "direct", why: "referred-to" };
  }
  const others = besides(review, connection.address, due);
  if (others.length > 0 || meta.moves.length > 0) {
    withdrawPlan(context);
    const named = [...others, ...meta.moves.map(({ name }) => `registry module ${name}`)];
    const more = named.length > NAMED ? ` and ${named.length - NAMED} more` : "";
    return {
      type: "refused",
      reason: `the plan would change more than the connection's token: ${named.slice(0, NAMED).join("; ")}${more}`,
      todo: `${show}: apply that first, then rotate. If the old token does not work any more, put the new one into the connection's variable before that plan: it then replaces the token too`,
    };
  }
  if (!meta.changes) {
    withdrawPlan(context);
    return { type: "direct", why: "in-the-state" };
  }
  return { type: "replace", planned };
}

/** So many changes are named. */
const NAMED = 5;

function besides({ changes }: Review, address: string, due: ReadonlySet<string>): readonly string[] {
  const isReplacement = (change: ReviewedChange) =>
    change.address === `tfe_oauth_client.${address}` &&
    change.action === "update" &&
    change.attributes.every(({ path }) => path === "oauth_token");
  return changes
    .filter((change) => !isReplacement(change))
    .map(({ action, id, address: at, attributes }) => {
      // It is left out of this plan, and in the state: repoint plan shows it as what it is.
      if (action === "forget" && id !== null && due.has(id)) return `re-point ${at}`;
      const what = attributes.slice(0, 3).map(({ path }) => path);
      return `${action} ${at}${what.length === 0 || action !== "update" ? "" : ` (${what.join(", ")})`}`;
    });
}

/**
 * Puts the new token into the connection in place: with the plan, or by `PATCH /oauth-clients/:id` ("Update an OAuth Client"). The id
 * of the connection's token stays, which is read back.
 *
 * @returns why not; undefined when TFE has said that it did
 */
export async function putIn(
  context: Context,
  plan: Exclude<RotationPlan, { type: "refused" }>,
  connection: ConnectionRecord,
  { fresh }: RotationTokens,
): Promise<string | undefined> {
  if (plan.type === "replace") {
    const applied = await runApply(context, { yes: true, allow: new Map(), rotation: true });
    if (applied.type === "refused") return applied.reason;
    leavePlain(context, decisionsOf(applied.meta));
    if (applied.left.length > 0) return applied.left.map(({ reason }) => reason).join("; ");
  } else {
    const paused = pausedSince(context.paths.pause);
    if (paused !== undefined) return `nothing is written to TFE since ${paused} (repoint resume ${context.paths.key})`;
    await tellTfe(context, connection, fresh.token);
  }
  return keptItsId(context, connection);
}

async function tellTfe(context: Context, connection: ConnectionRecord, token: string): Promise<void> {
  const again = `repoint rotate ${context.paths.key} goes on: it puts the token in once more, which changes nothing where it is in already`;
  try {
    await withTfe(context, async (client) => {
      const { refusal } = await replaceConnectionToken(client, connection.id, token);
      if (refusal !== undefined)
        throw new ExternalError(`TFE refused the new token, and holds the one that it had: ${refusal.message}`, {
          fix: refusal.fix ?? "do what TFE says, then run it again",
        });
    });
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    // Some servers repeat what they were sent.
    const said = masked(error.message, [token]);
    const refused = said.startsWith("TFE refused");
    throw new ExternalError(
      refused ? said : `whether TFE has the new token is unknown: ${said}. It holds one of the two`,
      { fix: refused && error.fix !== undefined ? error.fix : again },
    );
  }
}

/** @returns what became of the connection's token id, where it did not stay */
function keptItsId(context: Context, before: ConnectionRecord): Promise<string | undefined> {
  return withTfe(context, async (client) => {
    const now = await readConnection(client, before.id);
    const name = describeConnection(before);
    if (now === undefined) return `the connection ${name} is gone`;
    const ids = relatedAll(now, "oauth-tokens");
    const same = ids.length === before.tokens.length && before.tokens.every(({ id }) => ids.includes(id));
    if (same) return undefined;
    return `TFE shows another token id for ${name}: ${before.tokens.map(({ id }) => id).join(", ")} → ${ids.join(", ") || "none"}; what used the first has lost its link, and repoint plan ${context.paths.key} links it again`;
  });
}
