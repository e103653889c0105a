import type { Reply } from "../http/serve";
import { type GitlabCall, type GitlabRoute, reply } from "./call";
import { notFound } from "./errors";
import { paged } from "./pages";
import { showMember } from "./projects";
import { groupLevel, groupsAbove } from "./roles";
import type { GitlabState } from "./state";

/** The full paths, in lower case, of every group that has members or something in it, in order. */
export function knownGroups({ groups, projects }: GitlabState): readonly string[] {
  const paths = [...groups.keys(), ...[...projects.keys()].flatMap(groupsAbove)];
  return [...new Set(paths.flatMap((path) => [...groupsAbove(path), path]))].sort();
}

/** @param level the asking user's, where the answer shows it */
export function showGroup(state: GitlabState, path: string, host: string | undefined, level?: number): unknown {
  const parent = groupsAbove(path).at(-1);
  return {
    id: state.groupId(path),
    web_url: `http://${host}/groups/${path}`,
    name: path.split("/").at(-1) ?? path,
    full_path: path,
    parent_id: parent === undefined ? null : state.groupId(parent),
    organization_id: 1,
    visibility: "private",
    ...(level === undefined ? {} : { access_levels: level }),
  };
}

/** A group by its id or its full path in any case; the refusal where the user is no member of it. */
export function findGroup({ state, user }: GitlabCall, id: string): { readonly path: string } | Reply {
  const wanted = id.toLowerCase();
  const path = knownGroups(state).find((each) => each === wanted || String(state.groupId(each)) === id);
  const seen = path !== undefined && (user.isAdmin === true || groupLevel(state, user.id, path) > 0);
  return seen ? { path } : notFound("Group");
}

/** Groups ("Groups API"), and who is in them ("Members API"). */
export const groupRoutes: readonly GitlabRoute[] = [
  {
    method: "GET",
    path: /^groups\/([^/]+)$/,
    handle: (call, id = "") => {
      const group = findGroup(call, id);
      return "status" in group ? group : reply(200, showGroup(call.state, group.path, call.request.headers.host));
    },
  },
  {
    method: "GET",
    path: /^groups\/([^/]+)\/members\/all$/,
    handle: (call, id = "") => {
      const group = findGroup(call, id);
      if ("status" in group) return group;
      const { state, request } = call;
      const ids = new Set([...state.groups.values()].flatMap((members) => [...members.keys()]));
      const members = [...ids]
        .sort((a, b) => a - b)
        .map((user) => [user, groupLevel(state, user, group.path)] as const)
        .filter(([, level]) => level > 0);
      return paged(
        request,
        members.map(([user, level]) => showMember(state, user, level)),
      );
    },
  },
];
