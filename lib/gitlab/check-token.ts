import { explain, type GitlabAnswer } from "./answer";
import type { GitlabApi, PersonalAccessToken } from "./api";

/** What asking GitLab about a personal access token can end in. */
export type TokenCheck =
  | {
      readonly type: "usable";
      /** A day, such as 2027-01-31; null for a token that does not expire. */
      readonly expiresAt: string | null;
      /** GitLab's id of it; undefined where it does not say. */
      readonly id: number | undefined;
    }
  | { readonly type: "unusable"; readonly reason: string; readonly todo: string }
  /** Whether it can carry a connection is not known. */
  | {
      readonly type: "unknown";
      readonly reason: string;
      /** Whether GitLab took it, so that it can be asked for more. */
      readonly taken: boolean;
      /** As of one that is usable, where GitLab says it; absent where not. */
      readonly expiresAt?: string | null;
      readonly id?: number | undefined;
    };

const WITH_API = "create a token with scope api";
const FINE_GRAINED =
  "it is a fine-grained token, which does not show its permissions; no documentation says whether TFE works with one";
const RENEW = "create a new personal access token with scope api, set it in the variable, plan and apply again";

/** Asks whether the client's own token can carry a connection: one that GitLab takes, with scope `api`. */
export async function checkToken(api: Pick<GitlabApi, "self" | "user">): Promise<TokenCheck> {
  const self = await api.self();
  if (self.type === "parsed") return judge(self.value);
  if (self.type !== "refusal") return { type: "unknown", reason: explain(self), taken: false };
  // GitLab before 15.5 has no such route.
  if (self.status !== 404) return refused(self);
  const user = await api.user();
  if (user.type === "refusal") return refused(user);
  if (user.type !== "parsed") return { type: "unknown", reason: explain(user), taken: false };
  return {
    type: "unknown",
    reason: `GitLab accepts it for the user ${user.value.username}, but does not show its scopes or expiry (versions before 15.5 cannot)`,
    taken: true,
  };
}

function judge({ id, active, revoked, scopes, expires_at }: PersonalAccessToken): TokenCheck {
  if (revoked === true) return { type: "unusable", reason: "it is revoked", todo: RENEW };
  if (active === false) return { type: "unusable", reason: "it has expired", todo: RENEW };
  if (scopes.includes("api")) return { type: "usable", expiresAt: expires_at || null, id };
  if (scopes.includes("granular")) {
    return { type: "unknown", reason: FINE_GRAINED, taken: true, expiresAt: expires_at || null, id };
  }
  const held = scopes.length === 0 ? "no scope" : `the scopes ${scopes.join(", ")}`;
  return {
    type: "unusable",
    reason: `it has ${held}; TFE needs api to create webhooks`,
    todo: WITH_API,
  };
}

/** 401 and 403 are about the token or its user; what else GitLab refuses says nothing of them. */
function refused(refusal: Extract<GitlabAnswer<unknown>, { type: "refusal" }>): TokenCheck {
  const { status, said, code } = refusal;
  // A fine-grained token may not look at itself and do everything else, or nothing.
  if (code === "insufficient_granular_scope")
    return { type: "unknown", reason: `${FINE_GRAINED} (${said})`, taken: true };
  if (code === "insufficient_scope")
    return { type: "unusable", reason: `its scopes do not reach (${said})`, todo: WITH_API };
  if (status === 401) {
    const reason = /^401 Unauthorized\.?$/i.test(said) ? `GitLab does not know it (${said})` : said;
    return { type: "unusable", reason, todo: RENEW };
  }
  if (status === 403) {
    return {
      type: "unusable",
      reason: `GitLab refuses its user: ${said}`,
      todo: "sign in to GitLab as the token's user and do what it asks for, or ask an administrator; or create a token for another user",
    };
  }
  return { type: "unknown", reason: explain(refusal), taken: false };
}
