import {
  type Call,
  dataOf,
  empty,
  idIn,
  notFound,
  ok,
  one,
  organizationOf,
  page,
  type Route,
  text,
  unprocessable,
} from "../api";
import type { Stack, TfeState } from "../state";
import { applyVcsRepo, showVcsRepo } from "../vcs";

function show(state: TfeState, stack: Stack): unknown {
  const repo = showVcsRepo(state, stack.vcsRepo);
  return {
    id: stack.id,
    type: "stacks",
    attributes: { ...stack.attributes, "vcs-repo": repo },
    relationships: {
      organization: one("organizations", stack.organization),
      project: one("projects", stack.projectId),
      "agent-pool": one("agent-pools", stack.agentPoolId),
    },
    links: { self: `/api/v2/stacks/${stack.id}` },
  };
}

const keys = ["name", "description", "speculative-enabled", "trigger-patterns", "working-directory"];

function find(call: Call): Stack {
  if (!call.state.entitlements.stacks) throw notFound();
  const stack = call.state.stacks.get(call.params.id ?? "");
  if (stack === undefined) throw notFound();
  return stack;
}

/** Makes a stack with the defaults of the API. */
export function addStack(
  state: TfeState,
  organization: string,
  projectId: string,
  attributes: Readonly<Record<string, unknown>>,
): Stack {
  const stack: Stack = {
    id: state.newId("st"),
    organization,
    attributes: {
      description: "",
      "speculative-enabled": false,
      "trigger-patterns": [],
      "working-directory": "",
      "creation-source": "tfe-api",
      "created-at": "2024-01-01T00:00:00Z",
      "updated-at": "2024-01-01T00:00:00Z",
      ...attributes,
    },
    vcsRepo: null,
    projectId,
    agentPoolId: null,
  };
  delete stack.attributes["vcs-repo"];
  applyVcsRepo(state, stack, { ...attributes });
  state.stacks.set(stack.id, stack);
  return stack;
}

function create(call: Call) {
  const { attributes, relationships } = dataOf(call);
  const project = call.state.projects.get(idIn(relationships.project) ?? "");
  if (!call.state.entitlements.stacks || project === undefined) throw notFound();
  if (text(attributes.name) === undefined) throw unprocessable("Name can't be blank", "/data/attributes/name");
  const stack = addStack(call.state, project.organization, project.id, attributes);
  stack.agentPoolId = idIn(relationships["agent-pool"]);
  return ok({ data: show(call.state, stack) }, 201);
}

function update(call: Call) {
  const stack = find(call);
  const { attributes, relationships } = dataOf(call);
  const draft = structuredClone(stack);
  for (const key of keys) if (key in attributes) draft.attributes[key] = attributes[key];
  if (relationships["agent-pool"] !== undefined) draft.agentPoolId = idIn(relationships["agent-pool"]);
  applyVcsRepo(call.state, draft, attributes);
  Object.assign(stack, draft);
  return ok({ data: show(call.state, stack) });
}

export const stackRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/v2/organizations/:organization/stacks",
    handle: (call) => {
      const { name } = organizationOf(call);
      if (!call.state.entitlements.stacks) throw notFound();
      const project = call.query.get("filter[project][id]");
      const stacks = [...call.state.stacks.values()].filter(
        (stack) => stack.organization === name && (project === null || stack.projectId === project),
      );
      return page(call, stacks, (stack) => show(call.state, stack));
    },
  },
  { method: "POST", path: "/api/v2/stacks", handle: create },
  { method: "GET", path: "/api/v2/stacks/:id", handle: (call) => ok({ data: show(call.state, find(call)) }) },
  { method: "PATCH", path: "/api/v2/stacks/:id", handle: update },
  {
    method: "DELETE",
    path: "/api/v2/stacks/:id",
    handle: (call) => {
      call.state.stacks.delete(find(call).id);
      return empty();
    },
  },
];
