import { applyLink } from "../tfe/state/link";
import type { Workspace } from "../tfe/state/records";
import type { TfeState } from "../tfe/state/tfe-state";

/** By what a repository is reached. */
export type Access = { readonly token: string } | { readonly installation: string };

const GROUPS = ["group", "group/sub", "team-a"] as const;
const REPOSITORIES = ["network", "app", "db", "cdn", "iam", "logs", "edge", "k8s"] as const;
const TAG_REGEXES = ["v\\d+\\.\\d+", "^release-.*$", '"\\d{1,3}"', "\\A(?:a|b)\\z"] as const;

/** How many workspaces of a fleet share a repository, on average: each linked one makes a webhook, and GitLab allows 100 a project. */
const WORKSPACES_PER_REPOSITORY = 85;

/** The groups whose repositories a fleet of so many workspaces uses. */
export function groupsFor(workspaces: number): readonly [string, ...string[]] {
  const wanted = Math.ceil(workspaces / (REPOSITORIES.length * WORKSPACES_PER_REPOSITORY));
  const more = Array.from({ length: Math.max(0, wanted - GROUPS.length) }, (_, index) => `group-${index + 1}`);
  return [...GROUPS, ...more];
}

/** Every repository of these groups. */
export const repositoriesIn = (groups: readonly string[]): readonly string[] =>
  groups.flatMap((group) => REPOSITORIES.map((name) => `${group}/${name}`));

/** Links a workspace to a repository of these groups, with one of the ways of triggering, which exclude each other. */
export function linkWorkspace(
  state: TfeState,
  workspace: Workspace,
  groups: readonly [string, ...string[]],
  access: Access,
): void {
  const { random } = state;
  const { attributes } = workspace;
  const trigger = random.pick(["none", "patterns", "prefixes", "tags"]);
  const folder = random.pick(REPOSITORIES);
  if (trigger === "patterns") {
    attributes["trigger-patterns"] = ["/modules/**/*.tf", `/${folder}/*`];
    // The API refuses patterns without file triggers.
    attributes["file-triggers-enabled"] = true;
  }
  if (trigger === "prefixes") attributes["trigger-prefixes"] = ["/modules", `/${folder}`];
  // go-tfe refuses to send both.
  if (trigger === "tags") attributes["file-triggers-enabled"] = false;
  const link = {
    identifier: `${random.pick(groups)}/${random.pick(REPOSITORIES)}`,
    branch: random.pick(["", "main", "release/1.x", "feature/${x}"]),
    "ingress-submodules": random.chance(0.3),
    ...("token" in access ? { "oauth-token-id": access.token } : { "github-app-installation-id": access.installation }),
    ...(trigger === "tags" ? { "tags-regex": random.pick(TAG_REGEXES) } : {}),
  };
  applyLink(state, "workspace", workspace, { "vcs-repo": link }, workspace.projectId);
}
