export interface GitlabUser {
  readonly id: number;
  readonly username: string;
  /** A blocked user's tokens are of no use. */
  state: "active" | "blocked";
  /** What the user has to do in a browser before a token is of use again. @default nothing */
  must?: "accept-terms" | "renew-password";
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

/** Who authorizes OAuth applications: an Owner of everything that there is. */
export const ADMINISTRATOR = 5;
/** Whose personal access token the sandbox hands out. */
export const BOT = 7;
