import type { Random } from "../random";
import { addConnection } from "../tfe/routes/oauth";
import { addPolicySet } from "../tfe/routes/policy-sets";
import { addRegistryModule } from "../tfe/routes/registry-modules";
import { addStack } from "../tfe/routes/stacks";
import { addWorkspace } from "../tfe/routes/workspaces";
import type { OauthClient, TfeState, Workspace } from "../tfe/state";
import { applyVcsRepo, WORKSPACE_LINK } from "../tfe/vcs";

/** The old connection's ids, the same in every sandbox, so that a wish can name it. */
export const OLD_CONNECTION = "oc-SandboxOAuth0001";
export const OLD_TOKEN = "ot-SandboxOAuth0001";

export interface FleetOptions {
  readonly organization: string;
  readonly workspaces: number;
  /** Whether policy sets, registry modules and stacks are made too. */
  readonly attachments: boolean;
  readonly gitlabUrl: string;
}

/**
 * Fills an organization: half of its workspaces (rounded down) on the old OAuth connection, the others on another one, a GitHub
 * App or none, and every setting that the API knows varied.
 */
export function makeFleet(state: TfeState, options: FleetOptions): void {
  const { organization, gitlabUrl } = options;
  const { random } = state;
  const gitlab = {
    "service-provider": "gitlab_community_edition",
    "http-url": gitlabUrl,
    "api-url": `${gitlabUrl}/api/v4`,
  };
  addConnection(
    state,
    organization,
    { ...gitlab, name: "GitLab", key: random.letters(40), secret: random.letters(40) },
    { client: OLD_CONNECTION, token: OLD_TOKEN },
  );
  const other = addConnection(state, organization, {
    ...gitlab,
    name: "Another GitLab",
    key: random.letters(40),
    secret: "s",
    "oauth-token-string": random.letters(20),
  });
  const projects = ["Platform", "Data & Analytics", 'Team "Blue"', "Größe ∞"].map((name) => {
    const project = { id: state.newId("prj"), organization, name, description: "" };
    state.projects.set(project.id, project);
    return project.id;
  });
  for (const name of ["agents", "on-premises"]) {
    const id = state.newId("apool");
    state.agentPools.set(id, { id, organization, name });
  }
  const key = state.newId("sshkey");
  state.sshKeys.set(key, { id: key, organization, name: "submodules" });

  const onOld = Math.floor(options.workspaces / 2);
  // Which workspaces are on the old connection is chance, how many is not.
  const order = shuffle(
    random,
    Array.from({ length: options.workspaces }, (_, index) => index),
  );
  const old = new Set(order.slice(0, onOld));
  for (let index = 0; index < options.workspaces; index += 1) {
    const workspace = addWorkspace(state, organization, workspaceName(random, index));
    vary(state, workspace, projects);
    link(state, workspace, old.has(index) ? OLD_TOKEN : elsewhere(random, other));
  }
  shareState(state, organization);
  if (options.attachments) addOthers(state, organization, projects, other);
}

function shuffle<T>(random: Random, items: T[]): T[] {
  for (let index = items.length - 1; index > 0; index -= 1) {
    const swap = random.below(index + 1);
    [items[index], items[swap]] = [items[swap] as T, items[index] as T];
  }
  return items;
}

const parts: readonly [string, ...string[]] = ["network", "app", "db", "cdn", "iam", "logs", "edge", "k8s"];

/** Names that differ by little: `-` and `_`, upper and lower case. */
function workspaceName(random: Random, index: number): string {
  const separator = random.pick(["-", "_"]);
  const part = random.pick(parts);
  return [random.chance(0.2) ? part.toUpperCase() : part, random.pick(["prod", "stage", "dev"]), String(index)].join(
    separator,
  );
}

/** Text as people write it into descriptions, with everything that a template or a quote could trip over. */
const texts: readonly [string, ...string[]] = [
  "",
  "plain",
  'a "quoted" word',
  "a \\ backslash and a tab\t",
  "two\nlines",
  "costs ${amount} and %{if}",
  "Größe ∞ 😀",
  "$${already} %%{escaped}",
];

function vary(state: TfeState, workspace: Workspace, projects: readonly string[]): void {
  const { random } = state;
  const a = workspace.attributes;
  const flag = (name: string, probability = 0.5) => {
    a[name] = random.chance(probability);
  };
  a.description = random.pick(texts) || null;
  for (const name of [
    "allow-destroy-plan",
    "assessments-enabled",
    "auto-apply",
    "auto-apply-run-trigger",
    "file-triggers-enabled",
    "global-remote-state",
    "queue-all-runs",
    "speculative-enabled",
    "structured-run-output-enabled",
  ]) {
    flag(name);
  }
  a["terraform-version"] = random.pick(["1.5.7", "1.9.8", "~> 1.10.0", "latest"]);
  a["working-directory"] = random.pick(["", "infra", "envs/prod", "dir with space", "a/${b}"]);
  if (random.chance(0.3)) {
    const source = random.pick([
      ["Terraform Cloud UI", "https://app.terraform.io"],
      ["modules & more", "https://example.test/?a=1&b=${2}"],
    ] as const);
    a["source-name"] = source[0];
    a["source-url"] = source[1];
  }
  const mode = random.pick(["remote", "remote", "local", "agent"]);
  a["execution-mode"] = mode;
  if (mode === "agent") workspace.agentPoolId = random.pick(nonEmpty([...state.agentPools.keys()]));
  const destroy = random.below(5);
  if (destroy === 1 || destroy === 3)
    a["auto-destroy-at"] = `2027-0${1 + random.below(9)}-1${random.below(9)}T08:30:00.000Z`;
  if (destroy === 2 || destroy === 3) a["auto-destroy-activity-duration"] = random.pick(["14d", "24h", "90d"]);
  if (destroy === 3) a["inherits-project-auto-destroy"] = random.chance(0.5);
  workspace.tagNames = random.some(["prod", "team:blue", "cost-centre", "a_b", "z9"], 0.3).sort();
  workspace.tagBindings = random
    .some(["env", "owner", "tier"], 0.3)
    .map((name) => ({ key: name, value: random.pick(["x", "with space", ""]) }));
  workspace.projectId = random.pick(nonEmpty([...projects, workspace.projectId]));
  if (random.chance(0.2)) workspace.sshKeyId = random.pick(nonEmpty([...state.sshKeys.keys()]));
}

type Link = { readonly token: string } | { readonly installation: string } | null;

function elsewhere(random: Random, other: OauthClient): Link {
  const [token = ""] = other.tokenIds;
  const links: readonly [Link, ...Link[]] = [{ token }, { installation: "ghain-SandboxGithub001" }, null];
  return random.pick(links);
}

/** Links a workspace, with triggers: a tag regex, patterns or prefixes, which exclude each other. */
function link(state: TfeState, workspace: Workspace, to: string | Link): void {
  if (to === null) return;
  const { random } = state;
  const connection =
    typeof to === "string"
      ? { "oauth-token-id": to }
      : "token" in to
        ? { "oauth-token-id": to.token }
        : { "github-app-installation-id": to.installation };
  const trigger = random.below(4);
  if (trigger === 1) workspace.attributes["trigger-patterns"] = ["/modules/**/*.tf", `/${random.pick(parts)}/*`];
  if (trigger === 2) workspace.attributes["trigger-prefixes"] = ["/modules", `/${random.pick(parts)}`];
  const repo = {
    "vcs-repo": {
      identifier: `${random.pick(["group", "group/sub", "team-a"])}/${random.pick(parts)}`,
      branch: random.pick(["", "main", "release/1.x", "feature/${x}"]),
      "ingress-submodules": random.chance(0.3),
      ...connection,
      ...(trigger === 3 ? { "tags-regex": random.pick(["v\\d+\\.\\d+", "^release-.*$", '"\\d{1,3}"']) } : {}),
    },
  };
  applyVcsRepo(state, workspace, repo, WORKSPACE_LINK);
}

/** Some workspaces share their state with some others. */
function shareState(state: TfeState, organization: string): void {
  const { random } = state;
  const own = [...state.workspaces.values()].filter((workspace) => workspace.organization === organization);
  for (const workspace of own) {
    if (workspace.attributes["global-remote-state"] === true || !random.chance(0.2) || own.length < 2) continue;
    const consumer = random.pick(nonEmpty(own));
    if (consumer.id !== workspace.id) workspace.remoteStateConsumers = [consumer.id];
  }
}

function addOthers(state: TfeState, organization: string, projects: readonly string[], other: OauthClient): void {
  const { random } = state;
  const [otherToken = ""] = other.tokenIds;
  const workspaces = [...state.workspaces.keys()];
  for (let index = 0; index < 6; index += 1) {
    const global = random.chance(0.3);
    const set = addPolicySet(state, organization, {
      name: `policies-${index}`,
      description: random.pick(texts),
      global,
      kind: random.pick(["sentinel", "opa"]),
      overridable: random.chance(0.5),
      "agent-enabled": random.chance(0.5),
      "policies-path": random.pick([null, "policies", "a/b"]),
      "policy-update-patterns": random.chance(0.5) ? ["policies/**/*.sentinel"] : [],
      "vcs-repo": {
        identifier: `group/policies-${index}`,
        branch: random.pick(["", "main"]),
        "ingress-submodules": random.chance(0.5),
        "oauth-token-id": index % 3 === 2 ? otherToken : OLD_TOKEN,
      },
    });
    if (!global) set.workspaceIds = workspaces.slice(index, index + 2);
  }
  for (let index = 0; index < 6; index += 1) {
    const branch = index % 2 === 0 ? "main" : "";
    addRegistryModule(state, organization, {
      name: `module${index}`,
      provider: "aws",
      "test-config": { "tests-enabled": branch !== "" && random.chance(0.5) },
      "vcs-repo": {
        identifier: `group/terraform-aws-module${index}`,
        branch,
        tags: branch === "",
        ...(index > 3 ? { "source-directory": `modules/${index}`, "tag-prefix": `m${index}-` } : {}),
        "oauth-token-id": index % 3 === 2 ? otherToken : OLD_TOKEN,
      },
    });
  }
  for (let index = 0; index < 4; index += 1) {
    addStack(state, organization, random.pick(nonEmpty(projects)), {
      name: `stack-${index}`,
      description: random.pick(texts),
      "speculative-enabled": random.chance(0.5),
      "trigger-patterns": random.chance(0.5) ? ["/stacks/**"] : [],
      "working-directory": random.pick(["", "stacks/a"]),
      "vcs-repo": {
        identifier: `group/stack-${index}`,
        branch: random.pick(["", "main"]),
        "oauth-token-id": index === 3 ? otherToken : OLD_TOKEN,
      },
    });
  }
}

function nonEmpty<T>(items: readonly T[]): readonly [T, ...T[]] {
  const [first, ...rest] = items;
  if (first === undefined) throw new Error("nothing to choose from");
  return [first, ...rest];
}
