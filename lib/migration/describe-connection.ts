import type { ConnectionRecord } from "../inventory/schema";

/** Such as `GitLab (oc-…)`. */
export function describeConnection({ id, name, serviceProvider }: ConnectionRecord): string {
  return `${name ?? serviceProvider} (${id})`;
}

/** Every kind of GitLab is `gitlab_…` (HashiCorp, "OAuth Clients API"). */
export function isGitlab({ serviceProvider }: ConnectionRecord): boolean {
  return serviceProvider.startsWith("gitlab_");
}

/** A null or empty key suggests a personal access token: no attribute of the API says which it is. */
export function hasApplicationKey({ key }: ConnectionRecord): boolean {
  return key !== null && key !== "";
}
