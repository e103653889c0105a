import {
  type Call,
  dataOf,
  empty,
  idsIn,
  many,
  notFound,
  ok,
  one,
  organizationOf,
  page,
  property,
  type Route,
  text,
  unprocessable,
} from "../api";
import type { PolicySet, TfeState } from "../state";
import { applyVcsRepo, showVcsRepo } from "../vcs";

function show(state: TfeState, set: PolicySet): unknown {
  return {
    id: set.id,
    type: "policy-sets",
    attributes: {
      ...set.attributes,
      "vcs-repo": showVcsRepo(state, set.vcsRepo),
      "policy-count": 0,
      "workspace-count": set.workspaceIds.length,
      "project-count": set.projectIds.length,
      versioned: set.vcsRepo !== null,
    },
    relationships: {
      organization: one("organizations", set.organization),
      policies: many("policies", []),
      workspaces: many("workspaces", set.workspaceIds),
      projects: many("projects", set.projectIds),
      "workspace-exclusions": many("workspaces", set.workspaceExclusionIds),
    },
    links: { self: `/api/v2/policy-sets/${set.id}` },
  };
}

const keys = [
  "name",
  "description",
  "global",
  "overridable",
  "agent-enabled",
  "policy-tool-version",
  "policies-path",
  "policy-update-patterns",
];

function entitled(call: Call): void {
  if (!call.state.entitlements.policySets) throw notFound();
}

function find(call: Call): PolicySet {
  entitled(call);
  const set = call.state.policySets.get(call.params.id ?? "");
  if (set === undefined) throw notFound();
  return set;
}

/** Makes a policy set with the defaults of the API. */
export function addPolicySet(
  state: TfeState,
  organization: string,
  attributes: Readonly<Record<string, unknown>>,
): PolicySet {
  const set: PolicySet = {
    id: state.newId("polset"),
    organization,
    attributes: {
      description: "",
      global: false,
      kind: "sentinel",
      overridable: false,
      "agent-enabled": false,
      "policy-tool-version": "latest",
      "policies-path": null,
      "policy-update-patterns": [],
      "created-at": "2024-01-01T00:00:00.000Z",
      ...attributes,
      "vcs-repo": undefined,
    },
    vcsRepo: null,
    workspaceIds: [],
    projectIds: [],
    workspaceExclusionIds: [],
  };
  delete set.attributes["vcs-repo"];
  applyVcsRepo(state, set, { ...attributes });
  state.policySets.set(set.id, set);
  return set;
}

function create(call: Call) {
  entitled(call);
  const { name } = organizationOf(call);
  const { attributes, relationships } = dataOf(call);
  if (!/^[A-Za-z0-9_-]+$/.test(text(attributes.name) ?? ""))
    throw unprocessable("Name is invalid", "/data/attributes/name");
  const set = addPolicySet(call.state, name, attributes);
  set.workspaceIds = idsIn(relationships.workspaces);
  set.projectIds = idsIn(relationships.projects);
  set.workspaceExclusionIds = idsIn(relationships["workspace-exclusions"]);
  return ok({ data: show(call.state, set) }, 201);
}

function update(call: Call) {
  const set = find(call);
  const { attributes } = dataOf(call);
  const draft = structuredClone(set);
  for (const key of keys) if (key in attributes) draft.attributes[key] = attributes[key];
  applyVcsRepo(call.state, draft, attributes);
  Object.assign(set, draft);
  return ok({ data: show(call.state, set) });
}

const relations = [
  ["workspaces", "workspaceIds"],
  ["projects", "projectIds"],
  ["workspace-exclusions", "workspaceExclusionIds"],
] as const;

export const policySetRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/v2/organizations/:organization/policy-sets",
    handle: (call) => {
      const { name } = organizationOf(call);
      entitled(call);
      const search = call.query.get("search[name]")?.toLowerCase();
      const kind = call.query.get("filter[kind]");
      const sets = [...call.state.policySets.values()].filter(
        (set) =>
          set.organization === name &&
          (search === undefined || String(set.attributes.name).toLowerCase().includes(search)) &&
          (kind === null || set.attributes.kind === kind),
      );
      return page(call, sets, (set) => show(call.state, set));
    },
  },
  { method: "POST", path: "/api/v2/organizations/:organization/policy-sets", handle: create },
  { method: "GET", path: "/api/v2/policy-sets/:id", handle: (call) => ok({ data: show(call.state, find(call)) }) },
  { method: "PATCH", path: "/api/v2/policy-sets/:id", handle: update },
  {
    method: "DELETE",
    path: "/api/v2/policy-sets/:id",
    handle: (call) => {
      call.state.policySets.delete(find(call).id);
      return empty();
    },
  },
  ...relations.flatMap(([name, key]): Route[] => [
    {
      method: "POST",
      path: `/api/v2/policy-sets/:id/relationships/${name}`,
      handle: (call) => {
        const set = find(call);
        set[key] = [...new Set([...set[key], ...idsIn(property(dataOf(call), "data"))])];
        return empty();
      },
    },
    {
      method: "DELETE",
      path: `/api/v2/policy-sets/:id/relationships/${name}`,
      handle: (call) => {
        const set = find(call);
        const ids = idsIn(property(dataOf(call), "data"));
        set[key] = set[key].filter((id) => !ids.includes(id));
        return empty();
      },
    },
  ]),
];
