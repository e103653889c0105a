import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { table } from "../../cli/table";
import { ExternalError, UsageError } from "../../errors";
import { writeFileAtomic } from "../../files/atomic";
import { explain } from "../../gitlab/answer";
import { readLostLinks } from "../../inventory/read-lost-links";
import { type LostLink, linksFile } from "../../migration/lost-links";
import { atATime } from "../../util/at-a-time";
import type { Text } from "../../util/plain-text";
import type { Context } from "../shared/context";
import { webhookToken, withGitlab } from "../shared/gitlab-tokens";
import { outputPath } from "../shared/output-path";
import { type Refreshed, withTfe } from "../shared/refresh-inventory";

export interface FoundLost {
  readonly lost: readonly LostLink[];
  /** Why the signs could not be read; undefined when they were. */
  readonly unread?: string;
  /** Requests that it took. */
  readonly requests: number;
}

/** Looks for workspaces that lost their link before the inventory could record it. `deep`: in all that they ever ran. */
export function findLostLinks(context: Context, { inventory }: Refreshed, deep: boolean): Promise<FoundLost> {
  return withTfe(context, async (client, progress) => {
    try {
      return { lost: await readLostLinks(client, inventory, deep, progress.step), requests: client.requests };
    } catch (error) {
      // The inventory is whole without them: a server that refuses this list is no reason to have none.
      if (deep || !(error instanceof ExternalError)) throw error;
      return { lost: [], unread: error.message, requests: client.requests };
    } finally {
      progress.end();
    }
  });
}

/** At most this many are shown. */
const ROWS = 20;

/** What was found, for people, with the next step; no line when nothing was. */
export function lostLinkLines(lost: readonly LostLink[], key: string, file: string | undefined): readonly Text[] {
  if (lost.length === 0) return [];
  const rows = lost
    .slice(0, ROWS)
    .map(({ name, repository, branch, signs }) => [
      name,
      `${repository ?? "?"}${branch === "" ? "" : `@${branch}`}`,
      signs.join(", "),
    ]);
  return [
    "",
    `Without a VCS link, with signs of an earlier one: ${lost.length}`,
    ...table(["workspace", "repository", "signs"], rows),
    ...(lost.length > ROWS ? [`… and ${lost.length - ROWS} more`] : []),
    file === undefined
      ? `If they lost it in the outage: repoint inventory ${key} --find-lost links.yaml looks closer and writes a file for repoint restore.`
      : `Written to ${file}. Check each line, then: repoint restore ${key} --links ${file}`,
    "",
  ];
}

/** @throws UsageError when there is such a file: it may hold what somebody has checked */
export function requireNewFile({ io }: Context, file: string): void {
  if (!existsSync(resolve(io.cwd, file))) return;
  throw new UsageError({
    rule: "inventory/file-exists",
    file,
    message: "the file already exists, and may contain lines that you have checked; nothing was written",
    fix: "give another name, or remove the file",
  });
}

/** Writes the file of links for a person to check, with what GitLab's webhooks add. */
export async function writeLinksFile(
  context: Context,
  file: string,
  lost: readonly LostLink[],
  webhookUrls: ReadonlyMap<string, string>,
): Promise<void> {
  const orphans = await orphanHooks(context, webhookUrls);
  const withHooks = lost.map((link) =>
    link.repository !== null && orphans.includes(link.repository)
      ? {
          ...link,
          signs: [...link.signs, "its repository has a webhook to this host that nothing in the organization uses"],
        }
      : link,
  );
  writeFileAtomic(outputPath(context.io, file), linksFile(withHooks, orphans));
}

/**
 * Repositories with a webhook to this host that nothing of the organization has now. TFE leaves them behind when it loses a link; those of
 * other organizations and of stacks look the same, so that this is a hint and no more.
 */
async function orphanHooks(context: Context, webhookUrls: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const { organization, say } = context;
  const token = webhookToken(context);
  if (token === undefined) {
    say("GitLab was not asked for webhooks to this host: neither GITLAB_TOKEN nor the new connection's token is set.");
    return [];
  }
  const known = new Set(webhookUrls.values());
  const hosts = new Set([
    organization.hostname,
    ...[...known].flatMap((url) => (URL.canParse(url) ? [new URL(url).host] : [])),
  ]);
  return withGitlab(context, token, async (api) => {
    const projects = await api.maintained();
    if (projects.type !== "parsed") {
      say(`GitLab was not asked for webhooks to this host: ${explain(projects)}`);
      return [];
    }
    const orphans: string[] = [];
    await atATime(projects.value, 8, async ({ path_with_namespace: path }) => {
      const hooks = await api.hooks(path);
      if (hooks.type === "parsed" && hooks.value.some(({ url }) => !known.has(url) && leadsHere(url, hosts)))
        orphans.push(path);
      return undefined;
    });
    return orphans.sort();
  });
}

/** TFE makes its webhooks below `/webhooks/vcs/` of its own host. */
function leadsHere(url: string, hosts: ReadonlySet<string>): boolean {
  return URL.canParse(url) && hosts.has(new URL(url).host) && new URL(url).pathname.startsWith("/webhooks/vcs/");
}
