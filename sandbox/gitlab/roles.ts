import type { GitlabProject } from "./project";

/** Members by their ids: 50 is Owner, 40 Maintainer, 30 Developer, 20 Reporter, 10 Guest. */
export type Members = Map<number, number>;

/** Who is a member of which group, and what groups share with each other. Groups go by their full paths in lower case. */
export interface Groups {
  readonly groups: ReadonlyMap<string, Members>;
  /** Groups that a group is shared with, and up to which level. */
  readonly shares: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

/** The full paths of the groups above a path, outermost first. */
export function groupsAbove(path: string): readonly string[] {
  const parts = path.toLowerCase().split("/");
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** A user's level in a group by its own members and those of the groups above it, which it inherits. */
function memberLevel({ groups }: Groups, userId: number, group: string): number {
  return Math.max(0, ...[...groupsAbove(group), group].map((path) => groups.get(path)?.get(userId) ?? 0));
}

/** A user's level in a group, also by groups that it, or a group above it, is shared with ("Sharing projects and groups"). */
export function groupLevel(all: Groups, userId: number, group: string): number {
  const invited = [...groupsAbove(group), group].flatMap((path) => [...(all.shares.get(path) ?? [])]);
  return Math.max(
    memberLevel(all, userId, group),
    ...invited.map(([path, most]) => Math.min(most, memberLevel(all, userId, path))),
  );
}

/** A user's level in a project by the groups above it. */
export function inheritedLevel(all: Groups, userId: number, { path }: GitlabProject): number {
  const group = groupsAbove(path).at(-1);
  return group === undefined ? 0 : groupLevel(all, userId, group);
}

/** A user's level in a project: its own, an inherited one, or that of a group which the project is shared with; 0 is none. */
export function projectLevel(all: Groups, userId: number, project: GitlabProject): number {
  return Math.max(
    project.members.get(userId) ?? 0,
    inheritedLevel(all, userId, project),
    ...[...project.sharedWith].map(([group, most]) => Math.min(most, memberLevel(all, userId, group))),
  );
}
