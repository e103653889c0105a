import {
  type Call,
  dataOf,
  empty,
  notFound,
  object,
  ok,
  one,
  organizationOf,
  page,
  type Route,
  text,
  unprocessable,
} from "../api";
import type { RegistryModule, TfeState } from "../state";
import { applyVcsRepo, MODULE_LINK, showVcsRepo } from "../vcs";

function show(state: TfeState, module: RegistryModule): unknown {
  return {
    id: module.id,
    type: "registry-modules",
    attributes: {
      ...module.attributes,
      "version-statuses": module.versions,
      "vcs-repo": showVcsRepo(state, module.vcsRepo),
      permissions: { "can-delete": true, "can-resync": true, "can-retry": true },
    },
    relationships: { organization: one("organizations", module.organization) },
    links: { self: `/api/v2/registry-modules/${module.id}` },
  };
}

function find(call: Call): RegistryModule {
  if (!call.state.entitlements.registryModules) throw notFound();
  const { id, organization, registry, namespace, name, provider } = call.params;
  const found =
    id !== undefined
      ? call.state.modules.get(id)
      : [...call.state.modules.values()].find(
          (module) =>
            module.organization === organization &&
            module.attributes.name === name &&
            module.attributes.provider === provider &&
            module.attributes["registry-name"] === (registry ?? "private") &&
            module.attributes.namespace === (namespace ?? organization),
        );
  if (found === undefined) throw notFound();
  return found;
}

/** Makes a module of the private registry with the defaults of the API. */
export function addRegistryModule(
  state: TfeState,
  organization: string,
  attributes: Readonly<Record<string, unknown>>,
): RegistryModule {
  const branch = text(object(attributes["vcs-repo"]).branch) ?? "";
  const module: RegistryModule = {
    id: state.newId("mod"),
    organization,
    attributes: {
      namespace: organization,
      "registry-name": "private",
      status: "setup_complete",
      "no-code": false,
      "publishing-mechanism": branch === "" ? "git_tag" : "branch",
      "created-at": "2024-01-01T00:00:00.000Z",
      "updated-at": "2024-01-01T00:00:00.000Z",
      ...attributes,
    },
    vcsRepo: null,
    versions: [{ version: "1.0.0", status: "ok" }],
  };
  delete module.attributes["vcs-repo"];
  applyVcsRepo(state, module, { ...attributes }, MODULE_LINK);
  state.modules.set(module.id, module);
  return module;
}

function create(call: Call) {
  const { name: organization } = organizationOf(call);
  const { attributes } = dataOf(call);
  const repo = object(attributes["vcs-repo"]);
  const named = /^(?:.*\/)?terraform-([a-z0-9]+)-([A-Za-z0-9_-]+)$/.exec(text(repo.identifier) ?? "");
  const name = text(attributes.name) ?? named?.[2];
  const provider = text(attributes.provider) ?? named?.[1];
  if (name === undefined || provider === undefined) {
    throw unprocessable("Name and provider can't be derived from the repository", "/data/attributes/name");
  }
  const module = addRegistryModule(call.state, organization, { ...attributes, name, provider });
  return ok({ data: show(call.state, module) }, 201);
}

function update(call: Call) {
  // A server from before mid-2026 has no such route.
  if (!call.state.registryModulePatch) throw notFound();
  const module = find(call);
  const { attributes } = dataOf(call);
  const draft = structuredClone(module);
  if (typeof attributes["no-code"] === "boolean") draft.attributes["no-code"] = attributes["no-code"];
  if ("test-config" in attributes) {
    draft.attributes["test-config"] = {
      ...object(draft.attributes["test-config"]),
      ...object(attributes["test-config"]),
    };
  }
  applyVcsRepo(call.state, draft, attributes, MODULE_LINK);
  Object.assign(module, draft);
  return ok({ data: show(call.state, module) });
}

const named = "/api/v2/organizations/:organization/registry-modules/:registry/:namespace/:name/:provider";

export const registryModuleRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/api/v2/organizations/:organization/registry-modules",
    handle: (call) => {
      const { name } = organizationOf(call);
      if (!call.state.entitlements.registryModules) throw notFound();
      const modules = [...call.state.modules.values()].filter(({ organization }) => organization === name);
      return page(call, modules, (module) => show(call.state, module));
    },
  },
  { method: "POST", path: "/api/v2/organizations/:organization/registry-modules", handle: create },
  { method: "POST", path: "/api/v2/organizations/:organization/registry-modules/vcs", handle: create },
  { method: "GET", path: named, handle: (call) => ok({ data: show(call.state, find(call)) }) },
  { method: "PATCH", path: named, handle: update },
  {
    method: "DELETE",
    path: named,
    handle: (call) => {
      call.state.modules.delete(find(call).id);
      return empty();
    },
  },
  { method: "GET", path: "/api/v2/registry-modules/:id", handle: (call) => ok({ data: show(call.state, find(call)) }) },
];
