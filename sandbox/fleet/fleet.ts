import type { Random } from "../random";
import { addAgentPool } from "../tfe/resources/agent-pools";
import { addConnection } from "../tfe/state/add-connection";
import { addProject } from "../tfe/state/add-project";
import { addWorkspace } from "../tfe/state/add-workspace";
import type { TfeState } from "../tfe/state/tfe-state";
import { CREATED_AT } from "./created-at";
import { groupsFor, linkWorkspace, repositoriesIn } from "./link-workspace";
import { nonEmpty } from "./non-empty";
import { addResources } from "./resources";
import { varyWorkspace } from "./vary-workspace";
import { workspaceNames } from "./workspace-names";

/** The old connection's ids, the same in every sandbox, so that an organization file can name it. */
export const OLD_CONNECTION = "oc-SandboxOAuth0001";
export const OLD_TOKEN = "ot-SandboxOAuth0001";

export interface FleetOptions {
  readonly organization: string;
  readonly workspaces: number;
  /** Whether policy sets, registry modules and stacks are made too. */
  readonly resources: boolean;
  readonly gitlabUrl: string;
  /** Told of each repository before anything is linked to it. */
  readonly addRepository: (path: string) => void;
}

/**
 * Fills an organization: half of its workspaces (rounded down) on the old OAuth connection, the others on another one, a GitHub
 * App or none, and every setting that the API knows varied.
 */
export function makeFleet(state: TfeState, options: FleetOptions): void {
  const { organization } = options;
  const { random } = state;
  const otherToken = addConnections(state, options);
  const projectIds = addProjects(state, organization);
  addPoolsAndKeys(state, organization);
  const groups = groupsFor(options.workspaces);
  for (const path of options.workspaces > 0 ? repositoriesIn(groups) : []) options.addRepository(path);
  // Which workspaces are on the old connection is chance, how many is not.
  const onOld = new Set(random.shuffle(indices(options.workspaces)).slice(0, Math.floor(options.workspaces / 2)));
  const elsewhere = [{ token: otherToken }, { installation: "ghain-SandboxGithub001" }, undefined] as const;
  for (const [index, name] of workspaceNames(random, options.workspaces).entries()) {
    const workspace = addWorkspace(state, organization, name, CREATED_AT);
    varyWorkspace(state, workspace, projectIds);
    const access = onOld.has(index) ? { token: OLD_TOKEN } : random.pick(elsewhere);
    if (access !== undefined) linkWorkspace(state, workspace, groups, access);
  }
  shareState(state, random);
  if (options.resources) addResources(state, options, projectIds, { old: OLD_TOKEN, other: otherToken });
}

const indices = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The old connection, made by an OAuth application, and another of the same kind, whose token is returned. */
function addConnections(state: TfeState, { organization, gitlabUrl }: FleetOptions): string {
  const { random } = state;
  const application = () => ({
    "service-provider": "gitlab_community_edition",
    "http-url": gitlabUrl,
    "api-url": `${gitlabUrl}/api/v4`,
    key: random.letters(40),
    secret: random.letters(40),
  });
  const old = { client: OLD_CONNECTION, token: OLD_TOKEN, createdAt: CREATED_AT };
  addConnection(state, organization, { ...application(), name: "GitLab" }, old);
  const token = state.newId("ot");
  addConnection(state, organization, { ...application(), name: "Another GitLab" }, { token, createdAt: CREATED_AT });
  return token;
}

function addProjects(state: TfeState, organization: string): readonly [string, ...string[]] {
  const names = ["Platform", "Data and Analytics", "Größe-42", "legacy_apps"];
  const added = names.map((name) => addProject(state, organization, name, CREATED_AT).id);
  for (const id of added.slice(1, 2)) {
    Object.assign(state.projects.get(id)?.attributes ?? {}, { "auto-destroy-activity-duration": "30d" });
  }
  const home = state.organizations.get(organization)?.defaultProjectId;
  return nonEmpty(home === undefined ? added : [home, ...added]);
}

function addPoolsAndKeys(state: TfeState, organization: string): void {
  for (const name of ["agents", "on-premises"]) {
    addAgentPool(state, organization, name, CREATED_AT);
  }
  const id = state.newId("sshkey");
  state.sshKeys.set(id, { id, organization, name: "submodules" });
}

/** Some workspaces share their state with some others. */
function shareState(state: TfeState, random: Random): void {
  const all = [...state.workspaces.values()];
  for (const workspace of all) {
    if (workspace.attributes["global-remote-state"] === true || !random.chance(0.2)) continue;
    const consumers = [random.pick(nonEmpty(all)), random.pick(nonEmpty(all))].map(({ id }) => id);
    workspace.remoteStateConsumers = [...new Set(consumers)].filter((id) => id !== workspace.id);
  }
}
