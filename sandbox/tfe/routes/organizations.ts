import { ApiError, type Call, dataOf, empty, notFound, ok, one, organizationOf, page, type Route, text } from "../api";
import type { Organization } from "../state";

function show(organization: Organization): unknown {
  return {
    id: organization.name,
    type: "organizations",
    attributes: {
      ...organization.attributes,
      name: organization.name,
      "external-id": `org-${organization.name}`,
      permissions: {
        "can-update": true,
        "can-destroy": true,
        "can-create-workspace": true,
        "can-manage-vcs-settings": true,
      },
    },
    relationships: {
      "default-project": one("projects", organization.defaultProjectId),
      "entitlement-set": one("entitlement-sets", `org-${organization.name}`),
    },
    links: { self: `/api/v2/organizations/${organization.name}` },
  };
}

function create(call: Call) {
  const { attributes } = dataOf(call);
  const name = text(attributes.name);
  if (name === undefined || !/^[A-Za-z0-9_-]+$/.test(name)) {
    throw new ApiError(422, "invalid attribute", "Name is invalid", "/data/attributes/name");
  }
  if (call.state.organizations.has(name)) {
    throw new ApiError(422, "invalid attribute", "Name has already been taken", "/data/attributes/name");
  }
  const organization = addOrganization(call.state, name, attributes);
  return ok({ data: show(organization) }, 201);
}

/** Makes an organization with its default project. */
export function addOrganization(
  state: Call["state"],
  name: string,
  attributes: Readonly<Record<string, unknown>> = {},
): Organization {
  const project = { id: state.newId("prj"), organization: name, name: "Default Project", description: "" };
  state.projects.set(project.id, project);
  const organization: Organization = {
    name,
    attributes: {
      email: text(attributes.email) ?? `owners@${name}.test`,
      "created-at": "2024-01-01T00:00:00.000Z",
      "cost-estimation-enabled": false,
      "collaborator-auth-policy": "password",
      "plan-expired": false,
      "assessments-enforced": false,
      "default-execution-mode": "remote",
    },
    defaultProjectId: project.id,
  };
  state.organizations.set(name, organization);
  return organization;
}

export const organizationRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/v2/organizations",
    handle: (call) => page(call, [...call.state.organizations.values()], show),
  },
  { method: "POST", path: "/api/v2/organizations", handle: create },
  {
    method: "GET",
    path: "/api/v2/organizations/:organization",
    handle: (call) => ok({ data: show(organizationOf(call)) }),
  },
  {
    method: "PATCH",
    path: "/api/v2/organizations/:organization",
    handle: (call) => {
      const organization = organizationOf(call);
      const { attributes } = dataOf(call);
      organization.attributes = { ...organization.attributes, ...attributes, name: organization.name };
      return ok({ data: show(organization) });
    },
  },
  {
    method: "DELETE",
    path: "/api/v2/organizations/:organization",
    handle: (call) => {
      const { name } = organizationOf(call);
      for (const map of [call.state.workspaces, call.state.projects, call.state.clients, call.state.policySets]) {
        for (const [id, record] of map) if (record.organization === name) map.delete(id);
      }
      call.state.organizations.delete(name);
      return empty();
    },
  },
  {
    method: "GET",
    path: "/api/v2/organizations/:organization/entitlement-set",
    handle: (call) => {
      const { name } = organizationOf(call);
      const { policySets, registryModules, stacks } = call.state.entitlements;
      return ok({
        data: {
          id: `org-${name}`,
          type: "entitlement-sets",
          attributes: {
            agents: true,
            "audit-logging": true,
            "cost-estimation": true,
            operations: true,
            "private-module-registry": registryModules,
            "policy-enforcement": policySets,
            sentinel: policySets,
            "run-tasks": true,
            sso: true,
            "state-storage": true,
            teams: true,
            "vcs-integrations": true,
            stacks,
          },
          links: { self: `/api/v2/entitlement-sets/org-${name}` },
        },
      });
    },
  },
  {
    method: "GET",
    path: "/api/v2/account/details",
    handle: () =>
      ok({
        data: {
          id: "user-SandboxUser00001",
          type: "users",
          attributes: { username: "sandbox", email: "sandbox@example.test", "is-service-account": false },
        },
      }),
  },
  {
    method: "GET",
    path: "/api/v2/organizations/:organization/vcs-events",
    handle: (call) => {
      const { name } = organizationOf(call);
      const levels = call.query.get("filter[levels]")?.split(",");
      const events = call.state.vcsEvents.filter(
        (event) =>
          event.organization === name && (levels === undefined || levels.includes(String(event.attributes.level))),
      );
      return page(call, events, ({ id, attributes }) => ({ id, type: "vcs-events", attributes }));
    },
  },
  {
    method: "GET",
    path: "/api/v2/organizations/:organization/agent-pools",
    handle: (call) => listNamed(call, "agentPools", "agent-pools"),
  },
  { method: "GET", path: "/api/v2/agent-pools/:id", handle: (call) => readNamed(call, "agentPools", "agent-pools") },
  {
    method: "GET",
    path: "/api/v2/organizations/:organization/ssh-keys",
    handle: (call) => listNamed(call, "sshKeys", "ssh-keys"),
  },
  { method: "GET", path: "/api/v2/ssh-keys/:id", handle: (call) => readNamed(call, "sshKeys", "ssh-keys") },
];

function listNamed(call: Call, map: "agentPools" | "sshKeys", type: string) {
  const { name } = organizationOf(call);
  const records = [...call.state[map].values()].filter(({ organization }) => organization === name);
  return page(call, records, (record) => ({ id: record.id, type, attributes: { name: record.name } }));
}

function readNamed(call: Call, map: "agentPools" | "sshKeys", type: string) {
  const record = call.state[map].get(call.params.id ?? "");
  if (record === undefined) throw notFound();
  return ok({
    data: {
      id: record.id,
      type,
      attributes: { name: record.name },
      relationships: { organization: one("organizations", record.organization) },
    },
  });
}
