import { ExternalError } from "../../errors";
import type { TfeClient } from "../../tfe/client";
import { readFirstPage } from "../../tfe/json-api";
import { type Resource, relatedAll } from "../../tfe/resource";
import { jsonText } from "../../util/json-text";

/** Whether TFE reaches GitLab through a connection, as far as its API tells. */
export type Health =
  | { readonly type: "works"; readonly repositories: number }
  | { readonly type: "broken"; readonly reason: string }
  | { readonly type: "unknown" };

/**
 * Asks for the repositories that a token sees, which has TFE ask GitLab. go-tfe knows the route, the documentation does not: a server
 * without it answers 404, and how one answers whose token is dead is nowhere written, so that only a list is a proof.
 */
export async function askHealth(client: TfeClient, tokenId: string | undefined): Promise<Health> {
  if (tokenId === undefined) return { type: "unknown" };
  const path = `oauth-tokens/${tokenId}/authorized-repos`;
  try {
    const answer = await client.send("GET", path, { query: { "page[size]": 1 } });
    if (answer.status === 404) return { type: "unknown" };
    if (answer.status >= 400) return { type: "broken", reason: client.failure("GET", path, answer).message };
    const repositories = repositoriesIn(answer.body);
    return repositories === undefined ? { type: "unknown" } : { type: "works", repositories };
  } catch (error) {
    // Of a route that no documentation has, an answer that is none tells nothing.
    if (error instanceof ExternalError) return { type: "unknown" };
    throw error;
  }
}

function repositoriesIn(body: unknown): number | undefined {
  const at = (value: unknown, key: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  const data = at(body, "data");
  if (!Array.isArray(data)) return undefined;
  const total = at(at(at(body, "meta"), "pagination"), "total-count");
  return typeof total === "number" ? total : data.length;
}

/** The newest error that HCP Terraform has of a connection; undefined where there is none, or no such list (it is a beta). */
export async function lastVcsError(
  client: TfeClient,
  organization: string,
  connectionId: string,
): Promise<{ readonly id: string; readonly at: string; readonly message: string } | undefined> {
  const path = `organizations/${encodeURIComponent(organization)}/vcs-events`;
  try {
    // One page: a burst leaves thousands, and the newest are what matters.
    const listed = await readFirstPage(client, path, {
      "filter[levels]": "error",
      "filter[oauth_client_external_ids]": connectionId,
    });
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
