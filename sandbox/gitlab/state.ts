import type { TokenRequest } from "./token-request-log";

/** What a webhook does when a request does not say ("Project webhooks API"). */
export const HOOK_DEFAULTS = {
  push_events: true,
  tag_push_events: false,
  merge_requests_events: false,
  issues_events: false,
  confidential_issues_events: false,
  note_events: false,
  job_events: false,
  pipeline_events: false,
  wiki_page_events: false,
  deployment_events: false,
  releases_events: false,
  enable_ssl_verification: true,
};

/** A webhook of a project. */
export interface Hook extends Record<keyof typeof HOOK_DEFAULTS, boolean> {
  readonly id: number;
  readonly project_id: number;
  url: string;
  readonly created_at: string;
}

export interface GitlabProject {
  readonly id: number;
  readonly path: string;
  /** The token's user's level: 40 is Maintainer. */
  accessLevel: number;
  hooks: Hook[];
}

export interface PersonalAccessToken {
  readonly id: number;
  name: string;
  token: string;
  revoked: boolean;
  scopes: string[];
  readonly userId: number;
  /** A date such as 2027-01-31, or null. */
  expiresAt: string | null;
  lastUsedAt: string | null;
}

/** An OAuth application's tokens: one access token and the refresh token that renews it. */
export interface OauthGrant {
  readonly clientId: string;
  accessToken: string;
  refreshToken: string;
  revoked: boolean;
  /** The grant that it renewed and that is revoked when its access token is first used (with `previous_refresh_token`). */
  previous: OauthGrant | null;
}

/** How Doorkeeper, GitLab's OAuth server, renews tokens. */
export interface DoorkeeperOptions {
  /**
   * Whether the table has the column `previous_refresh_token`: a refresh then revokes its token only when the new access token
   * is first used, so several refreshes of one token may succeed.
   */
  previousRefreshToken: boolean;
  /** How long a refresh takes, in milliseconds, while it holds the row's lock. */
  latencyMs: number;
  /** 400 since Doorkeeper 5.1.0.rc2, 401 before. */
  invalidGrantStatus: 400 | 401;
}

/** Everything that the sandbox's GitLab holds. */
export class GitlabState {
  readonly tokens: PersonalAccessToken[] = [];
  readonly projects = new Map<string, GitlabProject>();
  readonly grants: OauthGrant[] = [];
  /** The secrets of OAuth applications, by their ids. */
  readonly applications = new Map<string, string>();
  /** Requests for tokens that were answered, in the order in which they ended. */
  readonly tokenRequests: TokenRequest[] = [];
  readonly doorkeeper: DoorkeeperOptions = { previousRefreshToken: false, latencyMs: 0, invalidGrantStatus: 400 };
  private nextId = 1;

  newId(): number {
    this.nextId += 1;
    return this.nextId;
  }

  project(path: string): GitlabProject {
    const known = this.projects.get(path);
    if (known !== undefined) return known;
    const project: GitlabProject = { id: this.newId(), path, accessLevel: 40, hooks: [] };
    this.projects.set(path, project);
    return project;
  }

  /** Adds TFE's webhook unless the project has one of that address. */
  addHook(path: string, url: string): void {
    const project = this.project(path);
    if (project.hooks.some((hook) => hook.url === url)) return;
    this.newHook(project, { url, tag_push_events: true, merge_requests_events: true });
  }

  newHook(project: GitlabProject, settings: Partial<Hook> & Pick<Hook, "url">): Hook {
    const hook: Hook = {
      ...HOOK_DEFAULTS,
      ...settings,
      id: this.newId(),
      project_id: project.id,
      created_at: "2024-01-01T00:00:00.000Z",
    };
    project.hooks.push(hook);
    return hook;
  }
}
