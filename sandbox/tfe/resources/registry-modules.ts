import { documentOf } from "../api/body";
import { forbidden, notFound } from "../api/errors";
import { findOrganization, ownedBy, requireEntitlement } from "../api/find-organization";
import { object } from "../api/json";
import { page } from "../api/page";
import { type Call, noContent, ok, type Route, route } from "../api/route";
import { applyModule } from "../state/add-module";
import type { Attributes } from "../state/records";
import { createLinkedModule, createPlainModule } from "./create-module";
import { findModule, modulesNamed, showModule } from "./find-module";
import { moduleVersionRoutes } from "./module-versions";

function update(call: Call) {
  const { modulePatch } = call.state;
  if (modulePatch === "no-route") throw notFound();
  const module = findModule(call);
  if (call.user.rights !== "all") throw forbidden("The token must belong to the owners team or a member of it");
  const draft = structuredClone(module);
  const { attributes } = documentOf(call);
  applyModule(call.state, draft, modulePatch === "token-ignored" ? withoutConnection(attributes) : attributes);
  return ok(showModule(call, Object.assign(module, draft, { updatedAt: call.now().toISOString() })));
}

/** What servers of 2022 to 2026 take: no repository, and nothing that it is reached by. */
function withoutConnection(attributes: Attributes): Attributes {
  if (!("vcs-repo" in attributes)) return attributes;
  const {
    identifier: _,
    "oauth-token-id": __,
    "github-app-installation-id": ___,
    ...repo
  } = object(attributes["vcs-repo"]);
  return { ...attributes, "vcs-repo": repo };
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
  return page(call, modules, (module) => showModule(call, module));
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
  route("GET", "/registry-modules/:id", (call) => ok(showModule(call, findModule(call)))),
  route("GET", `${base}/:registry/:namespace/:name/:provider`, (call) => ok(showModule(call, findModule(call)))),
  route("PATCH", `${base}/:registry/:namespace/:name/:provider`, update),
  route("DELETE", `${base}/:registry/:namespace/:name/:provider`, remove),
  route("DELETE", `${base}/:registry/:namespace/:name`, removeAll),
  // Deprecated, and what go-tfe still falls back to.
  route("GET", "/registry-modules/show/:organization/:name/:provider", (call) =>
    ok(showModule(call, findModule(call))),
  ),
  route("POST", "/registry-modules/actions/delete/:organization/:name", removeAll),
  route("POST", "/registry-modules/actions/delete/:organization/:name/:provider", remove),
  ...moduleVersionRoutes,
];
