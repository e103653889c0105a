import { BOT } from "./users";

/** What a webhook does, and what it is called, when a request does not say ("Project webhooks API"). */
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
  name: null as string | null,
  description: null as string | null,
  push_events_branch_filter: "",
  branch_filter_strategy: "wildcard",
};

type Settings = typeof HOOK_DEFAULTS;

/** A webhook of a project. */
export interface Hook extends Settings {
  readonly id: number;
  readonly project_id: number;
  url: string;
  readonly created_at: string;
  /** GitLab disables a webhook that fails: for a while after some failures in a row, for good after more. */
  alert_status: "executable" | "temporarily_disabled" | "disabled";
  /** RFC 3339, while it is disabled for a while. */
  disabled_until: string | null;
}

/** What a webhook's receiver answered. */
export interface Delivered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Takes a webhook to its address; undefined where nobody answers. */
export type Deliver = (
  url: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
) => Promise<Delivered | undefined>;

/** One delivery of a webhook, as GitLab's log of it keeps it for seven days ("Get a list of project webhook events"). */
export interface HookEvent {
  readonly id: number;
  readonly url: string;
  /** Such as `push_hooks`. */
  readonly trigger: string;
  readonly request_headers: Readonly<Record<string, string>>;
  readonly request_data: unknown;
  readonly response_headers: Readonly<Record<string, string>>;
  readonly response_body: string;
  /** Seconds. */
  readonly execution_duration: number;
  /** The status as a text, or `internal error` where nobody answered. */
  readonly response_status: string;
}

export class GitlabProject {
  /** Deliveries of each webhook by its id, oldest first. */
  readonly events = new Map<number, { readonly at: Date; readonly event: HookEvent }[]>();
  /** Groups, by their full paths in lower case, that it is shared with, and up to which level. */
  readonly sharedWith = new Map<string, number>();
  /** Direct members: each user's access level. 50 is Owner, 40 Maintainer, 30 Developer. */
  readonly members = new Map<number, number>();
  hooks: Hook[] = [];
  archived = false;

  constructor(
    readonly id: number,
    public path: string,
  ) {}

  /** The direct level of the user whose personal access token the sandbox hands out; 0 is no member. */
  get accessLevel(): number {
    return this.members.get(BOT) ?? 0;
  }

  set accessLevel(level: number) {
    this.members.set(BOT, level);
  }
}
