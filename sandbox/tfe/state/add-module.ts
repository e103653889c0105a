import { type AttributeTable, readAttributes } from "../api/attributes";
import { unprocessable } from "../api/errors";
import { object } from "../api/json";
import { applyLink } from "./link";
import type { RegistryModule } from "./records";
import type { TfeState } from "./tfe-state";

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

/** "Required when agent-execution-mode is agent, must not be set when it is remote" (HCP Terraform API, "Registry Modules"). */
function requirePool(state: TfeState, organization: string, config: Readonly<Record<string, unknown>>): void {
  const pool = config["agent-pool-id"] ?? null;
  const at = "/data/attributes/test-config/agent-pool-id";
  if (config["agent-execution-mode"] !== "agent") {
    if (pool !== null) throw unprocessable("An agent pool needs the agent execution mode agent", at);
    return;
  }
  if (state.agentPools.get(String(pool))?.organization !== organization) {
    throw unprocessable("The agent pool was not found", at);
  }
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
    const config = { ...object(module.attributes["test-config"]), ...given };
    // Back to remote tests, the pool goes; a pool that is named along with them is a contradiction.
    if (given["agent-execution-mode"] === "remote" && !("agent-pool-id" in given)) config["agent-pool-id"] = null;
    requirePool(state, module.organization, config);
    module.attributes["test-config"] = config;
  }
  const leaving = module.vcsRepo?.tags === false;
  applyLink(state, "registry-module", module, attributes);
  if (module.vcsRepo === null) module.attributes["publishing-mechanism"] = null;
  else module.attributes["publishing-mechanism"] = module.vcsRepo.tags === true ? "git_tag" : "branch";
  settleTests(module, object(attributes["test-config"])["tests-enabled"] === true && !leaving);
}

/**
 * What is published from a branch can be tested, and has a configuration that says whether it is; nothing else has one. Who changes
 * from a branch to tags loses it, whatever else the request says (so the provider's own tests have it).
 *
 * @param asked whether tests are turned on for what was published from tags before.
 */
function settleTests({ attributes, vcsRepo }: RegistryModule, asked: boolean): void {
  if (vcsRepo?.tags === false) {
    attributes["test-config"] ??= { "tests-enabled": false };
    return;
  }
  if (asked) {
    throw unprocessable("Tests need a module that is published from a branch", "/data/attributes/test-config");
  }
  attributes["test-config"] = null;
}
