import { type AttributeTable, readAttributes } from "../api/attributes";
import { documentOf } from "../api/body";
import { unprocessable } from "../api/errors";
import { findOrganization, ownedBy } from "../api/find-organization";
import { object, text } from "../api/json";
import { page } from "../api/page";
import { idIn } from "../api/relationship";
import { type Call, created, includes, noContent, ok, type Route, route } from "../api/route";
import { addProject } from "../state/add-project";
import { inheritExecution } from "../state/inherit-execution";
import type { Organization } from "../state/records";
import type { TfeState } from "../state/tfe-state";
import { requireAgentMode } from "./require-agent-mode";
import { showEntitlements } from "./show-entitlements";
import { showOrganization } from "./show-organization";
import { showProject } from "./show-project";

const ATTRIBUTES: AttributeTable = {
  name: "text",
  email: "text",
  "session-timeout": "count",
  "session-remember": "count",
  "collaborator-auth-policy": ["password", "two_factor_mandatory"],
  "cost-estimation-enabled": "flag",
  "assessments-enforced": "flag",
  "allow-force-delete-workspaces": "flag",
  "aggregated-commit-status-enabled": "flag",
  "send-passing-statuses-for-untriggered-speculative-plans": "flag",
  "speculative-plan-management-enabled": "flag",
  "owners-team-saml-role-id": "optional-text",
  "default-execution-mode": ["remote", "local", "agent"],
  "stacks-enabled": "flag",
  "user-tokens-enabled": "flag",
};

/** Adds an organization with its default project. */
export function addOrganization(state: TfeState, name: string, createdAt: string): Organization {
  const organization: Organization = {
    name,
    externalId: state.newId("org"),
    attributes: {
      "created-at": createdAt,
      email: `owners@${name}.test`,
      "session-timeout": null,
      "session-remember": null,
      "collaborator-auth-policy": "password",
      "cost-estimation-enabled": false,
      "assessments-enforced": false,
      "allow-force-delete-workspaces": true,
      "aggregated-commit-status-enabled": true,
      "send-passing-statuses-for-untriggered-speculative-plans": false,
      "speculative-plan-management-enabled": true,
      "owners-team-saml-role-id": null,
      "default-execution-mode": "remote",
      "user-tokens-enabled": true,
    },
    defaultProjectId: addProject(state, name, "Default Project", createdAt).id,
    defaultAgentPoolId: null,
  };
  state.organizations.set(name, organization);
  return organization;
}

function requireName(call: Call, name: unknown, current?: string): string {
  const wanted = text(name) ?? "";
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(wanted)) {
    throw unprocessable("Name can only include letters, numbers, -, and _", "/data/attributes/name");
  }
  if (wanted !== current && call.state.organizations.has(wanted)) {
    throw unprocessable("Name has already been taken", "/data/attributes/name");
  }
  return wanted;
}

function create(call: Call) {
  const { name, ...rest } = readAttributes(ATTRIBUTES, documentOf(call).attributes);
  if (!/^[^\s@]+@[^\s@]+$/.test(text(rest.email) ?? "")) {
    throw unprocessable("Email can't be blank", "/data/attributes/email");
  }
  const organization = addOrganization(call.state, requireName(call, name), call.now().toISOString());
  Object.assign(organization.attributes, rest);
  return created(showOrganization(organization, call));
}

function update(call: Call) {
  const organization = findOrganization(call);
  const { attributes, relationships } = documentOf(call);
  const { name, ...rest } = readAttributes(ATTRIBUTES, attributes);
  const draft = structuredClone(organization);
  Object.assign(draft.attributes, rest);
  const pool = relationships["default-agent-pool"];
  if ("data" in object(pool)) draft.defaultAgentPoolId = idIn(pool);
  requireAgentMode(draft.attributes, draft, idIn(pool), {
    label: "Default agent pool",
    pointer: "/data/relationships/default-agent-pool",
  });
  const wanted = name === undefined ? organization.name : requireName(call, name, organization.name);
  Object.assign(organization, draft);
  if (wanted !== organization.name) call.state.renameOrganization(organization, wanted);
  inheritEverywhere(call, organization);
  return ok(showOrganization(organization, call));
}

/** What does not choose its own mode follows the organization's. */
function inheritEverywhere(call: Call, { name }: Organization): void {
  for (const workspace of ownedBy(call.state.workspaces, name)) {
    if (!workspace.overwrites["execution-mode"]) inheritExecution(call.state, workspace);
  }
}

function read(call: Call) {
  const organization = findOrganization(call);
  const project = call.state.projects.get(organization.defaultProjectId);
  const wanted = includes(call, "default-project", "default_project");
  return ok(
    showOrganization(organization, call),
    wanted && project !== undefined ? [showProject(call.state, project)] : [],
  );
}

function list(call: Call) {
  const query = call.query.get("q")?.toLowerCase() ?? "";
  const visible = call.user.rights === "none" ? [] : [...call.state.organizations.values()];
  const found = visible.filter(({ name, attributes }) =>
    [name, String(attributes.email)].some((word) => word.toLowerCase().includes(query)),
  );
  return page(call, found, (one) => showOrganization(one, call));
}

export const organizationRoutes: readonly Route[] = [
  route("GET", "/organizations", list),
  route("POST", "/organizations", create),
  route("GET", "/organizations/:organization", read),
  route("PATCH", "/organizations/:organization", update),
  route("DELETE", "/organizations/:organization", (call) => {
    call.state.removeOrganization(findOrganization(call).name);
    return noContent();
  }),
  route("GET", "/organizations/:organization/entitlement-set", (call) =>
    ok(showEntitlements(call.state, findOrganization(call))),
  ),
];
