import type { Problem } from "../errors";
import type { ConnectionRecord, Inventory } from "../inventory/schema";
import { kindOf } from "../kinds";
import { isWorkspace } from "../kinds/workspace";
import { nearest } from "../util/nearest";
import type { RestoreTarget } from "./restore";

/** One entry of a file of links: `workspace: repository[@branch]`. */
export interface LinkEntry {
  /** A workspace's name or id. */
  readonly workspace: string;
  /** As it was written; undefined when it is no text. */
  readonly repository: string | undefined;
  /** Such as `links.yaml:3`. */
  readonly file: string;
}

/** What a repository's path looks like at GitLab: a group, perhaps others in it, and a project. */
const REPOSITORY = /^[\w.-]+(\/[\w.-]+)+$/;
/** What Git takes as a branch's name (git check-ref-format), as far as a slip of the pen is to be found. */
const BRANCH = /^(?![/.-])(?!.*(\.\.|\/\/|@\{|\.lock$|[/.]$))[^\s~^:?*[\\]+$/;

const FORM = "write group/project, or group/project@branch";

/**
 * What a file of links asks for: workspaces that are linked again without a record of what they were linked to. Submodules and a tags
 * regex are off, as in a new link. What is linked already as the file says is passed over. Pure.
 *
 * @returns every problem of the file, or the targets.
 */
export function resolveLinks(
  entries: readonly LinkEntry[],
  inventory: Inventory,
  connection: ConnectionRecord,
): { readonly targets: readonly RestoreTarget[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const targets = new Map<string, RestoreTarget>();
  const workspaces = inventory.resources.filter(isWorkspace).filter(({ gone }) => !gone);
  const own = new Set(connection.tokens.map(({ id }) => id));
  for (const { workspace: wanted, repository, file } of entries) {
    const problem = (message: string, fix: string) =>
      problems.push({ rule: "restore/links", file, path: wanted, message, fix });
    const link = parseRepository(repository);
    if ("message" in link) problem(link.message, FORM);
    const record = workspaces.find(({ id, name }) => id === wanted || name === wanted);
    if (record === undefined) {
      const close = nearest(
        wanted,
        workspaces.map(({ name }) => name),
      );
      problem(
        "the organization has no such workspace, or the token cannot see it",
        close === undefined ? "correct the name, or give the workspace's id (ws-…)" : `did you mean ${close}?`,
      );
      continue;
    }
    if ("message" in link) continue;
    if (targets.has(record.id)) {
      problem("this workspace is already in the file, by its name or its id", "remove one of the two");
      continue;
    }
    const { vcsRepo, projectId, kind, id, name } = record;
    if (vcsRepo !== null) {
      const same = vcsRepo.identifier === link.identifier && (vcsRepo.branch ?? "") === link.branch;
      if (same && own.has(vcsRepo.oauthTokenId ?? "")) continue;
      problem(
        `it is linked to ${vcsRepo.identifier}${vcsRepo.branch ? `@${vcsRepo.branch}` : ""} through ${vcsRepo.oauthTokenId ?? "a GitHub App"}`,
        "remove it from the file, or unlink it in TFE first",
      );
      continue;
    }
    if (!connection.organizationScoped && !connection.projectIds.includes(projectId ?? "")) {
      problem(
        `its project may not use ${connection.id}`,
        "add the project to the connection in TFE, Settings, VCS Providers",
      );
      continue;
    }
    targets.set(id, {
      kind,
      id,
      name,
      vcsRepo: {
        identifier: link.identifier,
        branch: link.branch,
        ingressSubmodules: false,
        oauthTokenId: null,
        tagsRegex: null,
      },
      path: kindOf(kind).path(inventory.organization, record),
    });
  }
  return { targets: [...targets.values()], problems };
}

function parseRepository(
  text: string | undefined,
): { readonly identifier: string; readonly branch: string } | { readonly message: string } {
  if (text === undefined) return { message: "this is not a string" };
  const at = text.indexOf("@");
  const [identifier, branch] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  if (identifier.includes("://")) return { message: "this is an address; expected the repository's path" };
  if (!REPOSITORY.test(identifier)) return { message: `"${identifier}" is not a repository path` };
  if (at >= 0 && !BRANCH.test(branch)) return { message: `"${branch}" is not a branch name` };
  return { identifier, branch };
}
