import { ExternalError } from "../../errors";
import type { RestoreTarget } from "../../migration/restore";
import type { TfeClient } from "../../tfe/client";
import { type Resource, readIfThere } from "../../tfe/json-api";
import { type LinkedObject, linkRepository } from "../../tfe/reconnect";

/** How linking one target again ended. */
type Ending =
  | { readonly type: "linked" | "left" | "gone" }
  /** The server will not, whoever asks again. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "failed"; readonly error: unknown };

export interface LinkedAgain {
  readonly linked: number;
  /** Why the server refused, by the target's id. */
  readonly refused: ReadonlyMap<string, string>;
  /** What failed: another run may succeed. */
  readonly failures: readonly unknown[];
}

/**
 * Links every target again with the new token. One that fails keeps none of the others from being linked.
 *
 * @param revoked the tokens that are no more
 */
export async function linkAgain(
  client: TfeClient,
  organization: string,
  targets: readonly RestoreTarget[],
  tokens: { readonly fresh: string; readonly revoked: ReadonlySet<string> },
  onProgress: (done: number) => void,
): Promise<LinkedAgain> {
  let done = 0;
  const endings = await Promise.all(
    targets.map(async (target) => {
      const ending = await linkOne(client, objectOf(organization, target), target, tokens);
      done += 1;
      onProgress(done);
      return { id: target.id, ending };
    }),
  );
  return {
    linked: endings.filter(({ ending }) => ending.type === "linked").length,
    refused: new Map(
      endings.flatMap(({ id, ending }) => (ending.type === "refused" ? [[id, ending.reason] as const] : [])),
    ),
    failures: endings.flatMap(({ ending }) => (ending.type === "failed" ? [ending.error] : [])),
  };
}

async function linkOne(
  client: TfeClient,
  object: LinkedObject,
  target: RestoreTarget,
  { fresh, revoked }: { readonly fresh: string; readonly revoked: ReadonlySet<string> },
): Promise<Ending> {
  try {
    const now = await readIfThere(client, object.path);
    if (now === undefined) return { type: "gone" };
    // Linked already, or by somebody elsewhere meanwhile: that is left alone.
    if (isLinked(now, revoked)) return { type: "left" };
    const { oauthTokenId: _, githubAppInstallationId: __, displayIdentifier: ___, ...link } = target.vcsRepo;
    const answer = await linkRepository(client, object, { ...link, oauthTokenId: fresh });
    if (answer.status < 400) return { type: "linked" };
    const reason =
      // It was found a moment ago: what is not there is the way to change its link.
      target.kind === "registry-module" && (answer.status === 404 || answer.status === 405)
        ? "this server does not re-point registry modules in place"
        : client.failure("PATCH", object.path, answer).message;
    return { type: "refused", reason };
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    return { type: "failed", error };
  }
}

/** Whether a repository is reached by something that is still there: a token, or a GitHub App. */
function isLinked({ attributes }: Resource, revoked: ReadonlySet<string>): boolean {
  const repo: unknown = attributes["vcs-repo"];
  const part = (key: string): unknown => (typeof repo === "object" && repo !== null ? Reflect.get(repo, key) : null);
  const [token, installation] = [part("oauth-token-id"), part("github-app-installation-id")];
  if (typeof token === "string" && token !== "") return !revoked.has(token);
  return typeof installation === "string" && installation !== "";
}

function objectOf(organization: string, { kind, id, name, module }: RestoreTarget): LinkedObject {
  switch (kind) {
    case "workspace":
      return { type: "workspaces", id, path: `workspaces/${id}` };
    case "policy-set":
      return { type: "policy-sets", id, path: `policy-sets/${id}` };
    case "stack":
      return { type: "stacks", id, path: `stacks/${id}` };
    case "registry-module": {
      const parts = [
        organization,
        "registry-modules",
        module?.registryName ?? "private",
        module?.namespace ?? organization,
        name,
      ];
      return {
        type: "registry-modules",
        id,
        path: ["organizations", ...parts, module?.provider ?? ""].map(encodeURIComponent).join("/"),
      };
    }
  }
}
