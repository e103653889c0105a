import type { Received, Reply } from "../http/serve";
import type { GitlabState, PersonalAccessToken } from "./state";

/** One request on its way through a route of GitLab's API. */
export interface GitlabCall {
  readonly state: GitlabState;
  readonly request: Received;
  /** The token that the request carries; an OAuth access token counts as one. */
  readonly token: PersonalAccessToken;
  readonly now: Date;
}

export interface GitlabRoute {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** The path below `/api/v4/`; what its groups match is handed to the route, decoded. */
  readonly path: RegExp;
  /** A token may see itself whatever its scopes are ("Personal access tokens API"). @default false */
  readonly anyScope?: boolean;
  readonly handle: (call: GitlabCall, ...parts: string[]) => Reply;
}

export const reply = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  body,
  headers,
});
