import type { GitlabApi } from "./api";

/** The path that a moved project has now: GitLab redirects a question for its webhooks to its id. @returns undefined where it cannot be told */
export async function movedPath(api: Pick<GitlabApi, "project">, foundAt: URL): Promise<string | undefined> {
  const part = /\/projects\/([^/]+)\/hooks$/.exec(foundAt.pathname)?.[1];
  if (part === undefined) return undefined;
  const name = decodeURIComponent(part);
  if (!/^\d+$/.test(name)) return name;
  const answer = await api.project(name);
  return answer.type === "parsed" ? answer.value.path_with_namespace : `the project with the id ${name}`;
}
