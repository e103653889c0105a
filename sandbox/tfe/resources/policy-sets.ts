import { type AttributeTable, readAttributes } from "../api/attributes";
import { documentOf } from "../api/body";
import { unprocessable } from "../api/errors";
import { findOrganization, findRecord, ownedBy, requireEntitlement } from "../api/find-organization";
import { object, text } from "../api/json";
import { page } from "../api/page";
import { idsIn, idsOf, listChanges, requireIds } from "../api/relationship";
import { type Call, created, includes, noContent, ok, type Route, route } from "../api/route";
import { addPolicySet, settleAgent } from "../state/add-policy-set";
import { applyLink } from "../state/link";
import type { PolicySet } from "../state/records";
import { showPolicySet } from "./show-policy-set";
import { showProject } from "./show-project";
import { showWorkspace } from "./show-workspace";

const ATTRIBUTES: AttributeTable = {
  "agent-enabled": "flag",
  description: "optional-text",
  global: "flag",
  name: "text",
  overridable: "flag",
  "policies-path": "optional-text",
  "policy-tool-version": "optional-text",
  "policy-update-patterns": "texts",
};

/** Which list of ids each relationship is, and what it lists. */
const RELATIONS = {
  workspaces: { ids: "workspaceIds", records: "workspaces" },
  projects: { ids: "projectIds", records: "projects" },
  "workspace-exclusions": { ids: "workspaceExclusionIds", records: "workspaces" },
  "project-exclusions": { ids: "projectExclusionIds", records: "projects" },
} as const;
const relationNames = ["workspaces", "projects", "workspace-exclusions", "project-exclusions"] as const;

function find(call: Call): PolicySet {
  requireEntitlement(call, "policySets");
  return findRecord(call, call.state.policySets);
}

function apply(call: Call, set: PolicySet, relations: boolean): void {
  const { attributes, relationships } = documentOf(call);
  const given = readAttributes(ATTRIBUTES, attributes);
  if ("name" in given) requireName(call, set, text(given.name) ?? "");
  for (const name of relations ? relationNames : []) {
    if (!("data" in object(relationships[name]))) continue;
    const { ids, records } = RELATIONS[name];
    const exists = (id: string) => call.state[records].get(id)?.organization === set.organization;
    set[ids] = [...requireIds(idsIn(relationships[name]), exists, `/data/relationships/${name}`)];
  }
  Object.assign(set.attributes, given);
  settleAgent(set.attributes);
  applyLink(call.state, "policy-set", set, attributes);
  set.updatedAt = call.now().toISOString();
}

function requireName(call: Call, set: PolicySet, name: string): void {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    throw unprocessable("Name can only include letters, numbers, -, and _", "/data/attributes/name");
  }
  const others = ownedBy(call.state.policySets, set.organization).filter(({ id }) => id !== set.id);
  if (others.some((other) => other.attributes.name === name)) {
    throw unprocessable("Name has already been taken", "/data/attributes/name");
  }
}

/** What is sent along with policy sets: each record once. */
function includedWith(call: Call, sets: readonly PolicySet[]): readonly unknown[] {
  const { state } = call;
  const wanted = relationNames.filter((name) => includes(call, name, name.replace("-", "_")));
  const idsFor = (records: "projects" | "workspaces") =>
    new Set(
      wanted.flatMap((name) =>
        RELATIONS[name].records === records ? sets.flatMap((set) => set[RELATIONS[name].ids]) : [],
      ),
    );
  return [
    ...[...idsFor("projects")].flatMap((id) => state.projects.get(id) ?? []).map((found) => showProject(state, found)),
    ...[...idsFor("workspaces")]
      .flatMap((id) => state.workspaces.get(id) ?? [])
      .map((found) => showWorkspace(state, found)),
  ];
}

function create(call: Call) {
  const { name: organization } = findOrganization(call);
  requireEntitlement(call, "policySets");
  const { attributes } = documentOf(call);
  const { kind } = { kind: "sentinel", ...readAttributes({ kind: ["sentinel", "opa"] }, attributes) };
  if (!text(attributes.name)) throw unprocessable("Name can't be blank", "/data/attributes/name");
  const set = addPolicySet(call.state, organization, kind, call.now().toISOString());
  try {
    apply(call, set, true);
  } catch (error) {
    call.state.policySets.delete(set.id);
    throw error;
  }
  return created(showPolicySet(call.state, set));
}

function update(call: Call) {
  const set = find(call);
  const draft = structuredClone(set);
  apply(call, draft, false);
  return ok(showPolicySet(call.state, Object.assign(set, draft)));
}

function list(call: Call) {
  const { name } = findOrganization(call);
  requireEntitlement(call, "policySets");
  const search = call.query.get("search[name]")?.toLowerCase() ?? "";
  const kind = call.query.get("filter[kind]");
  const versioned = call.query.get("filter[versioned]");
  const sets = ownedBy(call.state.policySets, name)
    .filter(({ attributes }) => String(attributes.name).toLowerCase().includes(search))
    .filter(({ attributes }) => kind === null || attributes.kind === kind)
    .filter(({ vcsRepo }) => versioned === null || versioned === String(vcsRepo !== null));
  return page(
    call,
    sets,
    (set) => showPolicySet(call.state, set),
    (shown) => includedWith(call, shown),
  );
}

const changeRelation = (method: "POST" | "DELETE", name: keyof typeof RELATIONS) =>
  route(method, `/policy-sets/:id/relationships/${name}`, (call) => {
    const set = find(call);
    const { ids, records } = RELATIONS[name];
    const exists = (id: string) =>
      method === "DELETE" || call.state[records].get(id)?.organization === set.organization;
    set[ids] = listChanges[method](set[ids], idsOf(call, exists));
    return noContent();
  });

export const policySetRoutes: readonly Route[] = [
  route("GET", "/organizations/:organization/policy-sets", list),
  route("POST", "/organizations/:organization/policy-sets", create),
  route("GET", "/policy-sets/:id", (call) =>
    ok(showPolicySet(call.state, find(call)), includedWith(call, [find(call)])),
  ),
  route("PATCH", "/policy-sets/:id", update),
  route("DELETE", "/policy-sets/:id", (call) => {
    call.state.policySets.delete(find(call).id);
    return noContent();
  }),
  ...relationNames.flatMap((name) => [changeRelation("POST", name), changeRelation("DELETE", name)]),
];
