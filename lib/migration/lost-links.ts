import { jsonText } from "../util/json-text";
import { printable } from "../util/plain-text";

/** A workspace without a VCS link that shows signs of an earlier one. */
export interface LostLink {
  readonly id: string;
  readonly name: string;
  /** The repository that the signs lead to; null when they lead to none. */
  readonly repository: string | null;
  /** "" is the default branch, or not known. */
  readonly branch: string;
  /** Such as `its configuration came from GitLab`. */
  readonly signs: readonly string[];
}

/**
 * The file of links that `repoint restore --links` takes, with a comment on each, for a person to check. What leads to no repository is
 * commented out. Pure.
 *
 * @param orphans repositories with a webhook to this host that belongs to nothing there.
 */
export function linksFile(lost: readonly LostLink[], orphans: readonly string[]): string {
  const lines = [
    "# Workspaces without a VCS link that show signs of an earlier one. Check each line: somebody may have unlinked it on purpose.",
    "# workspace: repository[@branch]; without a branch, the default branch.",
    ...lost.map(({ name, repository, branch, signs }) =>
      repository === null
        ? `# ${printable(name)}: group/project    # ${printable(signs.join(", "))}; the repository is not known`
        : `${key(name)}: ${jsonText(branch === "" ? repository : `${repository}@${branch}`)}    # ${printable(signs.join(", "))}`,
    ),
    ...(orphans.length === 0
      ? []
      : [
          "#",
          "# Repositories in GitLab with a webhook to this host that nothing in the organization uses (other organizations or stacks may):",
        ]),
    ...orphans.map((repository) => `#   ${printable(repository)}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** A name that YAML may take for something else stands in quotes. */
const key = (name: string): string => (/^[A-Za-z][\w-]*$/.test(name) ? name : jsonText(name));
