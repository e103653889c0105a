import { findOrganization, findRecord, ownedBy, requireEntitlement } from "../api/find-organization";
import { page } from "../api/page";
import { one } from "../api/relationship";
import { type Call, ok, type Route, route } from "../api/route";
import type { StackComponent } from "../state/records";
import { showLink } from "../state/show-link";

/** What lists and single records have in common (HCP Terraform API, "Stack component configurations"). */
function summary({ organizations }: Call["state"], component: StackComponent) {
  const { id, organization, attributes, versions, updatedAt } = component;
  return {
    id,
    type: "registry-components",
    attributes: { ...attributes, "updated-at": updatedAt, "latest-version": versions.at(-1) ?? null },
    relationships: { organization: one("organizations", organizations.get(organization)?.externalId ?? null) },
    links: { self: `/api/v2/registry-components/${id}` },
  };
}

function list(call: Call) {
  const { name } = findOrganization(call);
  requireEntitlement(call, "stackComponents");
  const search = call.query.get("q")?.toLowerCase() ?? "";
  const found = ownedBy(call.state.components, name).filter(({ attributes }) =>
    String(attributes.name).toLowerCase().includes(search),
  );
  // The documentation shows no `vcs-repo` in a list.
  return page(call, found, (component) => summary(call.state, component));
}

function read(call: Call) {
  requireEntitlement(call, "stackComponents");
  const component = findRecord(call, call.state.components);
  const { attributes, ...rest } = summary(call.state, component);
  const { "latest-version": _, ...more } = attributes;
  return ok({
    ...rest,
    attributes: {
      ...more,
      "version-statuses": component.versions.map((version) => ({ version, status: "completed" })),
      "vcs-repo": showLink(call.state, "stack-component", component),
    },
  });
}

export const stackComponentRoutes: readonly Route[] = [
  route("GET", "/organizations/:organization/registry-components", list),
  route("GET", "/registry-components/:id", read),
];
