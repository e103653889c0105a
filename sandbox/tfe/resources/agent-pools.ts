import { findOrganization, findRecord, ownedBy } from "../api/find-organization";
import { page } from "../api/page";
import { many, one } from "../api/relationship";
import { type Call, ok, type Route, route } from "../api/route";
import type { Named } from "../state/records";
import type { TfeState } from "../state/tfe-state";

function show(state: TfeState, pool: Named): unknown {
  const users = [...state.workspaces.values()].filter(({ agentPoolId }) => agentPoolId === pool.id);
  return {
    id: pool.id,
    type: "agent-pools",
    attributes: {
      name: pool.name,
      "organization-scoped": true,
      "agent-count": 0,
      "created-at": "2024-01-01T00:00:00.000Z",
    },
    relationships: {
      organization: one("organizations", pool.organization),
      workspaces: many(
        "workspaces",
        users.map(({ id }) => id),
      ),
      "allowed-workspaces": many("workspaces", []),
      "allowed-projects": many("projects", []),
      "excluded-workspaces": many("workspaces", []),
    },
    links: { self: `/api/v2/agent-pools/${pool.id}` },
  };
}

function list(call: Call) {
  const { name } = findOrganization(call);
  const query = call.query.get("q")?.toLowerCase() ?? "";
  const pools = ownedBy(call.state.agentPools, name).filter((pool) => pool.name.toLowerCase().includes(query));
  return page(call, pools, (pool) => show(call.state, pool));
}

export const agentPoolRoutes: readonly Route[] = [
  route("GET", "/organizations/:organization/agent-pools", list),
  route("GET", "/agent-pools/:id", (call) => ok(show(call.state, findRecord(call, call.state.agentPools)))),
];
