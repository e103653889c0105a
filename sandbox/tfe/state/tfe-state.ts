import { Random } from "../../random";
import type { LogEntry } from "../log-line";
import type {
  AgentPool,
  Attachable,
  ConfigurationVersion,
  Entitlements,
  HeldGrant,
  ModulePatch,
  Named,
  OauthApplication,
  OauthClient,
  OauthToken,
  Organization,
  PolicySet,
  Project,
  Reauthorization,
  RegistryModule,
  Run,
  Stack,
  StackComponent,
  User,
  VcsEvent,
  Workspace,
} from "./records";
import { snapshot } from "./snapshot";

export interface TfeStateOptions {
  /** The same seed gives the same ids. */
  readonly seed: number;
  /** The token of a user who may do everything. */
  readonly token: string;
  /** The address that clients use. */
  readonly origin: string;
  /** @default everything but Stack components */
  readonly entitlements?: Partial<Entitlements>;
  /** @default "in-place" */
  readonly modules?: ModulePatch;
  /** The GitLab that connections of its address lead to. @default none: every repository of every address is there */
  readonly gitlab?: VcsServer;
  /** Told when somebody authorizes an OAuth application: GitLab then grants it tokens. */
  readonly onAuthorize?: (application: OauthApplication) => HeldGrant;
}

/** What TFE asks of a VCS provider when something is linked. `token` is a personal access token or an OAuth access token. */
export interface VcsServer {
  /** Whether an address is this server's. */
  readonly isAt: (address: string) => boolean;
  /** What the token lets TFE do with a repository: nothing, read it, or make webhooks on it. */
  readonly reach: (token: string, repository: string) => "none" | "read" | "maintain";
  readonly addHook: (repository: string, webhookUrl: string) => void;
  /** What the token sees; undefined when it is good no more. */
  readonly repositories: (token: string) => readonly string[] | undefined;
}

/** Everything that the sandbox's TFE holds. Tests change it at will: that is what people do by hand. */
export class TfeState {
  readonly organizations = new Map<string, Organization>();
  readonly projects = new Map<string, Project>();
  readonly clients = new Map<string, OauthClient>();
  readonly tokens = new Map<string, OauthToken>();
  /** What there is to refresh, by the token's id; a connection with a personal access token has nothing. */
  readonly grants = new Map<string, HeldGrant>();
  readonly workspaces = new Map<string, Workspace>();
  /** What the runs of workspaces were made from, oldest first, by the workspace's id. It outlives a VCS link. */
  readonly configurationVersions = new Map<string, ConfigurationVersion[]>();
  readonly policySets = new Map<string, PolicySet>();
  readonly modules = new Map<string, RegistryModule>();
  readonly stacks = new Map<string, Stack>();
  readonly components = new Map<string, StackComponent>();
  readonly agentPools = new Map<string, AgentPool>();
  readonly sshKeys = new Map<string, Named>();
  readonly vcsEvents: VcsEvent[] = [];
  /** Connections whose events are noted: GitLab.com's alone, as documented ("VCS events API", a beta), or all. */
  vcsEventsFor: "gitlab.com" | "all" = "gitlab.com";
  /** What TFE logs about webhooks. */
  readonly log: LogEntry[] = [];
  /** Who may ask, by token. */
  readonly users = new Map<string, User>();
  readonly random: Random;
  readonly token: string;
  entitlements: Entitlements;
  modulePatch: ModulePatch;
  reauthorization: Reauthorization = "keeps";
  /** What a stack's `vcs-repo` in a request does to keys of the link that it does not name. */
  stackLinks: "kept" | "replaced" = "kept";
  /** Whether `GET /oauth-tokens/:id/authorized-repos` is there (go-tfe has it, the documentation has not). */
  authorizedRepos = false;
  /** Rights in an organization that tokens do not have, such as `can-update-oauth`. What is refused for it is not played. */
  readonly denied = new Set<string>();
  /** Ids of workspaces that tokens may see and not change. */
  readonly readOnlyWorkspaces = new Set<string>();
  /** The address that clients use. Webhooks lead there. */
  origin: string;
  readonly gitlab: VcsServer | undefined;
  readonly onAuthorize: ((application: OauthApplication) => HeldGrant) | undefined;

  constructor(options: TfeStateOptions) {
    this.random = new Random(options.seed);
    this.token = options.token;
    this.entitlements = {
      policySets: true,
      registryModules: true,
      stacks: true,
      stackComponents: false,
      ...options.entitlements,
    };
    this.modulePatch = options.modules ?? "in-place";
    this.origin = options.origin;
    this.gitlab = options.gitlab;
    this.onAuthorize = options.onAuthorize;
    this.users.set(options.token, {
      id: this.newId("user"),
      username: "sandbox",
      rights: this.modulePatch === "owners-only" ? "manager" : "all",
    });
  }

  /** An id in the vendor's shape: a prefix and 16 letters and digits. */
  newId(prefix: string): string {
    return `${prefix}-${this.random.letters(16)}`;
  }

  /** Another user, for example one without rights; returns the token. */
  addUser(username: string, rights: User["rights"]): string {
    const token = `${this.random.letters(14)}.atlasv1.${this.random.letters(60)}`;
    this.users.set(token, { id: this.newId("user"), username, rights });
    return token;
  }

  /** The workspace of a name. @throws Error when there is none: the test asked for the wrong one */
  workspaceNamed(name: string, organization?: string): Workspace {
    for (const workspace of this.workspaces.values()) {
      if (workspace.attributes.name !== name) continue;
      if (organization === undefined || workspace.organization === organization) return workspace;
    }
    throw new Error(`the sandbox has no workspace ${name}`);
  }

  /** Starts a run, as a push would; while it is not over, it locks its workspace. */
  startRun(workspace: Workspace, status = "planning"): Run {
    const run = { id: this.newId("run"), status };
    workspace.runs.push(run);
    return run;
  }

  /** Notes what happened on a connection, where the server does (`vcsEventsFor`). */
  noteVcsEvent(
    { id: clientId, organization, attributes }: OauthClient,
    event: Pick<VcsEvent, "level" | "message" | "suggestedAction">,
  ): void {
    const noted = this.vcsEventsFor === "all" || attributes["service-provider"] === "gitlab_hosted";
    if (!noted) return;
    const id = `ve-${this.vcsEvents.length + 1}`;
    this.vcsEvents.push({ id, organization, clientId, createdAt: new Date().toISOString(), ...event });
  }

  /** Records what a run of a workspace is made from. */
  addConfiguration(workspaceId: string, source: string, ingress: ConfigurationVersion["ingress"] = null): void {
    const before = this.configurationVersions.get(workspaceId) ?? [];
    // Not by chance: what happens to one workspace does not shift what another is.
    const id = `cv-${workspaceId.replace(/^ws-/, "")}${before.length}`;
    this.configurationVersions.set(workspaceId, [...before, { id, source, ingress }]);
  }

  /** Everything that refers to a connection's tokens. */
  resources(): readonly Attachable[] {
    return [
      ...this.workspaces.values(),
      ...this.policySets.values(),
      ...this.modules.values(),
      ...this.stacks.values(),
      ...this.components.values(),
    ];
  }

  /** Deletes tokens. All that uses them loses its VCS link; the webhooks on the repositories stay, orphaned. */
  removeTokens(tokenIds: readonly string[]): void {
    for (const resource of this.resources()) {
      const token = resource.vcsRepo?.["oauth-token-id"];
      if (token != null && tokenIds.includes(token)) resource.vcsRepo = null;
    }
    for (const id of tokenIds) {
      const client = this.clients.get(this.tokens.get(id)?.clientId ?? "");
      if (client !== undefined) client.tokenIds = client.tokenIds.filter((other) => other !== id);
      this.tokens.delete(id);
      this.grants.delete(id);
    }
  }

  /** Deletes a connection with its tokens: whatever uses it is unlinked. */
  removeConnection(id: string): void {
    this.removeTokens([...(this.clients.get(id)?.tokenIds ?? [])]);
    this.clients.delete(id);
  }

  /** Deletes a workspace, and it from everything that refers to it. */
  removeWorkspace(id: string): void {
    const without = (ids: readonly string[]) => ids.filter((other) => other !== id);
    this.workspaces.delete(id);
    this.configurationVersions.delete(id);
    for (const workspace of this.workspaces.values()) {
      if (workspace.remoteStateConsumers.includes(id)) {
        workspace.remoteStateConsumers = without(workspace.remoteStateConsumers);
      }
    }
    for (const set of this.policySets.values()) {
      set.workspaceIds = without(set.workspaceIds);
      set.workspaceExclusionIds = without(set.workspaceExclusionIds);
    }
  }

  /** Renames an organization; everything of it goes along. */
  renameOrganization(organization: Organization, name: string): void {
    for (const records of this.owned()) {
      for (const record of records.values()) if (record.organization === organization.name) record.organization = name;
    }
    this.organizations.delete(organization.name);
    organization.name = name;
    this.organizations.set(name, organization);
  }

  /** Deletes an organization with everything in it. */
  removeOrganization(name: string): void {
    for (const [id, client] of this.clients) if (client.organization === name) this.removeConnection(id);
    for (const records of this.owned()) {
      for (const [id, record] of records) if (record.organization === name) records.delete(id);
    }
    this.organizations.delete(name);
  }

  /** The maps whose records belong to an organization. */
  private owned(): readonly Pick<
    Map<string, { organization: string }>,
    "values" | "delete" | typeof Symbol.iterator
  >[] {
    return [
      this.projects,
      this.clients,
      this.workspaces,
      this.policySets,
      this.modules,
      this.stacks,
      this.components,
      this.agentPools,
      this.sshKeys,
    ];
  }

  /** All records as plain data in a stable order, for comparing before and after. Secrets and times of change are left out. */
  snapshot(): Record<string, unknown> {
    return snapshot({
      organizations: this.organizations,
      projects: this.projects,
      clients: this.clients,
      tokens: this.tokens,
      workspaces: this.workspaces,
      policySets: this.policySets,
      modules: this.modules,
      stacks: this.stacks,
      components: this.components,
      agentPools: this.agentPools,
      sshKeys: this.sshKeys,
    });
  }
}
