import { ExternalError } from "../../errors";
import { kindOf } from "../../kinds";
import type { RestoreTarget } from "../../migration/restore";
import { patchResource, readResource } from "../../tfe/api";
import type { TfeClient } from "../../tfe/client";
import type { Resource } from "../../tfe/resource";
import { type ModuleAnswer, OWNERS, patchModule } from "../shared/patch-module";

/** How linking one target again ended. */
type Ending =
  | { readonly type: "linked" | "left" | "gone" }
  /** The server will not, as things are: what is mended meanwhile, another run links. */
  | { readonly type: "refused"; readonly reason: string; readonly ofAllModules: boolean }
  | { readonly type: "failed"; readonly error: unknown };

export interface LinkedAgain {
  readonly linked: number;
  /** Why the server refused, by the target's id. */
  readonly refused: ReadonlyMap<string, string>;
  /** What failed: another run may succeed. */
  readonly failures: readonly unknown[];
}

/** With which token targets are linked. */
interface Tokens {
  readonly fresh: string;
  /** Those that are no more. */
  readonly revoked: ReadonlySet<string>;
}

/**
 * Links every target again with the new token. One that fails keeps none of the others from being linked. Registry modules come last
 * and one by one until one is linked, since a server may not link them in place, or pass the token over in silence.
 */
export async function linkAgain(
  client: TfeClient,
  targets: readonly RestoreTarget[],
  tokens: Tokens,
  onProgress: (done: number) => void,
): Promise<LinkedAgain> {
  let done = 0;
  const link = async (target: RestoreTarget) => {
    const ending = await linkOne(client, target, tokens);
    done += 1;
    onProgress(done);
    return { id: target.id, ending };
  };
  const modules = targets.filter(({ kind }) => kindOf(kind).overApi);
  const others = targets.filter(({ kind }) => !kindOf(kind).overApi);
  const endings = await Promise.all(others.map(link));
  while (modules.length > 0) {
    const [module] = modules.splice(0, 1);
    if (module === undefined) break;
    const tried = await link(module);
    endings.push(tried);
    const { type } = tried.ending;
    if (type === "linked") endings.push(...(await Promise.all(modules.splice(0).map(link))));
    if (type === "refused" && tried.ending.ofAllModules) {
      const ending = { ...tried.ending, reason: `not tried, since ${module.name} was refused` };
      endings.push(...modules.splice(0).map(({ id }) => ({ id, ending })));
    }
  }
  return {
    linked: endings.filter(({ ending }) => ending.type === "linked").length,
    refused: new Map(
      endings.flatMap(({ id, ending }) => (ending.type === "refused" ? [[id, ending.reason] as const] : [])),
    ),
    failures: endings.flatMap(({ ending }) => (ending.type === "failed" ? [ending.error] : [])),
  };
}

async function linkOne(client: TfeClient, target: RestoreTarget, { fresh, revoked }: Tokens): Promise<Ending> {
  try {
    const { kind, id, path, vcsRepo } = target;
    const now = await readResource(client, path);
    if (now === undefined) return { type: "gone" };
    // Linked already, or by somebody elsewhere meanwhile: that is left alone.
    if (isLinked(now, revoked)) return { type: "left" };
    if (kindOf(kind).overApi) return moduleEnding(await patchModule(client, path, vcsRepo, fresh));
    const { linkInApiWords, linkDocument } = kindOf(kind);
    const body = linkDocument(id, linkInApiWords({ ...vcsRepo, oauthTokenId: fresh }), now);
    const { refusal } = await patchResource(client, path, body);
    return refusal === undefined ? { type: "linked" } : refused(refusal.message);
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    return { type: "failed", error };
  }
}

const refused = (reason: string, ofAllModules = false): Ending => ({ type: "refused", reason, ofAllModules });

function moduleEnding(answer: ModuleAnswer): Ending {
  switch (answer.type) {
    case "moved":
      return { type: "linked" };
    case "not-in-place":
      return refused(`the server cannot link registry modules in place: ${answer.answer}`, true);
    case "forbidden":
      return refused(`the token is not allowed to: ${answer.reason}. ${OWNERS}`, true);
    case "refused":
      return refused(answer.reason);
  }
}

/** The token that a repository is reached by; null when there is none. */
function tokenOf({ attributes }: Resource): string | null {
  const repo: unknown = attributes["vcs-repo"];
  const token = typeof repo === "object" && repo !== null ? Reflect.get(repo, "oauth-token-id") : null;
  return typeof token === "string" && token !== "" ? token : null;
}

/** Whether a repository is reached by something that is still there: a token, or a GitHub App. */
function isLinked(resource: Resource, revoked: ReadonlySet<string>): boolean {
  const token = tokenOf(resource);
  if (token !== null) return !revoked.has(token);
  const repo: unknown = resource.attributes["vcs-repo"];
  const installation =
    typeof repo === "object" && repo !== null ? Reflect.get(repo, "github-app-installation-id") : null;
  return typeof installation === "string" && installation !== "";
}
