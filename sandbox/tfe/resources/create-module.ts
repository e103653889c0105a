import { readAttributes } from "../api/attributes";
import { type Document, documentOf } from "../api/body";
import { notFound, unprocessable } from "../api/errors";
import { findOrganization, ownedBy, requireEntitlement } from "../api/find-organization";
import { object, text } from "../api/json";
import { type Call, created } from "../api/route";
import { addRegistryModule, applyModule } from "../state/add-module";
import type { RegistryModule } from "../state/records";
import { showModule } from "./find-module";

/** The organization that a token id belongs to: the deprecated `POST /registry-modules` names no other. */
function organizationOfToken(call: Call, { attributes }: Document): string {
  const token = call.state.tokens.get(text(object(attributes["vcs-repo"])["oauth-token-id"]) ?? "");
  const client = call.state.clients.get(token?.clientId ?? "");
  if (client === undefined || call.user.rights === "none") throw notFound();
  return client.organization;
}

/** "Publish a private module from a VCS". */
export function createLinkedModule(call: Call) {
  requireEntitlement(call, "registryModules");
  const document = documentOf(call);
  const organization =
    call.params.organization === undefined ? organizationOfToken(call, document) : findOrganization(call).name;
  const { attributes } = document;
  const repo = object(attributes["vcs-repo"]);
  if (text(repo["display-identifier"] ?? repo.display_identifier) === undefined) {
    throw unprocessable("Display identifier can't be blank", "/data/attributes/vcs-repo/display-identifier");
  }
  // Names follow from `terraform-PROVIDER-NAME`: the folder's in a monorepo if it is called so, or else the repository's.
  const parts = namesIn(repo["source-directory"]) ?? namesIn(repo.identifier);
  const name = text(attributes.name) ?? parts?.name;
  const provider = text(attributes.provider) ?? parts?.provider;
  if (name === undefined || provider === undefined) {
    throw unprocessable("The repository is not named terraform-PROVIDER-NAME", "/data/attributes/vcs-repo/identifier");
  }
  const module = add(call, { organization, name, provider }, (added) => applyModule(call.state, added, attributes));
  publish(call, module, text(attributes["initial-version"]));
  return created(showModule(call, module));
}

/** How long publishing takes: whoever reads a module right after it was made finds it `pending`, as the provider's own tests do. */
const PUBLISHING_MS = 2000;

function publish(call: Call, module: RegistryModule, initial: string | undefined): void {
  const version = initial ?? (module.vcsRepo?.tags === false ? "0.0.0" : "1.0.0");
  const published = { id: call.state.newId("modver"), version, status: "ok" };
  const done = () => {
    module.versions = [...module.versions, published];
    module.attributes.status = "setup_complete";
  };
  // A server that is closed waits for nothing: hence `unref`.
  setTimeout(done, PUBLISHING_MS).unref();
}

function namesIn(path: unknown): { readonly name: string; readonly provider: string } | undefined {
  const [, provider, name] = /^(?:.*\/)?terraform-([A-Za-z0-9]+)-([A-Za-z0-9_-]+)$/.exec(text(path) ?? "") ?? [];
  return provider === undefined || name === undefined ? undefined : { name, provider };
}

/** "Create a module (with no VCS connection)". */
export function createPlainModule(call: Call) {
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
  const open = given["registry-name"] === "public";
  // "Cannot be set for private modules": theirs is the organization.
  const namespace = open ? text(given.namespace) : undefined;
  const module = add(call, { organization, name, provider, namespace }, (added) => {
    if (open) Object.assign(added.attributes, given, { status: "setup_complete" });
    applyModule(call.state, added, { ...attributes, "vcs-repo": null });
  });
  return created(showModule(call, module));
}

/** Adds the module; takes it away again when the request turns out to be wrong. */
function add(
  call: Call,
  at: {
    readonly organization: string;
    readonly name: string;
    readonly provider: string;
    readonly namespace?: string | undefined;
  },
  fill: (module: RegistryModule) => void,
): RegistryModule {
  const namespace = at.namespace ?? at.organization;
  const taken = ownedBy(call.state.modules, at.organization).some(
    ({ attributes: a }) => a.name === at.name && a.provider === at.provider && a.namespace === namespace,
  );
  if (taken) throw unprocessable("Name has already been taken", "/data/attributes/name");
  const module = addRegistryModule(call.state, { ...at, createdAt: call.now().toISOString() });
  try {
    fill(module);
  } catch (error) {
    call.state.modules.delete(module.id);
    throw error;
  }
  return module;
}
