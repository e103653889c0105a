import { notFound } from "../api/errors";
import { findOrganization, findRecord, ownedBy, requireEntitlement } from "../api/find-organization";
import { many, one } from "../api/relationship";
import type { Call } from "../api/route";
import type { RegistryModule } from "../state/records";
import { showLink } from "../state/show-link";

/**
 * The modules that a path names: one for each provider. Deprecated paths name no registry and no namespace; they mean any.
 *
 * @throws ApiError 404
 */
export function modulesNamed(call: Call): readonly [RegistryModule, ...RegistryModule[]] {
  requireEntitlement(call, "registryModules");
  const organization = findOrganization(call).name;
  const { registry, namespace, name } = call.params;
  const [first, ...others] = ownedBy(call.state.modules, organization).filter(
    ({ attributes }) =>
      attributes.name === name &&
      (namespace === undefined || attributes.namespace === namespace) &&
      (registry === undefined || attributes["registry-name"] === registry),
  );
  if (first === undefined) throw notFound();
  return [first, ...others];
}

/** The module that a path names, by id or by registry, namespace, name and provider. @throws ApiError 404 */
export function findModule(call: Call): RegistryModule {
  if (call.params.id !== undefined) {
    requireEntitlement(call, "registryModules");
    return findRecord(call, call.state.modules);
  }
  const found = modulesNamed(call).find(({ attributes }) => attributes.provider === call.params.provider);
  if (found === undefined) throw notFound();
  return found;
}

/** The path of a module below an organization's registry. */
export function modulePath({ organization, attributes: a }: RegistryModule): string {
  return `/api/v2/organizations/${organization}/registry-modules/${a["registry-name"]}/${a.namespace}/${a.name}/${a.provider}`;
}

export function showModule(call: Call, module: RegistryModule): unknown {
  const { state, user } = call;
  const { vcsRepo, versions } = module;
  // "Must belong to the owners team": the same for changing a module and for deleting it.
  const owner = user.rights === "all";
  return {
    id: module.id,
    type: "registry-modules",
    attributes: {
      ...module.attributes,
      "updated-at": module.updatedAt,
      "version-statuses": versions.map(({ version, status }) => ({ version, status })),
      ...(vcsRepo === null ? {} : { "vcs-repo": showLink(state, "registry-module", module) }),
      permissions: { "can-delete": owner, "can-resync": true, "can-retry": true },
    },
    relationships: {
      organization: one("organizations", module.organization),
      "no-code-modules": many("no-code-modules", []),
    },
    links: { self: modulePath(module) },
  };
}
