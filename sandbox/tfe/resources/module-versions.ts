import { documentOf } from "../api/body";
import { notFound, unprocessable } from "../api/errors";
import { text } from "../api/json";
import { one } from "../api/relationship";
import { type Call, created, noContent, ok, type Route, route } from "../api/route";
import type { ModuleVersion, RegistryModule } from "../state/records";
import { findModule, modulePath } from "./find-module";

const VERSION = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

function show(module: RegistryModule, { id, version, status }: ModuleVersion): unknown {
  return {
    id,
    type: "registry-module-versions",
    attributes: {
      source: module.vcsRepo === null ? "tfe-api" : "tfe-vcs",
      status,
      version,
      "created-at": module.updatedAt,
      "updated-at": module.updatedAt,
    },
    relationships: { "registry-module": one("registry-modules", module.id) },
    links: { self: `${modulePath(module)}/${version}` },
  };
}

function create(call: Call) {
  const module = findModule(call);
  const version = text(documentOf(call).attributes.version) ?? "";
  if (!VERSION.test(version)) throw unprocessable("Version is not a semantic version", "/data/attributes/version");
  if (module.versions.some((other) => other.version === version)) {
    throw unprocessable("Version has already been taken", "/data/attributes/version");
  }
  // Only branch-based modules are published by request; what is published from tags follows the tags.
  if (module.vcsRepo?.tags === true) {
    throw unprocessable("Versions of this module come from Git tags", "/data/attributes/version");
  }
  const added = { id: call.state.newId("modver"), version, status: module.vcsRepo === null ? "pending" : "ok" };
  module.versions = [...module.versions, added];
  module.attributes.status = "setup_complete";
  return created(show(module, added));
}

function read(call: Call) {
  const module = findModule(call);
  const wanted = call.query.get("module_version") ?? call.params.version;
  const found = module.versions.find(({ version }) => version === wanted);
  if (found === undefined) throw notFound();
  return ok(show(module, found));
}

function remove(call: Call) {
  const module = findModule(call);
  const kept = module.versions.filter(({ version }) => version !== call.params.version);
  if (kept.length === module.versions.length) throw notFound();
  module.versions = kept;
  return noContent();
}

const named = "/organizations/:organization/registry-modules/:registry/:namespace/:name/:provider";

export const moduleVersionRoutes: readonly Route[] = [
  route("GET", `${named}/version`, read),
  route("POST", `${named}/versions`, create),
  // Deprecated, and what go-tfe still sends.
  route("POST", "/registry-modules/:organization/:name/:provider/versions", create),
  route("DELETE", `${named}/:version`, remove),
];
