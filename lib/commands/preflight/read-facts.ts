import { ExternalError } from "../../errors";
import { explain } from "../../gitlab/answer";
import type { GitlabApi } from "../../gitlab/api";
import { checkToken } from "../../gitlab/check-token";
import type { Migration } from "../../migration/migration";
import { desiredConnection } from "../../migration/new-connection";
import { listRepositories, readPermissions } from "../../tfe/api";
import type { Context } from "../shared/context";
import { connectionToken, type GitlabToken, withGitlab } from "../shared/gitlab-tokens";
import { withTfe } from "../shared/refresh-inventory";
import { type Rotation, replacedTokens, unfinishedRotation } from "../shared/rotations";
import type { PreflightFacts, TfeFacts, TokenFacts, TokenOwner } from "./facts";
import { type ReadRepositories, readRepositories } from "./read-repositories";
import { type RepositoryReading, readReadings, writeReadings } from "./readings-file";

/** Requests a second, unless GitLab says fewer: GitLab.com takes 33 ("GitLab.com-specific rate limits": 2,000 a minute). */
const PER_SECOND = 20;
/** Readings are kept after every so many repositories. */
const KEEP_EVERY = 100;

export type ReadFacts = Pick<ReadRepositories, "maxAge" | "most"> &
  Pick<PreflightFacts, "limits" | "resources" | "server"> & {
    /** Whether TFE is asked what its token may do and what it sees through the new connection. */
    readonly askTfe: boolean;
    /** Ids of resources that TFE does not let its token change, as the organization's reading found. */
    readonly readOnlyIds: ReadonlySet<string>;
    /** The token to ask GitLab with. @default the connection's, where this configuration manages it */
    readonly token?: GitlabToken;
    /** Repositories beside those of the resources. @default none */
    readonly repositories?: readonly string[];
  };

/** Asks GitLab and TFE everything that the checks go by. It changes nothing on either. */
export async function readFacts(
  context: Context,
  migration: Migration,
  { limits, resources, server, askTfe, readOnlyIds, repositories = [], ...reading }: ReadFacts,
): Promise<PreflightFacts> {
  const { organization, inventory, connections, roles } = migration;
  const paths = [
    ...resources.flatMap(({ vcsRepo }) => (vcsRepo === null ? [] : [vcsRepo.identifier])),
    ...repositories,
  ];
  const [gitlab, tfe] = await Promise.all([
    readGitlab(context, migration, paths, reading),
    askTfe ? readTfe(context, migration, readOnlyIds) : undefined,
  ]);
  return {
    organization,
    resources,
    toMove: new Set(
      resources.flatMap(({ id, vcsRepo }) => (roles.newTokenIds.has(vcsRepo?.oauthTokenId ?? "") ? [] : [id])),
    ),
    now: Date.now(),
    limits,
    ...gitlab,
    server,
    tfe,
    replacedBy: replacedBy(context, migration, gitlab.token),
    unfinished: unfinishedRotation(context.paths.journal),
    recordedTokenId: connectionReferredTo(migration) === undefined ? (inventory.pat?.tokenId ?? null) : null,
    connectionUser: roles.newConnections[0]?.tokens[0]?.serviceProviderUser ?? null,
    connections,
    modulesInPlace: inventory.modulesInPlace?.inPlace ?? null,
  };
}

type GitlabFacts = Pick<PreflightFacts, "token" | "repositories" | "gitlabVersion" | "gitlabSilence">;

async function readGitlab(
  context: Context,
  migration: Migration,
  paths: readonly string[],
  { token: given, ...reading }: Pick<ReadFacts, "maxAge" | "most" | "token">,
): Promise<GitlabFacts> {
  const { connection } = context.organization;
  const variable = given?.variable ?? `TF_VAR_${connection.tokenVariable}`;
  const token = given ?? connectionToken(context);
  const referredTo = given === undefined ? connectionReferredTo(migration) : undefined;
  if (token === undefined || referredTo !== undefined) {
    const reason =
      referredTo === undefined
        ? `GitLab was not asked: ${variable} is not set`
        : `GitLab was not asked: the connection ${referredTo} holds its token, and TFE never shows it`;
    const remedy =
      referredTo === undefined
        ? `put the token into ${variable}`
        : "look at repository-seen-by-tfe: only TFE can tell what this token sees";
    return {
      token: { type: "not-given", reason, remedy },
      repositories: unread(paths, reason, remedy),
      gitlabVersion: undefined,
      gitlabSilence: null,
    };
  }
  return withGitlab(
    context,
    token,
    async (api, progress) => {
      const check = await checkToken(api);
      if (check.type === "unusable" || (check.type === "unknown" && !check.taken)) {
        const reason = `nobody asked: GitLab did not take the token (${check.reason})`;
        const token: TokenFacts = { type: "asked", variable, check, owner: { type: "unknown", reason } };
        return {
          token,
          repositories: unread(paths, reason, "see token-usable"),
          gitlabVersion: undefined,
          gitlabSilence: check.type === "unknown" ? check.reason : null,
        };
      }
      const facts: TokenFacts = { type: "asked", variable, check, owner: await ownerOf(api) };
      const tokenId = check.type === "usable" ? check.id : undefined;
      const of = tokenId === undefined ? undefined : { apiUrl: context.organization.gitlab.apiUrl, tokenId };
      const kept = of === undefined ? new Map<string, RepositoryReading>() : readReadings(context.paths.preflight, of);
      const keep = (readings: ReadonlyMap<string, RepositoryReading>) => {
        if (of === undefined) return;
        const repositories = Object.fromEntries([...kept, ...readings]);
        writeReadings(context.paths.preflight, { ...of, repositories });
      };
      let silence: string | null = null;
      const repositories = await readRepositories(api, paths, {
        ...reading,
        kept,
        now: () => new Date(),
        onSilence: (reason) => {
          silence = reason;
        },
        onRead: (done, total, readings) => {
          if (total > KEEP_EVERY) progress.step("repositories", done, total);
          if (done % KEEP_EVERY === 0) keep(readings);
        },
      });
      keep(repositories);
      const version = await api.version();
      return {
        token: facts,
        repositories,
        gitlabVersion: version.type === "parsed" ? version.value.version : undefined,
        gitlabSilence: silence,
      };
    },
    { requestsPerSecond: PER_SECOND },
  );
}

/** A token that an earlier rotation has replaced: Terraform would put it back. */
function replacedBy({ paths }: Context, migration: Migration, token: TokenFacts): Rotation | undefined {
  if (token.type !== "asked" || token.check.type !== "usable" || connectionReferredTo(migration) !== undefined)
    return undefined;
  const { id } = token.check;
  const [connection] = migration.roles.newConnections;
  return id === undefined || connection === undefined
    ? undefined
    : replacedTokens(paths.journal, connection.id).get(id);
}

/** The id of a connection that this configuration does not manage: what its variable holds is not what the connection does. */
function connectionReferredTo({ organization, inventory }: Migration): string | undefined {
  const { connection } = desiredConnection(organization, inventory);
  return connection.type === "existing" ? connection.id : undefined;
}

async function ownerOf(api: GitlabApi): Promise<TokenOwner> {
  const user = await api.user();
  if (user.type !== "parsed") return { type: "unknown", reason: explain(user) };
  const { username, bot } = user.value;
  return { type: "user", username, bot };
}

function unread(paths: readonly string[], reason: string, remedy: string): GitlabFacts["repositories"] {
  const at = new Date().toISOString();
  const nothing = { at, rights: "unknown", reason, remedy, movedTo: null, webhooks: null, archived: null } as const;
  return new Map([...new Set(paths)].sort().map((path) => [path, nothing]));
}

/** A TFE that does not answer makes these unknown; what was read of it before stands. */
async function readTfe(
  context: Context,
  { organization, roles }: Migration,
  readOnlyIds: ReadonlySet<string>,
): Promise<TfeFacts> {
  const [connection] = roles.newConnections;
  const token = connection?.tokens[0];
  return withTfe(context, async (client) => {
    const permissions = await orUnknown(readPermissions(client, organization.organization));
    const rights = { permissions, readOnlyIds };
    if (token === undefined) {
      const reason = "it does not exist yet, so TFE cannot be asked what it sees";
      return { ...rights, sees: { type: "unknown", reason } };
    }
    const listed = await orUnknown(listRepositories(client, token.id));
    if (listed === undefined || listed.status === 404) {
      const reason = "this server does not tell which repositories the new connection sees";
      return { ...rights, sees: { type: "unknown", reason } };
    }
    // No documentation says how it answers for a dead token. 422 is how TFE passes on what GitLab refuses; others may be about TFE's token.
    if (listed.refusal !== undefined) {
      const type = listed.status === 422 ? "refused" : "unknown";
      return { ...rights, sees: { type, reason: listed.refusal.message } };
    }
    if (listed.names === undefined) {
      const reason = "TFE's list of the repositories that the new connection sees is not understood";
      return { ...rights, sees: { type: "unknown", reason } };
    }
    const paths = new Set(listed.names.map((name) => name.toLowerCase()));
    return { ...rights, sees: { type: "list", paths } };
  });
}

async function orUnknown<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ExternalError) return undefined;
    throw error;
  }
}
