import { type GitlabRoute, reply } from "./call";
import { badParameter } from "./errors";
import { knownGroups, showGroup } from "./groups";
import { paged } from "./pages";
import type { GitlabProject } from "./project";
import { identityOf, visibleProjects } from "./projects";
import { groupLevel, inheritedLevel } from "./roles";
import type { GitlabState } from "./state";

const LEVELS = ["0", "5", "10", "15", "20", "30", "40", "50"];

function show(state: GitlabState, userId: number, project: GitlabProject, host: string | undefined): unknown {
  return {
    ...identityOf(state, project, host),
    created_at: "2024-01-01T00:00:00.000Z",
    access_levels: {
      project_access_level: project.members.get(userId) ?? null,
      group_access_level: inheritedLevel(state, userId, project) || null,
    },
    visibility: "private",
  };
}

/**
 * What a token's user reaches ("List all token associations", 17.4). Groups and projects are paged alike; the headers are of the
 * projects, which are paged last (lib/api/personal_access_tokens/self_information.rb).
 */
export const associationRoutes: readonly GitlabRoute[] = [
  {
    method: "GET",
    path: /^personal_access_tokens\/self\/associations$/,
    since: "17.4",
    scopes: "any",
    handle: ({ state, request, token: { userId } }) => {
      const asked = request.query.get("min_access_level");
      if (asked !== null && !LEVELS.includes(asked))
        return badParameter(400, "min_access_level does not have a valid value");
      const level = Math.max(1, Number(asked) || 1);
      const groups = knownGroups(state).filter((path) => groupLevel(state, userId, path) >= level);
      const ofGroups = paged(
        request,
        groups.map((path) => showGroup(state, path, request.headers.host, groupLevel(state, userId, path))),
      );
      const ofProjects = paged(
        request,
        visibleProjects(state, userId, request).map((project) => show(state, userId, project, request.headers.host)),
      );
      return reply(200, { groups: ofGroups.body, projects: ofProjects.body }, ofProjects.headers);
    },
  },
];
