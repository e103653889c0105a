import { addStack } from "../tfe/resources/stacks";
import { addComponent } from "../tfe/state/add-component";
import { addRegistryModule, applyModule } from "../tfe/state/add-module";
import { addPolicySet, settleAgent } from "../tfe/state/add-policy-set";
import { applyLink } from "../tfe/state/link";
import type { TfeState } from "../tfe/state/tfe-state";
import { CREATED_AT } from "./created-at";
import { nonEmpty } from "./non-empty";
import { TEXTS } from "./texts";

interface Tokens {
  readonly old: string;
  readonly other: string;
}

const COUNTS = { policySets: 6, modules: 6, stacks: 4, components: 3 };

/**
 * Adds policy sets, registry modules and stacks, as far as the organization is entitled to them: two of three on the old
 * connection, every setting varied.
 */
export function addResources(
  state: TfeState,
  { organization, addRepository }: { readonly organization: string; readonly addRepository: (path: string) => void },
  projectIds: readonly [string, ...string[]],
  tokens: Tokens,
): void {
  for (let index = 0; index < COUNTS.policySets; index += 1) {
    for (const name of ["policies-", "terraform-aws-module", "stack-", "component-"]) {
      addRepository(`group/${name}${index}`);
    }
  }
  addRepository("group/modules");
  const tokenOf = (index: number) => (index % 3 === 2 ? tokens.other : tokens.old);
  const { entitlements } = state;
  for (let index = 0; entitlements.policySets && index < COUNTS.policySets; index += 1) {
    varyPolicySet(state, organization, projectIds, index, tokenOf(index));
  }
  for (let index = 0; entitlements.registryModules && index < COUNTS.modules; index += 1) {
    varyModule(state, organization, index, tokenOf(index));
  }
  for (let index = 0; entitlements.stacks && index < COUNTS.stacks; index += 1) {
    varyStack(state, organization, state.random.pick(projectIds), index, tokenOf(index));
  }
  for (let index = 0; entitlements.stackComponents && index < COUNTS.components; index += 1) {
    addComponent(state, {
      organization,
      name: `component-${index}`,
      createdAt: CREATED_AT,
      vcsRepo: { identifier: `group/component-${index}`, "oauth-token-id": tokenOf(index) },
    });
  }
}

function varyPolicySet(
  state: TfeState,
  organization: string,
  projectIds: readonly string[],
  index: number,
  token: string,
): void {
  const { random } = state;
  const set = addPolicySet(state, organization, random.pick(["sentinel", "opa"]), CREATED_AT);
  const evaluated = set.attributes.kind === "opa" || random.chance(0.5);
  Object.assign(set.attributes, {
    name: `policies-${index}`,
    description: random.pick(TEXTS) || null,
    global: random.chance(0.3),
    "agent-enabled": evaluated,
    overridable: evaluated ? random.chance(0.5) : null,
    "policies-path": random.pick([null, "policies", "a/b"]),
    "policy-update-patterns": random.chance(0.5) ? ["policies/**/*.sentinel"] : [],
  });
  settleAgent(set.attributes);
  applyLink(state, "policy-set", set, {
    "vcs-repo": {
      identifier: `group/policies-${index}`,
      branch: random.pick(["", "main"]),
      "ingress-submodules": random.chance(0.5),
      "oauth-token-id": token,
    },
  });
  if (set.attributes.global === true) return;
  const workspaces = [...state.workspaces.keys()];
  set.workspaceIds = workspaces.slice(index, index + 2);
  set.projectIds = random.some(projectIds, 0.2);
  set.workspaceExclusionIds = workspaces.slice(index + 2, index + 2 + random.below(2));
}

function varyModule(state: TfeState, organization: string, index: number, token: string): void {
  const { random } = state;
  const tags = index % 2 === 1;
  const monorepo = index > 3 ? { "source-directory": `modules/${index}`, "tag-prefix": `m${index}-` } : {};
  const module = addRegistryModule(state, {
    organization,
    name: `module${index}`,
    provider: "aws",
    createdAt: CREATED_AT,
  });
  applyModule(state, module, {
    "vcs-repo": {
      identifier: index > 3 ? "group/modules" : `group/terraform-aws-module${index}`,
      branch: tags ? "" : "main",
      tags,
      "oauth-token-id": token,
      ...monorepo,
    },
    ...(tags ? {} : { "test-config": { "tests-enabled": random.chance(0.5) } }),
  });
  module.attributes.status = "setup_complete";
  module.versions = ["1.0.0", "1.1.0"].map((version) => ({ id: state.newId("modver"), version, status: "ok" }));
}

function varyStack(state: TfeState, organization: string, projectId: string, index: number, token: string): void {
  const { random } = state;
  const stack = addStack(state, organization, projectId, CREATED_AT);
  Object.assign(stack.attributes, {
    name: `stack-${index}`,
    description: random.pick(TEXTS),
    "speculative-enabled": random.chance(0.5),
    "trigger-patterns": random.chance(0.5) ? ["/stacks/**"] : [],
    "working-directory": random.pick(["", "stacks/a"]),
    "execution-mode": random.pick(["remote", "agent"]),
    "upstream-count": random.below(3),
    "downstream-count": random.below(3),
    "inputs-count": random.below(5),
    "outputs-count": random.below(5),
  });
  if (stack.attributes["execution-mode"] === "agent")
    stack.agentPoolId = random.pick(nonEmpty([...state.agentPools.keys()]));
  applyLink(
    state,
    "stack",
    stack,
    {
      "vcs-repo": {
        identifier: `group/stack-${index}`,
        branch: random.pick(["", "main"]),
        "oauth-token-id": token,
        "tags-regex": random.pick(["", "v\\d+"]),
        "sparse-checkout-pattern": random.pick(["", "stacks/a"]),
        "trigger-disabled": random.chance(0.5),
      },
    },
    projectId,
  );
}
