import { textSha256 } from "../../files/sha256";
import { checkToken, type TokenCheck } from "../../gitlab/check-token";
import type { Inventory } from "../../inventory/schema";
import type { VcsResource } from "../../kinds";
import type { VerifiedResource } from "../../migration/verify";
import { leftWebhooks } from "../../migration/webhooks";
import type { Context } from "../shared/context";
import type { GitlabFindings, GitlabProblem } from "../shared/gitlab-findings";
import { connectionToken, webhookToken, withGitlab } from "../shared/gitlab-tokens";
import { lifeWords } from "../shared/pat-life";
import { checkRights } from "../shared/pat-rights";
import { checkWebhooks } from "./check-webhooks";

/**
 * Asks GitLab whether the personal access token can carry the connection, and may make webhooks where something moved (with that
 * token alone), and whether every repository that moved has a webhook that works (with `GITLAB_TOKEN` where it is set). What was not
 * asked is said.
 *
 * @returns `check`: what GitLab says of the token; undefined where there is none
 */
export async function checkGitlab(
  context: Context,
  inventory: Inventory,
  verified: readonly VerifiedResource[],
  webhookUrls: ReadonlyMap<string, string>,
): Promise<{ readonly findings: GitlabFindings; readonly check: TokenCheck | undefined }> {
  const moved = new Set(verified.filter(({ standing }) => standing === "moved").map(({ id }) => id));
  const resources = inventory.resources.filter(({ id }) => moved.has(id));
  const token = await checkConnectionToken(context);
  const rights = await rightsOf(context, resources, token);
  const found = await lookAtWebhooks(context, inventory, resources, webhookUrls, token);
  const findings = {
    problems: [...token.problems, ...rights.problems, ...found.problems],
    notes: [...token.notes, ...rights.notes, ...found.notes],
    orphans: found.orphans,
    webhooks: found.webhooks,
  };
  return { findings, check: token.check };
}

interface TokenFindings {
  readonly problems: readonly GitlabProblem[];
  readonly notes: readonly string[];
  /** Why there is no use in asking for webhooks with it; undefined when there is. */
  readonly useless: string | undefined;
  readonly check: TokenCheck | undefined;
}

async function checkConnectionToken(context: Context): Promise<TokenFindings> {
  const token = connectionToken(context);
  if (token === undefined) {
    const variable = `TF_VAR_${context.organization.connection.tokenVariable}`;
    const without = webhookToken(context) === undefined;
    const note = without
      ? `GitLab was not asked: neither GITLAB_TOKEN nor ${variable} is set`
      : `the personal access token was not checked, nor what its user may do: ${variable} is not set`;
    return { problems: [], notes: [note], useless: without ? "" : undefined, check: undefined };
  }
  const name = `the personal access token in ${token.variable}`;
  const check = await withGitlab(context, token, checkToken);
  const until = (expiresAt: string | null) => `${name} ${lifeWords(expiresAt, context.paths.key, Date.now())}`;
  switch (check.type) {
    case "unusable":
      return {
        problems: [{ message: `${name} is not usable: ${check.reason}`, todo: check.todo }],
        notes: [],
        useless: "that token is not usable",
        check,
      };
    case "unknown":
      return {
        problems: [],
        notes: [
          `whether ${name} is usable is unknown: ${check.reason}`,
          ...(check.expiresAt === undefined ? [] : [until(check.expiresAt)]),
        ],
        useless: check.taken ? undefined : "GitLab did not take that token, as far as is known",
        check,
      };
    case "usable":
      return { problems: [], notes: [until(check.expiresAt)], useless: undefined, check };
  }
}

/** Asked for where the webhooks are looked at with another token: looking at them says it else. */
async function rightsOf(context: Context, resources: readonly VcsResource[], { useless }: TokenFindings) {
  const token = connectionToken(context);
  const looksWith = webhookToken(context);
  if (token === undefined || looksWith?.variable === token.variable || resources.length === 0)
    return { problems: [], notes: [] };
  if (useless !== undefined)
    return { problems: [], notes: [`whether its user may make webhooks was not asked: ${useless}`] };
  return checkRights(context, token, resources);
}

async function lookAtWebhooks(
  context: Context,
  inventory: Inventory,
  resources: readonly VcsResource[],
  webhookUrls: ReadonlyMap<string, string>,
  { useless }: TokenFindings,
): Promise<GitlabFindings> {
  const none = { problems: [], orphans: [], webhooks: { looked: 0, fine: 0 } };
  const token = webhookToken(context);
  if (token === undefined || resources.length === 0) return { ...none, notes: [] };
  const own = token.variable === "GITLAB_TOKEN";
  if (!own && useless !== undefined) return { ...none, notes: [`webhooks were not looked at: ${useless}`] };
  const { organization } = context;
  const current = new Map([...webhookUrls].map(([id, url]) => [id, textSha256(url)]));
  return withGitlab(context, token, (api) =>
    checkWebhooks(api, {
      resources,
      webhookUrls,
      left: leftWebhooks(organization, inventory, current),
      hostname: organization.hostname,
      asked: { variable: token.variable, forConnection: !own },
    }),
  );
}
