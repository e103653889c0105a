import { setTimeout as sleep } from "node:timers/promises";
import { count } from "../../cli/table";
import type { ConnectionRecord } from "../../inventory/schema";
import { variableOf } from "../../util/environment";
import { askHealth } from "../restore/health";
import type { Context } from "../shared/context";
import { type GitlabToken, withGitlab } from "../shared/gitlab-tokens";
import { withTfe } from "../shared/refresh-inventory";

/** Whether TFE uses the new token, as far as anybody can tell. */
export type Proof =
  | { readonly type: "proven"; readonly how: string }
  | { readonly type: "broken"; readonly reason: string }
  | { readonly type: "unknown"; readonly reasons: readonly string[] };

export interface ProofQuestion {
  readonly connection: ConnectionRecord;
  /** GitLab's id of the new token. */
  readonly newId: number | undefined;
  /** When GitLab last noted a use of the new token, of which Repoint's own were the last. */
  readonly lastUsedAt: string | null;
  /** The old token, where it works. */
  readonly old: GitlabToken | undefined;
  /** In minutes. */
  readonly wait: number;
  /** In seconds. */
  readonly poll: number;
}

/** What TFE says of a token that it just got may still be about the one before. */
const REFUSALS = 3;

/**
 * Asks until it is known. TFE was told before, and answered that it has the new token; that it reads repositories with it then is a
 * proof. GitLab's is that somebody used the token after Repoint did. It is read with another token, since reading it with the new one is
 * a use of that, and it is noted every ten minutes at most.
 */
export async function prove(context: Context, question: ProofQuestion): Promise<Proof> {
  const { connection, wait, poll } = question;
  const tokenId = connection.tokens[0]?.id;
  const observers = question.newId === undefined ? [] : observersOf(context, question.old);
  const until = Date.now() + wait * 60_000;
  let refusals = 0;
  let told = false;
  for (;;) {
    const health = await withTfe(context, (client) => askHealth(client, tokenId));
    // A list of nothing may be what a server answers for a token that it cannot use.
    if (health.type === "works" && health.repositories > 0)
      return {
        type: "proven",
        how: `TFE reads ${count(health.repositories, "repository", "repositories")} with it`,
      };
    if (health.type === "broken" && health.status === 422) {
      refusals += 1;
      if (refusals >= REFUSALS) return { type: "broken", reason: health.reason };
    }
    const used = await usedSince(context, observers, question);
    if (used.type === "used")
      return { type: "proven", how: `GitLab noted a use of it at ${used.at}, after Repoint's own` };
    const left = until - Date.now();
    const open = used.type === "not-yet" || refusals > 0;
    if (!open || left <= 0) {
      const tfe =
        health.type === "broken"
          ? `TFE does not tell what the connection sees: ${health.reason}`
          : health.type === "works"
            ? "TFE lists no repository that the connection sees"
            : "this TFE does not tell what the connection sees";
      return { type: "unknown", reasons: [tfe, used.reason] };
    }
    if (!told) {
      told = true;
      context.say(
        `TFE does not tell whether it uses the new token, so GitLab is asked for up to ${count(wait, "minute")}. Push a commit to a repository of the connection; GitLab notes a use every ten minutes at most. You can stop this, and run it again …`,
      );
    }
    await sleep(Math.min(Math.max(poll * 1000, 10), left));
  }
}

/** Who can look at the new token without using it. */
function observersOf({ io }: Context, old: GitlabToken | undefined): readonly GitlabToken[] {
  const own = variableOf(io.env, "GITLAB_TOKEN");
  return [
    ...(old === undefined ? [] : [old]),
    ...(own === undefined ? [] : [{ variable: "GITLAB_TOKEN", token: own }]),
  ];
}

type Use =
  | { readonly type: "used"; readonly at: string }
  | { readonly type: "not-yet"; readonly reason: string }
  | { readonly type: "nobody-can-tell"; readonly reason: string };

async function usedSince(
  context: Context,
  observers: readonly GitlabToken[],
  { newId, lastUsedAt }: ProofQuestion,
): Promise<Use> {
  for (const observer of observers) {
    const answer = await withGitlab(context, observer, (api) => api.token(newId ?? 0));
    if (answer.type !== "parsed" || answer.value.id !== newId) continue;
    const at = answer.value.last_used_at ?? null;
    // A copy of GitLab's database that is behind may show an earlier one.
    if (at !== null && lastUsedAt !== null && Date.parse(at) > Date.parse(lastUsedAt)) return { type: "used", at };
    return { type: "not-yet", reason: "GitLab noted no use of it but Repoint's own" };
  }
  return {
    type: "nobody-can-tell",
    reason:
      "GitLab's last use of it cannot be told from Repoint's own: only another token of the same user, or an administrator's in GITLAB_TOKEN, could look at it without using it",
  };
}
