import { type AttributeTable, readAttributes } from "../api/attributes";
import { documentOf } from "../api/body";
import { notFound, unprocessable } from "../api/errors";
import { findOrganization, findRecord, ownedBy, requireEntitlement } from "../api/find-organization";
import { object, text } from "../api/json";
import { page } from "../api/page";
import { idIn, one } from "../api/relationship";
import { type Call, created, includes, noContent, ok, type Route, route } from "../api/route";
import { applyLink } from "../state/link";
import type { Stack } from "../state/records";
import { showLink } from "../state/show-link";
import type { TfeState } from "../state/tfe-state";
import { showOrganization } from "./show-organization";
import { showProject } from "./show-project";

const ATTRIBUTES: AttributeTable = {
  name: "text",
  description: "text",
  "speculative-enabled": "flag",
  "trigger-patterns": "texts",
  "working-directory": "text",
  "execution-mode": ["remote", "agent", "local"],
};

function find(call: Call): Stack {
  requireEntitlement(call, "stacks");
  return findRecord(call, call.state.stacks);
}

/** Adds a stack with the defaults of the API. */
export function addStack(state: TfeState, organization: string, projectId: string, createdAt: string): Stack {
  const stack: Stack = {
    id: state.newId("st"),
    organization,
    attributes: {
      name: "",
      description: "",
      "speculative-enabled": false,
      "trigger-patterns": [],
      "working-directory": "",
      "execution-mode": "remote",
      "creation-source": "api",
      "upstream-count": 0,
      "downstream-count": 0,
      "inputs-count": 0,
      "outputs-count": 0,
      "created-at": createdAt,
    },
    vcsRepo: null,
    projectId,
    agentPoolId: null,
    updatedAt: createdAt,
  };
  state.stacks.set(stack.id, stack);
  return stack;
}

const COUNTS = ["upstream-count", "downstream-count", "inputs-count", "outputs-count"];

function show(state: TfeState, stack: Stack): unknown {
  return {
    id: stack.id,
    type: "stacks",
    attributes: {
      ...stack.attributes,
      "linked-stack-connections": Object.fromEntries(COUNTS.map((name) => [name, stack.attributes[name]])),
      "vcs-repo": showLink(state, "stack", stack),
      "updated-at": stack.updatedAt,
    },
    relationships: {
      organization: one("organizations", stack.organization),
      project: one("projects", stack.projectId),
      "agent-pool": one("agent-pools", stack.agentPoolId),
      "latest-stack-configuration": one("stack-configurations", null),
    },
    links: { self: `/api/v2/stacks/${stack.id}` },
  };
}

function apply(call: Call, stack: Stack): void {
  const { attributes, relationships } = documentOf(call);
  const given = readAttributes(ATTRIBUTES, attributes);
  if ("name" in given && given.name !== stack.attributes.name) requireName(call, stack, text(given.name) ?? "");
  const project = idIn(relationships.project);
  if (project !== null && call.state.projects.get(project)?.organization !== stack.organization) {
    throw unprocessable(`Project ${project} was not found`, "/data/relationships/project");
  }
  stack.projectId = project ?? stack.projectId;
  if ("data" in object(relationships["agent-pool"])) stack.agentPoolId = idIn(relationships["agent-pool"]);
  Object.assign(stack.attributes, given);
  // Agents run a stack that has a pool.
  if (stack.agentPoolId !== null) stack.attributes["execution-mode"] = "agent";
  applyLink(call.state, "stack", stack, attributes, stack.projectId);
  stack.updatedAt = call.now().toISOString();
}

function requireName(call: Call, stack: Stack, name: string): void {
  if (!/^[A-Za-z0-9_-]+$/.test(name)) {
    throw unprocessable("Name can only include letters, numbers, -, and _", "/data/attributes/name");
  }
  const others = ownedBy(call.state.stacks, stack.organization).filter(({ id }) => id !== stack.id);
  if (others.some((other) => other.attributes.name === name && other.projectId === stack.projectId)) {
    throw unprocessable("Name has already been taken", "/data/attributes/name");
  }
}

/** What is sent along with stacks: each record once. */
function includedWith(call: Call, stacks: readonly Stack[]): readonly unknown[] {
  const { state } = call;
  const projects = includes(call, "project") ? stacks.map(({ projectId }) => projectId) : [];
  const organizations = includes(call, "organization") ? stacks.map(({ organization }) => organization) : [];
  return [
    ...[...new Set(projects)].flatMap((id) => state.projects.get(id) ?? []).map((found) => showProject(state, found)),
    ...[...new Set(organizations)]
      .flatMap((name) => state.organizations.get(name) ?? [])
      .map((one) => showOrganization(one, call)),
  ];
}

function create(call: Call) {
  requireEntitlement(call, "stacks");
  const { attributes, relationships } = documentOf(call);
  const project = call.state.projects.get(idIn(relationships.project) ?? "");
  if (project === undefined || call.user.rights === "none") throw notFound();
  if (!text(attributes.name)) throw unprocessable("Name can't be blank", "/data/attributes/name");
  const stack = addStack(call.state, project.organization, project.id, call.now().toISOString());
  if (attributes.migration === true) stack.attributes["creation-source"] = "migration-api";
  try {
    apply(call, stack);
  } catch (error) {
    call.state.stacks.delete(stack.id);
    throw error;
  }
  return created(show(call.state, stack));
}

function update(call: Call) {
  const stack = find(call);
  const draft = structuredClone(stack);
  apply(call, draft);
  return ok(show(call.state, Object.assign(stack, draft)));
}

function list(call: Call) {
  const { name } = findOrganization(call);
  requireEntitlement(call, "stacks");
  const { query } = call;
  // go-tfe writes the first form, the documentation the second.
  const project = query.get("filter[project[id]]") ?? query.get("filter[project][id]");
  const search = query.get("search[name]")?.toLowerCase() ?? "";
  const sort = query.get("sort") ?? "name";
  const key = (stack: Stack) => (sort.endsWith("updated-at") ? stack.updatedAt : String(stack.attributes.name));
  const direction = sort.startsWith("-") ? -1 : 1;
  const stacks = ownedBy(call.state.stacks, name)
    .filter(({ projectId }) => project === null || projectId === project)
    .filter(({ attributes }) => String(attributes.name).toLowerCase().includes(search))
    .sort((a, b) => (key(a) < key(b) ? -direction : direction));
  return page(
    call,
    stacks,
    (stack) => show(call.state, stack),
    (shown) => includedWith(call, shown),
  );
}

export const stackRoutes: readonly Route[] = [
  route("GET", "/organizations/:organization/stacks", list),
  route("POST", "/stacks", create),
  route("GET", "/stacks/:id", (call) => ok(show(call.state, find(call)), includedWith(call, [find(call)]))),
  route("PATCH", "/stacks/:id", update),
  route("POST", "/stacks/:id/fetch-latest-from-vcs", (call) => ok(show(call.state, find(call)))),
  route("DELETE", "/stacks/:id", (call) => {
    call.state.stacks.delete(find(call).id);
    return noContent();
  }),
];
