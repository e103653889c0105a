export interface GitlabUser {
  readonly id: number;
  readonly username: string;
  /** A blocked user's tokens are of no use. */
  state: "active" | "blocked";
}

/** Who authorizes OAuth applications: an Owner of everything that there is. */
export const ADMINISTRATOR = 5;
/** Whose personal access token the sandbox hands out. */
export const BOT = 7;
