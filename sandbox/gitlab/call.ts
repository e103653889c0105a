import type { Received, Reply } from "../http/serve";
import type { PersonalAccessToken } from "./personal-access-token";
import type { GitlabState } from "./state";
import type { GitlabUser } from "./users";

/** One request on its way through a route of GitLab's API. */
export interface GitlabCall {
  readonly state: GitlabState;
  readonly request: Received;
  /** The token that the request carries; an OAuth access token counts as one. */
  readonly token: PersonalAccessToken;
  /** Whose token it is. */
  readonly user: GitlabUser;
  readonly now: Date;
}

export interface GitlabRoute {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** The path below `/api/v4/`; what its groups match is handed to the route, decoded. */
  readonly path: RegExp;
  /** The first version that has it, such as `17.4`; one before answers 404. @default every version */
  readonly since?: string;
  /** Scopes that reach it beside `api` (and `read_api` for readings); `any`: whatever a token has ("Personal access tokens API"). @default none */
  readonly scopes?: "any" | readonly string[];
  readonly handle: (call: GitlabCall, ...parts: string[]) => Reply | Promise<Reply>;
}

export const reply = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  body,
  headers,
});

/** What a request's body says: GitLab takes JSON and forms alike; `scopes[]` is a list in a form. */
export function parametersOf({ body }: Received): Readonly<Record<string, unknown>> {
  try {
    return { ...Object(JSON.parse(body)) };
  } catch {
    const form = new URLSearchParams(body);
    return Object.fromEntries(
      [...new Set(form.keys())].map((key) =>
        key.endsWith("[]") ? [key.slice(0, -2), form.getAll(key)] : [key, form.get(key)],
      ),
    );
  }
}
