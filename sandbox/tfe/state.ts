import { Random } from "../random";

export type Attributes = Record<string, unknown>;

/** A VCS link in the API's own words. */
export interface VcsRepo {
  identifier: string;
  branch: string;
  "ingress-submodules": boolean;
  "oauth-token-id": string | null;
  "github-app-installation-id": string | null;
  "tags-regex"?: string | null;
  tags?: boolean;
  "source-directory"?: string | null;
  "tag-prefix"?: string | null;
  "webhook-url": string | null;
}

/** Anything that may be linked to a repository through a connection. */
export interface Attachable {
  readonly id: string;
  readonly organization: string;
  attributes: Attributes;
  vcsRepo: VcsRepo | null;
}

export interface Run {
  readonly id: string;
  status: string;
}

export interface Workspace extends Attachable {
  projectId: string;
  sshKeyId: string | null;
  agentPoolId: string | null;
  tagNames: string[];
  tagBindings: { key: string; value: string }[];
  remoteStateConsumers: string[];
  locked: { readonly by: "user" | "run" | "team"; readonly reason: string } | null;
  runs: Run[];
  updatedAt: string;
}

export interface PolicySet extends Attachable {
  workspaceIds: string[];
  projectIds: string[];
  workspaceExclusionIds: string[];
}

export interface RegistryModule extends Attachable {
  versions: { version: string; status: string }[];
}

export interface Stack extends Attachable {
  projectId: string;
  agentPoolId: string | null;
}

export interface OauthClient {
  readonly id: string;
  readonly organization: string;
  attributes: Attributes;
  /** The token string or application's secret; never shown. */
  secret: string;
  projectIds: string[];
  agentPoolId: string | null;
  tokenIds: string[];
}

export interface OauthToken {
  readonly id: string;
  readonly clientId: string;
  user: string;
  hasSshKey: boolean;
  readonly createdAt: string;
}

export interface Project {
  readonly id: string;
  readonly organization: string;
  name: string;
  description: string;
}

export interface Named {
  readonly id: string;
  readonly organization: string;
  name: string;
}

export interface Organization {
  readonly name: string;
  attributes: Attributes;
  defaultProjectId: string;
}

/** What an organization may use; a kind it may not use answers 404. */
export interface Entitlements {
  readonly policySets: boolean;
  readonly registryModules: boolean;
  readonly stacks: boolean;
}

/** Everything that the sandbox's TFE holds. Tests change it at will: that is what people do by hand. */
export class TfeState {
  readonly organizations = new Map<string, Organization>();
  readonly projects = new Map<string, Project>();
  readonly clients = new Map<string, OauthClient>();
  readonly tokens = new Map<string, OauthToken>();
  readonly workspaces = new Map<string, Workspace>();
  readonly policySets = new Map<string, PolicySet>();
  readonly modules = new Map<string, RegistryModule>();
  readonly stacks = new Map<string, Stack>();
  readonly agentPools = new Map<string, Named>();
  readonly sshKeys = new Map<string, Named>();
  readonly vcsEvents: { readonly id: string; readonly organization: string; readonly attributes: Attributes }[] = [];
  readonly random: Random;

  constructor(
    seed: number,
    /** A token that may do everything. */
    readonly token: string,
    readonly entitlements: Entitlements,
    /** Whether registry modules can be re-pointed in place. */
    readonly registryModulePatch: boolean,
    /** Told when something is linked to a repository: GitLab then has a webhook. */
    readonly onLink: (repository: string, webhookUrl: string) => void = () => {},
  ) {
    this.random = new Random(seed);
  }

  /** An id in the vendor's shape: a prefix and 16 letters and digits. */
  newId(prefix: string): string {
    return `${prefix}-${this.random.letters(16)}`;
  }

  /** Everything that refers to a connection's tokens. */
  attachments(): readonly Attachable[] {
    return [
      ...this.workspaces.values(),
      ...this.policySets.values(),
      ...this.modules.values(),
      ...this.stacks.values(),
    ];
  }

  /** What happens to all that uses a token when the token or its connection is deleted: it loses its VCS link. */
  unlink(tokenIds: readonly string[]): void {
    for (const attachment of this.attachments()) {
      const token = attachment.vcsRepo?.["oauth-token-id"];
      if (token != null && tokenIds.includes(token)) attachment.vcsRepo = null;
    }
  }

  /** All records as plain data in a stable order, for comparing before and after. Times of change are left out. */
  snapshot(): Record<string, unknown> {
    const all = <T extends { readonly id: string }>(map: Map<string, T>) =>
      Object.fromEntries([...map.values()].sort((a, b) => (a.id < b.id ? -1 : 1)).map((record) => [record.id, record]));
    const plain: Record<string, unknown> = JSON.parse(
      JSON.stringify(
        {
          workspaces: all(this.workspaces),
          policySets: all(this.policySets),
          modules: all(this.modules),
          stacks: all(this.stacks),
          clients: all(this.clients),
          tokens: all(this.tokens),
          projects: all(this.projects),
        },
        (key, value: unknown) => (key === "updatedAt" || key === "secret" ? undefined : value),
      ),
    );
    return plain;
  }
}
