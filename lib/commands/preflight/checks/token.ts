import { judgeLife, type TokenLife, tokenLife } from "../../../gitlab/token-life";
import { organizationKey } from "../../../organization/key";
import type { PreflightFacts } from "../facts";
import type { Said } from "../finding";
import type { Check } from "./check";

const REMEDIES: Readonly<Record<TokenLife["type"], string | null>> = {
  endless: null,
  ends: "create a token that lasts longer, and set it in the variable",
  ended: "create another token, and set it in the variable",
  "no-day": "look at the token in GitLab",
};

/** GitLab takes the token, and it has the scope `api`. */
export const tokenUsable: Check = {
  name: "token-usable",
  check: ({ token }) => {
    if (token.type === "not-given")
      return [{ subject: "the PAT", status: "unknown", what: token.reason, remedy: token.remedy }];
    const { check, variable: subject } = token;
    switch (check.type) {
      case "usable":
        return [{ subject, status: "ok", what: "GitLab accepts it, and it has the scope api", remedy: null }];
      case "unusable":
        return [{ subject, status: "error", what: `GitLab cannot use it: ${check.reason}`, remedy: check.todo }];
      case "unknown":
        return [
          {
            subject,
            status: "unknown",
            what: `whether it is usable is unknown: ${check.reason}`,
            remedy: "run this again when GitLab can be asked",
          },
        ];
    }
  },
};

/** It is not the one that a rotation replaced: Terraform would put that back into the connection. */
export const tokenReplaced: Check = {
  name: "token-replaced",
  check: (facts) => [...ofReplaced(facts), ...ofUnfinished(facts)],
};

function ofReplaced({ token, replacedBy, recordedTokenId }: PreflightFacts): readonly Said[] {
  if (token.type !== "asked" || token.check.type !== "usable") return [];
  const subject = token.variable;
  const { id } = token.check;
  if (replacedBy !== undefined) {
    const { at, newTokenId } = replacedBy;
    return [
      {
        subject,
        status: "error",
        what: `it is the old token, which the rotation of ${at} replaced: an apply would put it back into the connection`,
        remedy: `put the new token${newTokenId === null ? "" : ` (id ${newTokenId} in GitLab)`} into the variable`,
      },
    ];
  }
  if (id === undefined || recordedTokenId === null || id === recordedTokenId) return [];
  return [
    {
      subject,
      status: "warning",
      what: `it is not the token that the connection was last seen with (id ${recordedTokenId} in GitLab, this one is ${id}): an apply would put this one in`,
      remedy: "put the connection's token into the variable; to replace that, use repoint rotate",
    },
  ];
}

function ofUnfinished({ organization, unfinished }: PreflightFacts): readonly Said[] {
  if (unfinished === undefined) return [];
  return [
    {
      subject: "the new connection",
      status: "warning",
      what: `the rotation of ${unfinished.at} did not finish: TFE may still hold the old token, also where a plan shows no change`,
      remedy: `repoint rotate ${organizationKey(organization)}, with the new token`,
    },
  ];
}

/** It lasts long enough. It ends at 00:00 UTC of its day ("Personal access tokens", "Access token expiration"). */
export const tokenExpiry: Check = {
  name: "token-expiry",
  check: ({ token, now, limits }) => {
    if (token.type !== "asked" || token.check.type === "unusable" || token.check.expiresAt === undefined) return [];
    const { variable: subject } = token;
    const life = tokenLife(token.check.expiresAt, now);
    const { status, what } = judgeLife(life, limits);
    return [{ subject, status, what: `it ${what}`, remedy: status === "ok" ? null : REMEDIES[life.type] }];
  },
};

/** GitLab names the bot users of project and group access tokens so (app/services/resource_access_tokens/create_service.rb). */
const RESOURCE_BOT = /^(project|group)_\d+_bot/;

/** Whose it is: a person may leave, and the token with them. */
export const tokenOwner: Check = {
  name: "token-owner",
  check: (facts) => [...ofOwner(facts), ...ofAnotherOwner(facts)],
};

/** The connection holds a token of somebody else, whose rights say nothing of this one's. */
function ofAnotherOwner({ token, connectionUser }: PreflightFacts): readonly Said[] {
  if (token.type !== "asked" || token.owner.type !== "user" || connectionUser === null) return [];
  const { username } = token.owner;
  if (username.toLowerCase() === connectionUser.toLowerCase()) return [];
  return [
    {
      subject: token.variable,
      status: "warning",
      what: `it belongs to ${username}, and the new connection holds a token of ${connectionUser} now: from the next apply on, TFE acts as ${username}`,
      remedy: "run repoint preflight ORG --all: what has moved already needs the rights of this user too",
    },
  ];
}

function ofOwner({ token }: PreflightFacts): readonly Said[] {
  if (token.type !== "asked" || token.check.type === "unusable") return [];
  const { owner, variable: subject } = token;
  if (owner.type === "unknown") {
    const what = `whose token it is is unknown: ${owner.reason}`;
    return [{ subject, status: "unknown", what, remedy: "look at the token's user in GitLab" }];
  }
  const { username, bot } = owner;
  const kind = RESOURCE_BOT.exec(username)?.[1];
  if (bot !== false && kind !== undefined) {
    return [
      {
        subject,
        status: "unknown",
        what: `it is a ${kind} access token (its user is ${username}); no vendor confirms that Terraform Enterprise works with one`,
        remedy: "move one workspace and push to its repository before you move more, or use a service account's token",
      },
    ];
  }
  if (bot === true) {
    const what = `it belongs to ${username}, a service account or another bot of GitLab`;
    return [{ subject, status: "ok", what, remedy: null }];
  }
  const remedy = "use the token of a service account";
  if (bot === false) {
    const what = `it belongs to ${username}, a person: when they leave, the token leaves with them`;
    return [{ subject, status: "warning", what, remedy }];
  }
  const what = `it belongs to ${username}; this version of GitLab does not say whether that is a person`;
  return [{ subject, status: "unknown", what, remedy: `if it is a person's: ${remedy}` }];
}
