import { type AttributeTable, readAttributes } from "../api/attributes";
import { type Document, documentOf } from "../api/body";
import { notFound, unprocessable } from "../api/errors";
import { findOrganization, ownedBy, requireEntitlement } from "../api/find-organization";
import { object, text } from "../api/json";
import { page } from "../api/page";
import { type Call, created, noContent, ok, type Route, route } from "../api/route";
import { applyLink } from "../state/link";
import type { RegistryModule } from "../state/records";
import type { TfeState } from "../state/tfe-state";
import { findModule, modulesNamed, showModule } from "./find-module";
import { moduleVersionRoutes } from "./module-versions";

const TEST_CONFIG: AttributeTable = {
  "tests-enabled": "flag",
  "agent-execution-mode": ["remote", "agent"],
  "agent-pool-id": "optional-text",
};

/** Adds a module of the private registry with the defaults of the API. */
export function addRegistryModule(
  state: TfeState,
  at: { readonly organization: string; readonly name: string; readonly provider: string; readonly createdAt: string },
): RegistryModule {
  const { organization, name, provider, createdAt } = at;
  const module: RegistryModule = {
    id: state.newId("mod"),
    organization,
    attributes: {
      name,
      provider,
      namespace: organization,
      "registry-name": "private",
      status: "pending",
      "no-code": false,
      "publishing-mechanism": null,
      "test-config": null,
      "created-at": createdAt,
    },
    vcsRepo: null,
    versions: [],
    updatedAt: createdAt,
  };
  state.modules.set(module.id, module);
  return module;
}

/** Applies what a request says of the link, the tests and the no-code flag. */
export function applyModule(
  state: TfeState,
  module: RegistryModule,
  attributes: Readonly<Record<string, unknown>>,
): void {
  Object.assign(module.attributes, readAttributes({ "no-code": "flag" }, attributes));
  if ("test-config" in attributes && attributes["test-config"] !== null) {
    const given = readAttributes(TEST_CONFIG, object(attributes["test-config"]));
    if (given["agent-pool-id"] === "") given["agent-pool-id"] = null;
    module.attributes["test-config"] = { ...object(module.attributes["test-config"]), ...given };
  }
  applyLink(state, "registry-module", module, attributes);
  if (module.vcsRepo === null) module.attributes["publishing-mechanism"] = null;
  else module.attributes["publishing-mechanism"] = module.vcsRepo.tags === true ? "git_tag" : "branch";
  const tests = object(module.attributes["test-config"])["tests-enabled"];
  if (tests === true && module.vcsRepo?.tags !== false) {
    throw unprocessable("Tests need a module that is published from a branch", "/data/attributes/test-config");
  }
}

/** The organization that a token id belongs to: the deprecated `POST /registry-modules` names no other. */
function organizationOfToken(call: Call, { attributes }: Document): string {
  const token = call.state.tokens.get(text(object(attributes["vcs-repo"])["oauth-token-id"]) ?? "");
  const client = call.state.clients.get(token?.clientId ?? "");
  if (client === undefined || call.user.rights === "none") throw notFound();
  return client.organization;
}

function createWithLink(call: Call) {
  requireEntitlement(call, "registryModules");
  const document = documentOf(call);
  const organization =
    call.params.organization === undefined ? organizationOfToken(call, document) : findOrganization(call).name;
  const { attributes } = document;
  const repo = object(attributes["vcs-repo"]);
  if (text(repo["display-identifier"] ?? repo.display_identifier) === undefined) {
    throw unprocessable("Display identifier can't be blank", "/data/attributes/vcs-repo/display-identifier");
  }
  // Names follow from `terraform-PROVIDER-NAME`, in a monorepo from the folder's name ("Publish a Private Module from a VCS").
  const source = text(repo["source-directory"]) || text(repo.identifier);
  const parts = /^(?:.*\/)?terraform-([A-Za-z0-9]+)-([A-Za-z0-9_-]+)$/.exec(source ?? "");
  const name = text(attributes.name) ?? parts?.[2];
  const provider = text(attributes.provider) ?? parts?.[1];
  if (name === undefined || provider === undefined) {
    throw unprocessable("The repository is not named terraform-PROVIDER-NAME", "/data/attributes/vcs-repo/identifier");
  }
  return finish(call, { organization, name, provider }, (module) => {
    applyModule(call.state, module, attributes);
    const initial = text(attributes["initial-version"]) ?? (module.vcsRepo?.tags === false ? "0.0.0" : "1.0.0");
    module.versions = [{ id: call.state.newId("modver"), version: initial, status: "ok" }];
    module.attributes.status = "setup_complete";
  });
}

function createAlone(call: Call) {
  requireEntitlement(call, "registryModules");
  const { name: organization } = findOrganization(call);
  const { attributes } = documentOf(call);
  const given = readAttributes(
    { name: "text", provider: "text", namespace: "text", "registry-name": ["private", "public"] },
    attributes,
  );
  const name = text(given.name) ?? "";
  const provider = text(given.provider) ?? "";
  for (const [key, value] of Object.entries({ name, provider })) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(value)) throw unprocessable(`${key} is invalid`, `/data/attributes/${key}`);
  }
  return finish(call, { organization, name, provider }, (module) => {
    if (given["registry-name"] === "public") Object.assign(module.attributes, given, { status: "setup_complete" });
    applyModule(call.state, module, { ...attributes, "vcs-repo": null });
  });
}

/** Adds the module; takes it away again when the request turns out to be wrong. */
function finish(
  call: Call,
  at: { readonly organization: string; readonly name: string; readonly provider: string },
  fill: (module: RegistryModule) => void,
) {
  const taken = ownedBy(call.state.modules, at.organization).some(
    ({ attributes }) => attributes.name === at.name && attributes.provider === at.provider,
  );
  if (taken) throw unprocessable("Name has already been taken", "/data/attributes/name");
  const module = addRegistryModule(call.state, { ...at, createdAt: call.now().toISOString() });
  try {
    fill(module);
  } catch (error) {
    call.state.modules.delete(module.id);
    throw error;
  }
  return created(showModule(call.state, module));
}

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
  const modules = ownedBy(call.state.modules, name)
    .filter(({ attributes }) => String(attributes.name).toLowerCase().includes(search))
    .filter(({ attributes }) => provider === null || attributes.provider === provider)
    .filter(({ attributes }) => registry === null || attributes["registry-name"] === registry);
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
  route("POST", base, createAlone),
  route("POST", `${base}/vcs`, createWithLink),
  route("POST", "/registry-modules", createWithLink),
  route("GET", "/registry-modules/:id", (call) => ok(showModule(call.state, findModule(call)))),
  route("GET", `${base}/:registry/:namespace/:name/:provider`, (call) => ok(showModule(call.state, findModule(call)))),
  route("PATCH", `${base}/:registry/:namespace/:name/:provider`, update),
  route("DELETE", `${base}/:registry/:namespace/:name/:provider`, remove),
  route("DELETE", `${base}/:registry/:namespace/:name`, removeAll),
  // Deprecated, and what go-tfe still falls back to.
  route("POST", "/registry-modules/actions/delete/:organization/:name", removeAll),
  route("POST", "/registry-modules/actions/delete/:organization/:name/:provider", remove),
  ...moduleVersionRoutes,
];
