/** What a user is (app/models/concerns/has_user_type.rb). GitLab's API tells a person from the others alone, by `bot`. */
export type UserType = "human" | "service_account" | "project_bot" | "group_bot";

export interface GitlabUser {
  readonly id: number;
  readonly username: string;
  /** A blocked user's tokens are of no use. */
  state: "active" | "blocked";
  /** What the user has to do in a browser before a token is of use again. @default nothing */
  must?: "accept-terms" | "renew-password";
  /** @default "human" */
  readonly type?: UserType;
  /** Administrators may do everything, and are members of nothing by that. @default false */
  readonly isAdmin?: boolean;
}

/** What GitLab says to a token of a user who may not use the API now (lib/gitlab/auth/user_access_denied_reason.rb). */
export function denialOf({ username, state, must }: GitlabUser): string | undefined {
  if (state === "blocked") return "Your account has been blocked.";
  if (must === "accept-terms")
    return `You (@${username}) must accept the Terms of Service in order to perform this action. To accept these terms, please access GitLab from a web browser at https://gitlab.sandbox.test.`;
  if (must === "renew-password")
    return "Your password expired. Please access GitLab from a web browser to update your password.";
  return undefined;
}

/** A user as the API shows it. Service accounts and the users of project and group access tokens are bots ("Users API"). */
export function showUser({
  id,
  username,
  state,
  type = "human",
  isAdmin = false,
}: GitlabUser): Readonly<Record<string, unknown>> {
  return {
    id,
    username,
    name: username,
    state,
    locked: false,
    web_url: `https://gitlab.sandbox.test/${username}`,
    bot: type !== "human",
    // Bots have an address that nobody reads (app/services/resource_access_tokens/create_service.rb, users/service_accounts).
    email: type === "human" ? `${username}@sandbox.test` : `${username}@noreply.gitlab.sandbox.test`,
    ...(isAdmin ? { is_admin: true } : {}),
  };
}

/** Who authorizes OAuth applications: an Owner of everything that there is. */
export const ADMINISTRATOR = 5;
/** Whose personal access token the sandbox hands out: a service account. */
export const BOT = 7;
