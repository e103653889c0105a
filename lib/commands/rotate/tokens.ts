import { holdsSecret, holdsToken } from "../../cli/secrets";
import { UsageError } from "../../errors";
import { variableOf } from "../../util/environment";
import { tokenFix, tokenTrouble } from "../../util/token-text";
import type { Context } from "../shared/context";
import type { GitlabToken } from "../shared/gitlab-tokens";
import { readTokenFrom } from "../shared/token-from";
import { NEW_TOKEN, type RotateOptions } from "./options";

/** The two tokens of a rotation. */
export interface RotationTokens {
  readonly fresh: GitlabToken;
  /** Undefined where it was not given: nobody needs it but to compare with, and to revoke it. */
  readonly old: GitlabToken | undefined;
}

/** The connection's own variable. */
export const ownVariable = ({ organization }: Context): string => `TF_VAR_${organization.connection.tokenVariable}`;

/**
 * Reads the new token and the old one, neither of them from an argument, and has both masked from now on.
 *
 * @throws UsageError when there is no new one, when they are the same, and when the old one is to be revoked and was not given
 */
export async function readTokens(context: Context, options: RotateOptions): Promise<RotationTokens> {
  const { io } = context;
  const own = ownVariable(context);
  const { tokenFrom, oldTokenFrom } = options;
  if (tokenFrom === NEW_TOKEN && variableOf(io.env, NEW_TOKEN) === undefined) {
    throw new UsageError({
      rule: "rotate/no-token",
      message: `${NEW_TOKEN} is not set: it holds the new personal access token`,
      fix: `read -rs ${NEW_TOKEN} && export ${NEW_TOKEN}; or name another variable, or - for standard input, with --token-from`,
    });
  }
  const token = await readTokenFrom(io, tokenFrom, {
    name: "--token-from",
    rule: "rotate/token-from",
    example: NEW_TOKEN,
  });
  holdsSecret(io, token);
  const fresh = { variable: tokenFrom === "-" ? "standard input" : tokenFrom, token };
  const old = await readOld(context, fresh, oldTokenFrom);
  if (old !== undefined) holdsSecret(io, old.token);
  if (old?.token === token) {
    throw new UsageError({
      rule: "rotate/same-token",
      message: `${fresh.variable} and ${old.variable} hold the same token, so there is nothing to replace. Nothing was changed`,
      fix:
        old.variable === own && oldTokenFrom === undefined
          ? `put a new token into ${fresh.variable}. If ${own} holds the new one already, name the variable of the old one with --old-token-from, or run it with --token-from ${own} to go on without the old one`
          : "put the new token into one, and the one that it replaces into the other",
    });
  }
  const revokes = options.revokeOld === true || options.revokeUnproven !== undefined;
  if (old === undefined && revokes) {
    throw new UsageError({
      rule: "rotate/no-old-token",
      message: "the old token is to be revoked, and was not given. Nothing was changed",
      fix: `put it into ${own}, or name the variable that holds it with --old-token-from; without it, leave --revoke-old out and revoke it in GitLab`,
    });
  }
  return { fresh, old };
}

async function readOld(
  context: Context,
  fresh: GitlabToken,
  from: string | undefined,
): Promise<GitlabToken | undefined> {
  const { io } = context;
  const rule = "rotate/old-token-from";
  if (from === "-") {
    const fix = "name a variable that holds the old token: standard input is for the new one";
    throw new UsageError({ rule, message: "--old-token-from reads no standard input", fix });
  }
  if (from !== undefined) {
    const token = await readTokenFrom(io, from, { name: "--old-token-from", rule, example: "OLD_GITLAB_TOKEN" });
    return { variable: from, token };
  }
  const variable = ownVariable(context);
  const token = variableOf(io.env, variable);
  if (token === undefined || variable === fresh.variable) return undefined;
  const trouble = tokenTrouble(token);
  if (trouble === undefined) return { variable, token };
  const message = `what ${variable} holds is no token: ${trouble}`;
  throw new UsageError({ rule, message, fix: `${tokenFix(token)}; or unset it, to go on without the old token` });
}

/** The same work with the new token in the connection's variable, where Terraform and its guard look for it. */
export function withToken(context: Context, { fresh, old }: RotationTokens): Context {
  const variable = ownVariable(context);
  const io = { ...context.io, env: { ...context.io.env, [variable]: fresh.token } };
  holdsToken(io, context.organization.connection.tokenVariable);
  for (const token of [fresh, old]) if (token !== undefined) holdsSecret(io, token.token);
  return { ...context, io };
}
