import { findOrganization } from "../api/find-organization";
import { page } from "../api/page";
import { one } from "../api/relationship";
import { type Call, type Route, route } from "../api/route";
import type { VcsEvent } from "../state/records";

const show = ({ id, organization, level, message, createdAt, clientId }: VcsEvent) => ({
  id,
  type: "vcs-events",
  attributes: { "created-at": createdAt, level, message, "organization-id": organization },
  relationships: { "oauth-client": one("oauth-clients", clientId) },
});

/** Newest first, by level and by time (HCP Terraform API, "VCS Events"). */
function list(call: Call) {
  const { name } = findOrganization(call);
  const { query } = call;
  const levels = query.get("filter[levels]")?.split(",");
  const [from, to] = [query.get("filter[from]"), query.get("filter[to]")];
  const clients = query.get("filter[oauth_client_external_ids]")?.split(",");
  const events = call.state.vcsEvents
    .filter((event) => event.organization === name && (levels === undefined || levels.includes(event.level)))
    .filter(({ createdAt }) => (from === null || createdAt >= from) && (to === null || createdAt <= to))
    .filter(({ clientId }) => clients === undefined || clients.includes(clientId ?? ""))
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  return page(call, events, show);
}

export const vcsEventRoutes: readonly Route[] = [route("GET", "/organizations/:organization/vcs-events", list)];
