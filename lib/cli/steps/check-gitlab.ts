import { GitlabClient } from "../../gitlab/client";
import type { Inventory } from "../../migration/inventory-schema";
import type { VerifiedAttachment } from "../../migration/verify";
import { variableOf } from "../../util/environment";
import type { Context } from "./context";

/** What GitLab's side of a migration looks like. */
export interface GitlabFindings {
  /** What is wrong, each with what to do. */
  readonly problems: readonly { readonly message: string; readonly todo: string }[];
  /** What could not be asked, or should be known. */
  readonly notes: readonly string[];
  /** Webhooks that lead to this TFE and belong to nothing any more. Their addresses are not shown: who knows one can start runs. */
  readonly orphans: readonly { readonly project: string; readonly count: number }[];
}

/** GitLab allows personal access tokens to live for at most a year; this many days before the end it is said. */
const SOON_DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Asks GitLab whether the token can carry the connection, and whether every repository that moved has its webhook. The token
 * is `GITLAB_TOKEN`, else the PAT's own variable; without one GitLab is not asked, and that is said.
 */
export async function checkGitlab(
  context: Context,
  inventory: Inventory,
  verified: readonly VerifiedAttachment[],
  webhookUrls: ReadonlyMap<string, string>,
): Promise<GitlabFindings> {
  const { organization, io } = context;
  const variable = `TF_VAR_${organization.connection.tokenVariable}`;
  const token = variableOf(io.env, "GITLAB_TOKEN") ?? variableOf(io.env, variable);
  if (token === undefined) {
    return { problems: [], notes: [`GitLab was not asked: neither GITLAB_TOKEN nor ${variable} is set`], orphans: [] };
  }
  const client = new GitlabClient(organization.gitlab.apiUrl, token);
  try {
    return await ask(client, context, inventory, verified, webhookUrls);
  } finally {
    await client.close();
  }
}

async function ask(
  client: GitlabClient,
  { organization }: Context,
  inventory: Inventory,
  verified: readonly VerifiedAttachment[],
  webhookUrls: ReadonlyMap<string, string>,
): Promise<GitlabFindings> {
  const problems: { message: string; todo: string }[] = [];
  const notes: string[] = [];
  const token = await client.checkToken();
  if (token.type === "unusable")
    problems.push({ message: `the personal access token is not usable: ${token.reason}`, todo: token.todo });
  if (token.type === "unknown") {
    return { problems, notes: [`GitLab was not asked any further: ${token.reason}`], orphans: [] };
  }
  if (token.type === "usable" && token.expiresAt !== null) {
    const days = Math.floor((Date.parse(token.expiresAt) - Date.now()) / DAY);
    notes.push(
      `the personal access token expires on ${token.expiresAt}, in ${days} days${days <= SOON_DAYS ? ": renew it now" : ""}`,
    );
  }
  if (problems.length > 0) return { problems, notes, orphans: [] };

  const moved = new Set(verified.filter(({ standing }) => standing === "moved").map(({ id }) => id));
  const projects = new Map<string, { id: string; name: string }[]>();
  for (const { id, name, vcsRepo } of inventory.attachments) {
    if (vcsRepo === null || !moved.has(id)) continue;
    projects.set(vcsRepo.identifier, [...(projects.get(vcsRepo.identifier) ?? []), { id, name }]);
  }
  const known = new Set(webhookUrls.values());
  const orphans: { project: string; count: number }[] = [];
  const queue = [...projects].sort(([a], [b]) => (a < b ? -1 : 1));
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [project, attachments] = next;
      const hooks = await client.hooks(project);
      if (hooks.type === "unknown") notes.push(`${project}: ${hooks.reason}`);
      if (hooks.type === "no-access") {
        problems.push({
          message: `${project}: ${hooks.reason}`,
          todo: "give the token's user the role Maintainer there",
        });
      }
      if (hooks.type !== "found") continue;
      for (const { id, name } of attachments) {
        const url = webhookUrls.get(id);
        if (url !== undefined && !hooks.urls.includes(url)) {
          problems.push({
            message: `${project} has no webhook for ${name} (${id}), so pushes start no runs`,
            todo: `save the VCS settings of ${name} in TFE once more: that makes the webhook`,
          });
        }
      }
      const left = hooks.urls.filter((url) => leadsToTfe(url, organization.hostname) && !known.has(url)).length;
      if (left > 0) orphans.push({ project, count: left });
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return { problems, notes, orphans };
}

/** TFE makes its webhooks below `/webhooks/vcs/` of its own host. */
function leadsToTfe(url: string, hostname: string): boolean {
  try {
    const { host, pathname } = new URL(url);
    return host === hostname && pathname.startsWith("/webhooks/vcs/");
  } catch {
    return false;
  }
}
