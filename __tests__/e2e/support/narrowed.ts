import type { Project } from "./project";

interface Body {
  readonly data: { readonly attributes?: Record<string, unknown>; readonly relationships?: unknown };
}

/** What an update of a stack names beside its link: each has a documented default where it is left out. */
const OF_A_STACK = ["name", "description", "speculative-enabled"];

/**
 * Everything in the writes of the log that is more than a token: requests of another kind, and what a body holds of a workspace beside
 * the token, or of another kind what is not as the server has it.
 */
export function beyondTokens({ sandbox }: Project): readonly string[] {
  return sandbox.log.writes.flatMap(({ server, method, path, body }) => {
    if (server !== "tfe" || (method === "POST" && path.endsWith("/oauth-clients"))) return [];
    const [, , , kind = ""] = path.split("/");
    const target = sandbox.state
      .resources()
      .find(({ id, attributes }) => path.endsWith(`/${id}`) || isModule(path, attributes.name));
    if (method !== "PATCH" || target === undefined) return [`${method} ${path}`];
    const { attributes: sent = {}, relationships } = (JSON.parse(body) as Body).data;
    const { "vcs-repo": link, ...others } = sent;
    const has: Readonly<Record<string, unknown>> = { ...target.vcsRepo };
    const isSame = ([key, value]: [string, unknown]) => JSON.stringify(value) === JSON.stringify(has[key]);
    const more = [
      ...Object.entries(Object(link)).filter((entry) => kind === "workspaces" || !isSame(entry)),
      ...Object.entries(others).filter(([key]) => kind !== "stacks" || !OF_A_STACK.includes(key)),
    ].map(([key]) => key);
    if (relationships !== undefined && kind !== "stacks") more.push("relationships");
    return more.filter((key) => key !== "oauth-token-id").map((key) => `${method} ${path}: ${key}`);
  });
}

/** `…/registry-modules/private/NAMESPACE/NAME/PROVIDER`. */
function isModule(path: string, name: unknown): boolean {
  return path.includes("/registry-modules/") && path.split("/").at(-2) === name;
}
