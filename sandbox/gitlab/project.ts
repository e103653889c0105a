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

export class GitlabProject {
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
