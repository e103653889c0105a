import { z } from "zod";
import type { GitlabAnswer } from "./answer";
import type { GitlabClient } from "./client";

/** A personal access token as it sees itself. */
const PersonalAccessToken = z.looseObject({
  id: z.number().int().optional(),
  name: z.string().default(""),
  scopes: z.array(z.string()),
  active: z.boolean().optional(),
  revoked: z.boolean().optional(),
  /** A day, such as 2027-01-31; null for a token that does not expire. */
  expires_at: z.string().nullish(),
  /** RFC 3339; null for one that was never used. Noted every ten minutes at most (app/services/personal_access_tokens/last_used_service.rb). */
  last_used_at: z.string().nullish(),
});
export type PersonalAccessToken = z.infer<typeof PersonalAccessToken>;

const User = z.looseObject({
  id: z.number().int(),
  username: z.string(),
  /** Whether it is no person: a service account, or the user of a project or group access token ("Users API"). */
  bot: z.boolean().optional(),
});
type User = z.infer<typeof User>;

/** Such as `17.4.2-ee`. */
const Version = z.looseObject({ version: z.string().regex(/^\d+\.\d+/) });
type Version = z.infer<typeof Version>;

const Project = z.looseObject({
  id: z.number().int(),
  path_with_namespace: z.string(),
  default_branch: z.string().nullish(),
  /** Absent in lists that ask for little (`simple`). */
  archived: z.boolean().optional(),
});
type Project = z.infer<typeof Project>;

/** A project's webhook. What an older GitLab does not have is absent. */
const Hook = z.looseObject({
  id: z.number().int(),
  url: z.string(),
  push_events: z.boolean().optional(),
  tag_push_events: z.boolean().optional(),
  merge_requests_events: z.boolean().optional(),
  /** Of which branches pushes are told of; see `branch_filter_strategy`. Empty for all. */
  push_events_branch_filter: z.string().nullish(),
  /** `wildcard` (default), `regex` or `all_branches`. */
  branch_filter_strategy: z.string().nullish(),
  enable_ssl_verification: z.boolean().optional(),
  /** `executable`, `temporarily_disabled` or `disabled`. */
  alert_status: z.string().nullish(),
  disabled_until: z.string().nullish(),
});
export type Hook = z.infer<typeof Hook>;

/** A receiver's status, or words such as `internal error` where none came. */
const ReceiverStatus = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((status) => String(status ?? ""));

/** What GitLab delivered to a webhook. What else it holds, such as the address and the payload, is not read. */
const HookEvent = z.looseObject({
  id: z.number().int(),
  /** Such as `push_hooks`. */
  trigger: z.string(),
  response_status: ReceiverStatus,
});
export type HookEvent = z.infer<typeof HookEvent>;

const Resent = z.looseObject({ response_status: ReceiverStatus });

/** The largest page of a webhook's events. */
const EVENTS = 20;

/** 50,000 projects: GitLab pages no further by number ("REST API", "Offset-based pagination"). */
const MOST_PROJECT_PAGES = 500;

/**
 * GitLab's API, as far as Repoint asks it: every endpoint by name. Nothing is ever changed by it, but for a token that is revoked with
 * {@link revokeSelf}; {@link resend} delivers again what was delivered. `POST …/self/rotate` is not here on purpose: it revokes the token
 * at once, while TFE still uses it.
 */
export class GitlabApi {
  constructor(private readonly client: Pick<GitlabClient, "get" | "list" | "post" | "delete">) {}

  /** The token that asks ("Personal access tokens API", since 15.5). */
  self(): Promise<GitlabAnswer<PersonalAccessToken>> {
    return this.client.get("personal_access_tokens/self", PersonalAccessToken);
  }

  /** Another token, of the same user; of anybody for an administrator ("Personal access tokens API"). */
  token(id: number): Promise<GitlabAnswer<PersonalAccessToken>> {
    return this.client.get(`personal_access_tokens/${id}`, PersonalAccessToken);
  }

  /** Revokes the token that asks ("Revoke a personal access token", `self`; since 15.0). */
  revokeSelf(): Promise<GitlabAnswer<undefined>> {
    return this.client.delete("personal_access_tokens/self");
  }

  /** The token's user ("Users API"). */
  user(): Promise<GitlabAnswer<User>> {
    return this.client.get("user", User);
  }

  /** @param project full path or id ("Projects API") */
  project(project: string): Promise<GitlabAnswer<Project>> {
    return this.client.get(`projects/${encodeURIComponent(project)}`, Project);
  }

  /**
   * The projects in which the token's user is a Maintainer or Owner, and so sees the webhooks ("Projects API").
   *
   * @param archived only those that are archived, or that are not. @default both
   */
  maintained(archived?: boolean): Promise<GitlabAnswer<readonly Project[]>> {
    const query = { min_access_level: 40, simple: "true" };
    const wanted = archived === undefined ? query : { ...query, archived: `${archived}` };
    return this.client.list("projects", Project, wanted, MOST_PROJECT_PAGES);
  }

  /** GitLab's own version ("Version API"). */
  version(): Promise<GitlabAnswer<Version>> {
    return this.client.get("version", Version);
  }

  /** A project's webhooks, which its Maintainers and Owners may see ("Project webhooks API"). @param project full path or id */
  hooks(project: string): Promise<GitlabAnswer<readonly Hook[]>> {
    return this.client.list(`projects/${encodeURIComponent(project)}/hooks`, Hook);
  }

  /** The newest of what was delivered to a webhook in the last 7 days ("Project webhooks API", since 17.3). @param project full path or id */
  hookEvents(project: string, hook: number): Promise<GitlabAnswer<readonly HookEvent[]>> {
    const path = `projects/${encodeURIComponent(project)}/hooks/${hook}/events`;
    return this.client.get(path, z.array(HookEvent), { per_page: EVENTS });
  }

  /**
   * Delivers something again, and waits for the receiver's status ("Resend a project webhook event", since 17.4; five a minute for each
   * project and user).
   */
  resend(project: string, hook: number, event: number): Promise<GitlabAnswer<{ readonly response_status: string }>> {
    return this.client.post(`projects/${encodeURIComponent(project)}/hooks/${hook}/events/${event}/resend`, Resent);
  }
}

/** Whether a repository's name in TFE can be the full path of a GitLab project ("Reserved names" and "Limitations on project names"). */
export function isProjectPath(identifier: string): boolean {
  const parts = identifier.split("/");
  return (
    parts.length >= 2 &&
    parts.every((part) => /^[\p{L}\p{N}_.][\p{L}\p{N}_.-]*$/u.test(part) && !/^\.{1,2}$/.test(part))
  );
}
