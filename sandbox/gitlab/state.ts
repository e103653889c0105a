import { GitlabProject, HOOK_DEFAULTS, type Hook } from "./project";
import type { TokenRequest } from "./token-request-log";
import { ADMINISTRATOR, BOT, type GitlabUser } from "./users";

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
  /** Who said yes to the application. */
  readonly userId: number;
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
  readonly users = new Map<number, GitlabUser>([
    [ADMINISTRATOR, { id: ADMINISTRATOR, username: "sandbox-admin", state: "active" }],
    [BOT, { id: BOT, username: "sandbox-bot", state: "active" }],
  ]);
  /** By their full paths in lower case: GitLab tells no cases apart. */
  readonly projects = new Map<string, GitlabProject>();
  /** Members of groups, by the group's full path in lower case: each user's access level, which all below it inherits. */
  readonly groups = new Map<string, Map<number, number>>();
  /** Full paths, in lower case, that a project had before it was moved or renamed. */
  readonly moved = new Map<string, GitlabProject>();
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

  /** Adds a project of which the administrator is Owner, and the bot has the given level (40 is Maintainer); or finds it. */
  addProject(path: string, level = 40): GitlabProject {
    const known = this.projects.get(path.toLowerCase());
    if (known !== undefined) return known;
    const project = new GitlabProject(this.newId(), path);
    project.members.set(ADMINISTRATOR, 50);
    project.accessLevel = level;
    this.projects.set(path.toLowerCase(), project);
    return project;
  }

  /** The project of a path. @throws Error when there is none: the test asked for the wrong one */
  project(path: string): GitlabProject {
    const found = this.projects.get(path.toLowerCase());
    if (found === undefined) throw new Error(`the sandbox's GitLab has no project ${path}`);
    return found;
  }

  /** Moves or renames a project: its old path leads to it from then on, for readers alone. */
  moveProject(from: string, to: string): void {
    const project = this.project(from);
    this.projects.delete(from.toLowerCase());
    this.moved.set(from.toLowerCase(), project);
    this.moved.delete(to.toLowerCase());
    project.path = to;
    this.projects.set(to.toLowerCase(), project);
  }

  /** A user's access level in a project, by the project itself or a group above it; 0 is none. */
  levelOf(userId: number, project: GitlabProject): number {
    return Math.max(project.members.get(userId) ?? 0, this.groupLevelOf(userId, project));
  }

  /** A user's access level in a project by the groups above it. */
  groupLevelOf(userId: number, { path }: GitlabProject): number {
    const parts = path.toLowerCase().split("/");
    const above = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/"));
    return Math.max(0, ...above.map((group) => this.groups.get(group)?.get(userId) ?? 0));
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
      alert_status: "executable",
      disabled_until: null,
    };
    project.hooks.push(hook);
    return hook;
  }
}
