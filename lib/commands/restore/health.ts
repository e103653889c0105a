import { ExternalError } from "../../errors";
import { countRepositories, listSomeVcsErrors } from "../../tfe/api";
import type { TfeClient } from "../../tfe/client";
import { type Resource, relatedAll } from "../../tfe/resource";
import { jsonText } from "../../util/json-text";

/** Whether TFE reaches GitLab through a connection, as far as its API tells. */
export type Health =
  | { readonly type: "works"; readonly repositories: number }
  | {
      readonly type: "broken";
      readonly reason: string;
      /** 422 is how TFE passes on what GitLab refuses; others may be about TFE's own token. */
      readonly status: number;
    }
  | { readonly type: "unknown" };

/**
 * Asks for the repositories that a token sees, which has TFE ask GitLab. go-tfe knows the route, the documentation does not: a server
 * without it answers 404, and how one answers whose token is dead is nowhere written, so that only a list is a proof.
 */
export async function askHealth(client: TfeClient, tokenId: string | undefined): Promise<Health> {
  if (tokenId === undefined) return { type: "unknown" };
  try {
    const { status, refusal, count } = await countRepositories(client, tokenId);
    if (status === 404) return { type: "unknown" };
    if (refusal !== undefined) return { type: "broken", reason: refusal.message, status };
    return count === undefined ? { type: "unknown" } : { type: "works", repositories: count };
  } catch (error) {
    // Of a route that no documentation has, an answer that is none tells nothing.
    if (error instanceof ExternalError) return { type: "unknown" };
    throw error;
  }
}

/** The newest error that HCP Terraform has of a connection; undefined where there is none, or no such list (it is a beta). */
export async function lastVcsError(
  client: TfeClient,
  organization: string,
  connectionId: string,
): Promise<{ readonly id: string; readonly at: string; readonly message: string } | undefined> {
  try {
    const listed = await listSomeVcsErrors(client, organization, { connections: [connectionId] });
    const [newest] = [...(listed?.data ?? [])].sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
    if (newest === undefined) return undefined;
    const { message } = newest.attributes;
    return { id: newest.id, at: timeOf(newest), message: typeof message === "string" ? message : "" };
  } catch (error) {
    if (error instanceof ExternalError) return undefined;
    throw error;
  }
}

function timeOf({ attributes }: Resource): string {
  const at = attributes["created-at"];
  return typeof at === "string" ? at : "";
}

/** All that the API shows of a connection's authorization: what differs later was authorized meanwhile. */
export function authorizationOf(connection: Resource, tokens: readonly Resource[]): string {
  const shown = tokens.map(({ id, attributes }) => [id, attributes["created-at"], attributes["service-provider-user"]]);
  return jsonText([relatedAll(connection, "oauth-tokens"), shown.sort()]);
}
