import type { Project } from "./project";

type Records = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The server's own records of everything that can be attached, without what is expected to change around them. */
export function resources(snapshot: Record<string, unknown>): Records {
  const { workspaces, policySets, modules, stacks } = snapshot;
  return {
    workspaces: { ...Object(workspaces) },
    policySets: { ...Object(policySets) },
    modules: { ...Object(modules) },
    stacks: { ...Object(stacks) },
  };
}

/** The ids of everything on a token. */
export function onToken(project: Project, token: string): readonly string[] {
  return project.sandbox.state
    .resources()
    .filter(({ vcsRepo }) => vcsRepo?.["oauth-token-id"] === token)
    .map(({ id }) => id)
    .sort();
}

/** The new connection's token. */
export function newToken(project: Project): string {
  for (const client of project.sandbox.state.clients.values()) {
    const [token] = client.tokenIds;
    if (client.attributes.name === "GitLab (PAT)" && token !== undefined) return token;
  }
  throw new Error("there is no new connection");
}

/** What was asked of the server that is no reading, such as `PATCH /api/v2/workspaces/ws-…`. */
export function writes(project: Project): readonly string[] {
  return project.sandbox.log.entries
    .filter(({ method, server }) => method !== "GET" && server === "tfe")
    .map(({ method, path }) => `${method} ${path}`);
}
