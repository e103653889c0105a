import { readAttributes } from "../api/attributes";
import { documentOf } from "../api/body";
import { ApiError, unprocessable } from "../api/errors";
import { findOrganization, findRecord, ownedBy } from "../api/find-organization";
import { object, text } from "../api/json";
import { page } from "../api/page";
import { idsIn, many, one } from "../api/relationship";
import { type Call, created, noContent, ok, type Route, route } from "../api/route";
import type { AgentPool } from "../state/records";
import type { TfeState } from "../state/tfe-state";

const find = (call: Call) => findRecord(call, call.state.agentPools);

const LISTS = [
  ["allowed-workspaces", "allowedWorkspaceIds"],
  ["allowed-projects", "allowedProjectIds"],
  ["excluded-workspaces", "excludedWorkspaceIds"],
] as const;

export function addAgentPool(state: TfeState, organization: string, name: string, createdAt: string): AgentPool {
  const pool: AgentPool = {
    id: state.newId("apool"),
    organization,
    name,
    organizationScoped: true,
    createdAt,
    allowedWorkspaceIds: [],
    allowedProjectIds: [],
    excludedWorkspaceIds: [],
  };
  state.agentPools.set(pool.id, pool);
  return pool;
}

const usersOf = (state: TfeState, pool: AgentPool) =>
  [...state.workspaces.values()].filter(({ agentPoolId }) => agentPoolId === pool.id).map(({ id }) => id);

function show(state: TfeState, pool: AgentPool): unknown {
  return {
    id: pool.id,
    type: "agent-pools",
    attributes: {
      name: pool.name,
      "organization-scoped": pool.organizationScoped,
      "agent-count": 0,
      "created-at": pool.createdAt,
    },
    relationships: {
      organization: one("organizations", pool.organization),
      workspaces: many("workspaces", usersOf(state, pool)),
      "allowed-workspaces": many("workspaces", pool.allowedWorkspaceIds),
      "allowed-projects": many("projects", pool.allowedProjectIds),
      "excluded-workspaces": many("workspaces", pool.excludedWorkspaceIds),
    },
    links: { self: `/api/v2/agent-pools/${pool.id}` },
  };
}

function apply(call: Call, pool: AgentPool): void {
  const { attributes, relationships } = documentOf(call);
  const given = readAttributes({ name: "text", "organization-scoped": "flag" }, attributes);
  const name = text(given.name);
  if (name !== undefined) {
    const others = ownedBy(call.state.agentPools, pool.organization).filter(({ id }) => id !== pool.id);
    if (name === "") throw unprocessable("Name can't be blank", "/data/attributes/name");
    if (others.some((other) => other.name === name)) {
      throw unprocessable("Name has already been taken", "/data/attributes/name");
    }
    pool.name = name;
  }
  if (typeof given["organization-scoped"] === "boolean") pool.organizationScoped = given["organization-scoped"];
  for (const [relation, ids] of LISTS) {
    if ("data" in object(relationships[relation])) pool[ids] = [...idsIn(relationships[relation])];
  }
}

function create(call: Call) {
  const { name: organization } = findOrganization(call);
  if (!text(documentOf(call).attributes.name)) throw unprocessable("Name can't be blank", "/data/attributes/name");
  const pool = addAgentPool(call.state, organization, "", call.now().toISOString());
  try {
    apply(call, pool);
  } catch (error) {
    call.state.agentPools.delete(pool.id);
    throw error;
  }
  return created(show(call.state, pool));
}

function update(call: Call) {
  const draft = structuredClone(find(call));
  apply(call, draft);
  return ok(show(call.state, Object.assign(find(call), draft)));
}

function list(call: Call) {
  const { name } = findOrganization(call);
  const query = call.query.get("q")?.toLowerCase() ?? "";
  const { projects, workspaces } = call.state;
  const named = (parameter: string, namesOf: (pool: AgentPool) => readonly unknown[]) => (pool: AgentPool) => {
    const wanted = call.query.get(parameter);
    return wanted === null || pool.organizationScoped || namesOf(pool).includes(wanted);
  };
  const pools = ownedBy(call.state.agentPools, name)
    .filter((pool) => pool.name.toLowerCase().includes(query))
    .filter(
      named("filter[allowed_workspaces][name]", ({ allowedWorkspaceIds }) =>
        allowedWorkspaceIds.map((id) => workspaces.get(id)?.attributes.name),
      ),
    )
    .filter(
      named("filter[allowed_projects][name]", ({ allowedProjectIds }) =>
        allowedProjectIds.map((id) => projects.get(id)?.name),
      ),
    );
  const sort = call.query.get("sort");
  if (sort !== null) {
    const key = sort.endsWith("name") ? "name" : "createdAt";
    pools.sort((a, b) => (a[key] < b[key] ? -1 : a[key] > b[key] ? 1 : 0));
    if (sort.startsWith("-")) pools.reverse();
  }
  return page(call, pools, (pool) => show(call.state, pool));
}

/** A pool that workspaces use cannot be deleted. */
function remove(call: Call) {
  const pool = find(call);
  if (usersOf(call.state, pool).length > 0) {
    throw new ApiError(422, [{ title: "invalid request", detail: "The agent pool is used by workspaces" }]);
  }
  call.state.agentPools.delete(pool.id);
  return noContent();
}

export const agentPoolRoutes: readonly Route[] = [
  route("GET", "/organizations/:organization/agent-pools", list),
  route("POST", "/organizations/:organization/agent-pools", create),
  route("GET", "/agent-pools/:id", (call) => ok(show(call.state, find(call)))),
  route("PATCH", "/agent-pools/:id", update),
  route("DELETE", "/agent-pools/:id", remove),
];
