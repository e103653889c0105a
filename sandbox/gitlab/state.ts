import { randomBytes } from "node:crypto";
import { newTokenText, type PersonalAccessToken } from "./personal-access-token";
import { type Deliver, GitlabProject, HOOK_DEFAULTS, type Hook } from "./project";
import { type Members, projectLevel } from "./roles";
import { type GitlabSettings, usualSettings } from "./settings";
import type { TokenRequest } from "./token-request-log";
import { ADMINISTRATOR, BOT, type GitlabUser } from "./users";

export type { PersonalAccessToken } from "./personal-access-token";

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
  readonly settings: GitlabSettings = usualSettings();
  /** What time it is there; a test sets it to see tokens expire. @default the system's */
  clock: () => Date = () => new Date();
  /** Takes a webhook to where it leads. @default nobody is there */
  deliver: Deliver = () => Promise.resolve(undefined);
  readonly tokens: PersonalAccessToken[] = [];
  readonly users = new Map<number, GitlabUser>([
    [ADMINISTRATOR, { id: ADMINISTRATOR, username: "sandbox-admin", state: "active", isAdmin: true }],
    [BOT, { id: BOT, username: "sandbox-bot", state: "active", type: "service_account" }],
  ]);
  /** By their full paths in lower case: GitLab tells no cases apart. */
  readonly projects = new Map<string, GitlabProject>();
  /** Members of groups, by the group's full path in lower case: each user's access level, which all below it inherits. */
  readonly groups = new Map<string, Members>();
  /** Groups that a group is shared with, and up to which level; all by their full paths in lower case. */
  readonly shares = new Map<string, Map<string, number>>();
  /** Full paths, in lower case, that a project had before it was moved or renamed. */
  readonly moved = new Map<string, GitlabProject>();
  readonly grants: OauthGrant[] = [];
  /** The secrets of OAuth applications, by their ids. */
  readonly applications = new Map<string, string>();
  /** Requests for tokens that were answered, in the order in which they ended. */
  readonly tokenRequests: TokenRequest[] = [];
  readonly doorkeeper: DoorkeeperOptions = { previousRefreshToken: false, latencyMs: 0, invalidGrantStatus: 400 };
  private nextId = 1;
  private readonly groupIds = new Map<string, number>();

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

  /** A user's access level in a project: its own, an inherited one, or a shared group's; 0 is none. */
  levelOf(userId: number, project: GitlabProject): number {
    return projectLevel(this, userId, project);
  }

  /** A group's id, by its full path. Projects' and groups' ids are of two kinds. */
  groupId(path: string): number {
    const key = path.toLowerCase();
    const id = this.groupIds.get(key) ?? this.groupIds.size + 101;
    this.groupIds.set(key, id);
    return id;
  }

  /** The members of a group, to change. */
  membersOf(group: string): Members {
    const key = group.toLowerCase();
    const members = this.groups.get(key) ?? new Map<number, number>();
    this.groups.set(key, members);
    return members;
  }

  addUser(username: string, more: Partial<Omit<GitlabUser, "id" | "username">> = {}): GitlabUser {
    const user: GitlabUser = { id: 1000 + this.users.size, username, state: "active", ...more };
    this.users.set(user.id, user);
    return user;
  }

  /** A name as GitLab makes them for users that no person is: with chance at its end. */
  nameFor(prefix: string): string {
    return `${prefix}_${randomBytes(16).toString("hex")}`;
  }

  /** Makes a token, as a user does in the browser, without the API's limits. */
  createToken(given: Partial<PersonalAccessToken> & Pick<PersonalAccessToken, "userId">): PersonalAccessToken {
    const token: PersonalAccessToken = {
      name: "token",
      token: newTokenText(),
      revoked: false,
      scopes: ["api"],
      expiresAt: null,
      lastUsedAt: null,
      createdAt: this.clock().toISOString(),
      ...given,
      id: given.id ?? Math.max(100, ...this.tokens.map(({ id }) => id)) + 1,
    };
    this.tokens.push(token);
    return token;
  }

  /** Whether a project may have another webhook. */
  hasRoom({ hooks }: GitlabProject): boolean {
    const { hooksPerProject } = this.settings;
    return hooksPerProject === null || hooks.length < hooksPerProject;
  }

  /** Adds TFE's webhook unless the project has one of that address, or no room for one. */
  addHook(path: string, url: string): void {
    const project = this.project(path);
    if (project.hooks.some((hook) => hook.url === url) || !this.hasRoom(project)) return;
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
