import { documentOf } from "../api/body";
import { notFound } from "../api/errors";
import { findOrganization, ownedBy, requireEntitlement } from "../api/find-organization";
import { page } from "../api/page";
import { type Call, noContent, ok, type Route, route } from "../api/route";
import { applyModule } from "../state/add-module";
import { createLinkedModule, createPlainModule } from "./create-module";
import { findModule, modulesNamed, showModule } from "./find-module";
import { moduleVersionRoutes } from "./module-versions";

function update(call: Call) {
  // A server from before mid-2026 has no such route for the link.
  if (!call.state.registryModulePatch) throw notFound();
  const module = findModule(call);
  const draft = structuredClone(module);
  applyModule(call.state, draft, documentOf(call).attributes);
  return ok(showModule(call.state, Object.assign(module, draft, { updatedAt: call.now().toISOString() })));
}

function list(call: Call) {
  const { name } = findOrganization(call);
  requireEntitlement(call, "registryModules");
  const { query } = call;
  const search = query.get("q")?.toLowerCase() ?? "";
  const [provider, registry] = [query.get("filter[provider]"), query.get("filter[registry_name]")];
  const owner = query.get("filter[organization_name]");
  const modules = ownedBy(call.state.modules, name)
    .filter(({ attributes: a }) =>
      [a.name, a.namespace, a.provider].some((word) => String(word).toLowerCase().includes(search)),
    )
    .filter(({ attributes }) => provider === null || attributes.provider === provider)
    .filter(({ attributes }) => registry === null || attributes["registry-name"] === registry)
    .filter(({ organization }) => owner === null || organization === owner);
  return page(call, modules, (module) => showModule(call.state, module));
}

function remove(call: Call) {
  call.state.modules.delete(findModule(call).id);
  return noContent();
}

/** Deletes a module for every provider. */
function removeAll(call: Call) {
  for (const { id } of modulesNamed(call)) call.state.modules.delete(id);
  return noContent();
}

const base = "/organizations/:organization/registry-modules";

export const registryModuleRoutes: readonly Route[] = [
  route("GET", base, list),
  route("POST", base, createPlainModule),
  route("POST", `${base}/vcs`, createLinkedModule),
  route("POST", "/registry-modules", createLinkedModule),
  route("GET", "/registry-modules/:id", (call) => ok(showModule(call.state, findModule(call)))),
  route("GET", `${base}/:registry/:namespace/:name/:provider`, (call) => ok(showModule(call.state, findModule(call)))),
  route("PATCH", `${base}/:registry/:namespace/:name/:provider`, update),
  route("DELETE", `${base}/:registry/:namespace/:name/:provider`, remove),
  route("DELETE", `${base}/:registry/:namespace/:name`, removeAll),
  // Deprecated, and what go-tfe still falls back to.
  route("GET", "/registry-modules/show/:organization/:name/:provider", (call) =>
    ok(showModule(call.state, findModule(call))),
  ),
  route("POST", "/registry-modules/actions/delete/:organization/:name", removeAll),
  route("POST", "/registry-modules/actions/delete/:organization/:name/:provider", remove),
  ...moduleVersionRoutes,
];
