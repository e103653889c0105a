import { secretsOf } from "../../cli/secrets";
import { count } from "../../cli/table";
import { checkToken, type TokenCheck } from "../../gitlab/check-token";
import { masked } from "../../util/secret";
import { preflightFindings } from "../preflight/checks";
import { type PreflightFinding, statuses } from "../preflight/finding";
import { readFacts } from "../preflight/read-facts";
import { countsLine, preflightLines } from "../preflight/report";
import type { Context } from "../shared/context";
import { type GitlabToken, withGitlab } from "../shared/gitlab-tokens";
import type { Refreshed } from "../shared/refresh-inventory";
import { bare } from "./bare";
import type { RotateOptions } from "./options";
import type { RotationTokens } from "./tokens";

/** What GitLab says of the old token. */
export interface OldToken {
  readonly given: GitlabToken;
  readonly check: TokenCheck;
}

/** How the check of the new token ended. */
export type Checked =
  | {
      readonly type: "good";
      /** GitLab's id of it; undefined where it does not say. */
      readonly id: number | undefined;
      readonly old: OldToken | undefined;
    }
  /** It may not go in: there are errors, or GitLab could not be asked. */
  | { readonly type: "bad" }
  | { readonly type: "not-asked"; readonly reason: string };

/** A plan's own checks of what is about the token. What else a preflight looks at is as it was, whichever token is in. */
const CHECKS: ReadonlySet<string> = new Set(["token-usable", "token-expiry", "token-owner", "repository-role"]);
/** Above so many repositories, GitLab's lists of what the user maintains are enough. */
const FEW = 100;
const QUARTER_OF_AN_HOUR = 15 * 60 * 1000;

/**
 * Checks the new token as a preflight does, for every repository that the connection is used for now, and compares it with the old one.
 * Says what was found.
 */
export async function checkNewToken(
  context: Context,
  { migration, server }: Pick<Refreshed, "migration" | "server">,
  { fresh, old: given }: RotationTokens,
  options: RotateOptions,
): Promise<Checked> {
  const { say, journal, io } = context;
  const { inventory, roles } = migration;
  const inUse = ({ vcsRepo }: { readonly vcsRepo: { readonly oauthTokenId: string | null } | null }) =>
    roles.newTokenIds.has(vcsRepo?.oauthTokenId ?? "");
  const resources = inventory.resources.filter((record) => !record.gone && inUse(record));
  const facts = await readFacts(context, migration, {
    limits: { minDays: options.minDays, warnDays: options.warnDays },
    resources,
    repositories: inventory.stackComponents.filter(inUse).map(({ vcsRepo }) => vcsRepo.identifier),
    maxAge: QUARTER_OF_AN_HOUR,
    most: FEW,
    askTfe: false,
    server,
    readOnlyIds: new Set(),
    token: fresh,
  });
  const old = given === undefined ? undefined : await askOld(context, given);
  const { token } = facts;
  const check = token.type === "asked" ? token.check : undefined;
  const user = token.type === "asked" && token.owner.type === "user" ? token.owner.username : undefined;
  const before = old?.user ?? facts.connectionUser ?? undefined;
  const findings = [
    // Compared below, with what GitLab itself says of the old one.
    ...preflightFindings({ ...facts, connectionUser: null }).filter(({ check: name }) => CHECKS.has(name)),
    ...sameUser(fresh, user, before),
    ...lastsLonger(fresh, check, old?.check),
  ].sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status));
  for (const line of preflightLines(findings, true)) say(line);
  say(
    `The new token: ${countsLine(findings)}. ${count(resources.length, "resource uses", "resources use")} the connection.`,
  );
  if (old !== undefined) say(aboutOld(old));
  if (check?.type === "unusable") return { type: "bad" };
  if (check === undefined || (check.type === "unknown" && !check.taken))
    return { type: "not-asked", reason: check?.reason ?? "GitLab was not asked" };
  const doubts = findings.filter(
    ({ check: name, status }) => status === "error" || (name === "token-usable" && status === "unknown"),
  );
  if (doubts.length > 0) {
    if (options.skipPreflight === undefined) return { type: "bad" };
    const reason = masked(options.skipPreflight.trim(), secretsOf(io));
    journal("preflight.skipped", { reason, checks: [...new Set(doubts.map(({ check: name }) => name))] });
    say(`The rotation goes on in spite of that (--skip-preflight): ${reason}`);
  }
  return { type: "good", id: check.type === "usable" ? check.id : undefined, old };
}

async function askOld(context: Context, given: GitlabToken): Promise<OldToken & { readonly user: string | undefined }> {
  return withGitlab(context, given, async (api) => {
    const check = await checkToken(api);
    const user = check.type === "usable" ? await api.user() : undefined;
    return { given, check, user: user?.type === "parsed" ? user.value.username : undefined };
  });
}

function aboutOld({ given, check }: OldToken): string {
  const name = `The old token (${given.variable})`;
  switch (check.type) {
    case "usable":
      return `${name} works: ${check.expiresAt === null ? "it does not expire" : `it expires on ${check.expiresAt}`}. Both work until it is revoked.`;
    case "unusable":
      return `${name} does not work any more: ${bare(check.reason)}. TFE reaches GitLab again once the new one is in.`;
    case "unknown":
      return `${name}: whether it works is unknown: ${bare(check.reason)}.`;
  }
}

type Finding = readonly PreflightFinding[];

function sameUser({ variable: subject }: GitlabToken, user: string | undefined, before: string | undefined): Finding {
  const check = "token-user";
  if (user === undefined) return [];
  if (before === undefined) {
    const what = `it belongs to ${user}; whose token the connection holds now is unknown`;
    return [{ check, subject, status: "unknown", what, remedy: "compare it with the connection in TFE's settings" }];
  }
  if (user.toLowerCase() === before.toLowerCase())
    return [{ check, subject, status: "ok", what: `it belongs to ${user}, as the old one does`, remedy: null }];
  return [
    {
      check,
      subject,
      status: "warning",
      what: `it belongs to ${user}, and the old one to ${before}: TFE acts as ${user} from then on, and commit statuses come from another user`,
      remedy: `if that is not meant, create the token as ${before}`,
    },
  ];
}

function lastsLonger(
  { variable: subject }: GitlabToken,
  fresh: TokenCheck | undefined,
  old: TokenCheck | undefined,
): Finding {
  if (fresh?.type !== "usable" || old?.type !== "usable" || fresh.expiresAt === null) return [];
  const check = "token-lasts";
  const { expiresAt } = fresh;
  if (old.expiresAt !== null && expiresAt > old.expiresAt) {
    const what = `it lasts longer than the old one (${old.expiresAt})`;
    return [{ check, subject, status: "ok", what, remedy: null }];
  }
  const what =
    old.expiresAt === null
      ? `it expires on ${expiresAt}, and the old one does not expire`
      : `it expires on ${expiresAt}, no later than the old one (${old.expiresAt})`;
  return [{ check, subject, status: "warning", what, remedy: "create one that lasts longer" }];
}

/** Where the new token stands right before it is put in: somebody may have thought for hours, and it may have ended meanwhile. */
export type StillGood =
  | {
      readonly type: "good";
      /** When GitLab last noted a use of it, this question included. */
      readonly lastUsedAt: string | null;
      readonly check: TokenCheck;
    }
  | { readonly type: "bad" | "not-asked"; readonly reason: string };

export function stillGood(context: Context, fresh: GitlabToken): Promise<StillGood> {
  return withGitlab(context, fresh, async (api): Promise<StillGood> => {
    const check = await checkToken(api);
    if (check.type === "unusable") return { type: "bad", reason: check.reason };
    if (check.type === "unknown" && !check.taken) return { type: "not-asked", reason: check.reason };
    const self = await api.self();
    return { type: "good", lastUsedAt: self.type === "parsed" ? (self.value.last_used_at ?? null) : null, check };
  });
}
