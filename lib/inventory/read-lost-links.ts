import { ExternalError } from "../errors";
import type { VcsResource } from "../kinds";
import { isWorkspace, type WorkspaceRecord } from "../kinds/workspace";
import type { LostLink } from "../migration/lost-links";
import { listConfigurations, listWorkspacesWith } from "../tfe/api";
import { Attributes } from "../tfe/attributes";
import { CONNECTIONS, type TfeClient } from "../tfe/client";
import { type Listed, related } from "../tfe/resource";
import type { OnProgress } from "./read-organization";
import type { Inventory } from "./schema";

const INGRESS = "ingress-attributes";

/**
 * Workspaces without a VCS link that show signs of an earlier one to GitLab, of which the inventory knows nothing. A link leaves its
 * traces in what runs were made from (HCP Terraform API, "Configuration Versions": `source` and the ingress attributes) and in settings
 * that mean nothing without one.
 *
 * @param deep whether the earlier configurations of each are read too, at one request for each, and not the current one alone.
 * @throws ExternalError when the server fails
 */
export async function readLostLinks(
  client: TfeClient,
  inventory: Inventory,
  deep: boolean,
  onProgress: OnProgress = () => {},
): Promise<readonly LostLink[]> {
  const candidates = inventory.resources.filter(isCandidate);
  if (candidates.length === 0) return [];
  const hosts = new Set(
    inventory.connections.flatMap(({ serviceProvider, httpUrl }) =>
      serviceProvider.startsWith("gitlab") && URL.canParse(httpUrl) ? [new URL(httpUrl).host] : [],
    ),
  );
  const current = "current_configuration_version";
  const listed = await listWorkspacesWith(
    client,
    inventory.organization,
    `${current},${current}.ingress_attributes`,
    (done, total) => onProgress("workspaces, for signs of an earlier link", done, total),
  );
  const objects = new Map(listed?.data.map((resource) => [resource.id, resource]));
  const found: LostLink[] = [];
  const queue = [...candidates];
  let done = 0;
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const resource = objects.get(next.id);
      const version = resource === undefined ? null : related(resource, "current-configuration-version");
      let origin = version === null || listed === undefined ? undefined : originIn(listed, [version], hosts);
      // One that never had a configuration has no earlier ones.
      if (deep && version !== null && origin === undefined) origin = await earlierOrigin(client, next.id, hosts);
      const link = signsOf(next, resource === undefined ? null : new Attributes(resource), origin, hosts);
      if (link !== undefined) found.push(link);
      done += 1;
      if (deep) onProgress("workspaces without a link", done, candidates.length);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The inventory knows no link of it, now or before. */
function isCandidate(record: VcsResource): record is WorkspaceRecord {
  return isWorkspace(record) && !record.gone && record.vcsRepo === null && record.lastVcsRepo === undefined;
}

/** Where a configuration came from. */
type Origin =
  | { readonly type: "gitlab"; readonly repository: string; readonly branch: string }
  /** From another provider's repository: what was linked there is no business of a GitLab connection. */
  | { readonly type: "another" };

async function earlierOrigin(
  client: TfeClient,
  workspaceId: string,
  hosts: ReadonlySet<string>,
): Promise<Origin | undefined> {
  try {
    const listed = await listConfigurations(client, workspaceId);
    return listed === undefined
      ? undefined
      : originIn(
          listed,
          listed.data.map(({ id }) => id),
          hosts,
        );
  } catch (error) {
    // A token that may list workspaces may not read the runs of each.
    if (error instanceof ExternalError) return undefined;
    throw error;
  }
}

/** The first of the configurations that came from a repository; one of a merge request says its branch and not the workspace's. */
function originIn(listed: Listed, ids: readonly string[], hosts: ReadonlySet<string>): Origin | undefined {
  const all = [...listed.data, ...listed.included];
  const versions = new Map(all.filter(({ type }) => type === "configuration-versions").map((one) => [one.id, one]));
  const commits = new Map(all.filter(({ type }) => type === INGRESS).map((one) => [one.id, one]));
  let another: Origin | undefined;
  for (const id of ids) {
    const version = versions.get(id);
    const commit = version === undefined ? undefined : commits.get(related(version, INGRESS) ?? "");
    if (version === undefined || commit === undefined) continue;
    const attributes = new Attributes(commit);
    const repository = attributes.optional("identifier");
    const isGitlab =
      new Attributes(version).optional("source") === "gitlab" || isAt(attributes.text("clone-url"), hosts);
    if (!isGitlab || repository === null) {
      another ??= { type: "another" };
      continue;
    }
    const known = !attributes.flag("is-pull-request") && !attributes.flag("on-default-branch");
    return { type: "gitlab", repository, branch: known ? attributes.text("branch") : "" };
  }
  return another;
}

function signsOf(
  { id, name, settings }: WorkspaceRecord,
  attributes: Attributes | null,
  origin: Origin | undefined,
  hosts: ReadonlySet<string>,
): LostLink | undefined {
  if (origin?.type === "another") return undefined;
  const shown = attributes?.optional("vcs-repo-identifier") ?? null;
  const address = settings.sourceUrl !== null && isAt(settings.sourceUrl, hosts) ? settings.sourceUrl : null;
  const repository = origin?.repository ?? shown ?? (address === null ? null : pathOf(address));
  const signs = [
    ...(origin === undefined ? [] : ["its configuration came from GitLab"]),
    ...(shown === null ? [] : ["TFE still names its repository"]),
    ...(address === null ? [] : ["its source is in GitLab"]),
    ...(settings.triggerPatterns.length + settings.triggerPrefixes.length > 0 ? ["it has trigger paths"] : []),
  ];
  return signs.length === 0 ? undefined : { id, name, repository, branch: origin?.branch ?? "", signs };
}

const isAt = (url: string, hosts: ReadonlySet<string>) => URL.canParse(url) && hosts.has(new URL(url).host);

/** A project's path in an address of GitLab: what comes before `/-/`. */
function pathOf(url: string): string | null {
  const [path = ""] = new URL(url).pathname.split("/-/");
  const trimmed = path.replace(/^\/+|(\.git)?\/*$/g, "");
  return trimmed.includes("/") ? trimmed : null;
}
