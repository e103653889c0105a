import { ApiError } from "../api/errors";
import { findOrganization } from "../api/find-organization";
import { page } from "../api/page";
import { one } from "../api/relationship";
import { type Call, type Route, route } from "../api/route";
import type { VcsEvent } from "../state/records";

const KEPT = 10 * 86_400_000;

const show = ({ id, organization, level, message, createdAt, clientId, suggestedAction }: VcsEvent) => ({
  id,
  type: "vcs-events",
  attributes: {
    "created-at": createdAt,
    level,
    message,
    "organization-id": organization,
    "suggested-action": suggestedAction ?? null,
  },
  relationships: { "oauth-client": one("oauth-clients", clientId) },
});

/** Newest first, by level, time and connection; events are kept for 10 days (HCP Terraform API, "VCS events"). */
function list(call: Call) {
  const { name } = findOrganization(call);
  const { query } = call;
  const levels = query.get("filter[levels]")?.split(",");
  const oldest = new Date(call.now().getTime() - KEPT).toISOString();
  const from = time(query.get("filter[from]")) ?? oldest;
  const to = time(query.get("filter[to]"));
  const clients = query.get("filter[oauth_client_external_ids]")?.split(",");
  const events = call.state.vcsEvents
    .filter((event) => event.organization === name && (levels === undefined || levels.includes(event.level)))
    .filter(({ createdAt }) => createdAt >= oldest && createdAt >= from && (to === undefined || createdAt <= to))
    .filter(({ clientId }) => clients === undefined || clients.includes(clientId ?? ""))
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return page(call, events, show);
}

/** @throws ApiError 400 for what is no time */
function time(given: string | null): string | undefined {
  if (given === null || given === "") return undefined;
  const at = new Date(given);
  if (Number.isNaN(at.getTime())) throw new ApiError(400, [{ title: "bad request", detail: "time is not RFC3339" }]);
  return at.toISOString();
}

export const vcsEventRoutes: readonly Route[] = [route("GET", "/organizations/:organization/vcs-events", list)];
