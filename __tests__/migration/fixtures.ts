import { settings } from "../../bench/workspace-settings";
import type { ConnectionRecord, Inventory, OwnConnection } from "../../lib/inventory/schema";
import type { VcsResource } from "../../lib/kinds";
import type { VcsRepo } from "../../lib/kinds/vcs-repo";
import type { WorkspaceSettings } from "../../lib/kinds/workspace";
import { newResourceAddress } from "../../lib/migration/address";
import type { Organization } from "../../lib/organization/organization";

export const OLD = { connection: "oc-oldOldOldOldOld1", token: "ot-oldOldOldOldOld1" };
export const NEW = { connection: "oc-newNewNewNewNew1", token: "ot-newNewNewNewNew1" };
export const OTHER = { connection: "oc-otherOtherOther1", token: "ot-otherOtherOther1" };

export { settings };

export function vcsRepo(oauthTokenId: string | null, changes: Partial<VcsRepo> = {}): VcsRepo {
  return {
    identifier: "group/project",
    branch: "",
    ingressSubmodules: false,
    oauthTokenId,
    githubAppInstallationId: null,
    tagsRegex: null,
    ...changes,
  };
}

export interface WorkspaceOptions {
  readonly name?: string;
  readonly projectId?: string;
  /** The token it had when it was first seen. */
  readonly first?: typeof OLD;
  /** The token it has now; null for none. */
  readonly token?: string | null;
  readonly adopted?: boolean;
  readonly gone?: boolean;
  readonly settings?: Partial<WorkspaceSettings>;
}

export function workspace(number: number, options: WorkspaceOptions = {}): VcsResource {
  const id = `ws-${String(number).padStart(16, "0")}`;
  const name = options.name ?? `workspace-${number}`;
  const first = options.first ?? OLD;
  const token = options.token === undefined ? first.token : options.token;
  return {
    kind: "workspace",
    id,
    name,
    projectId: options.projectId ?? "prj-0000000000000001",
    baseline: {
      address: newResourceAddress("workspace", name, id),
      name,
      connectionId: first.connection,
      vcsRepo: vcsRepo(first.token),
    },
    vcsRepo: token === null ? null : vcsRepo(token),
    ...(token === null ? { lastVcsRepo: vcsRepo(first.token) } : {}),
    adopted: options.adopted ?? true,
    gone: options.gone ?? false,
    settings: { ...settings, ...options.settings },
  };
}

/** A registry module that was first seen on the old connection. */
export function registryModule(number: number, { token }: { readonly token: string }): VcsResource {
  const { kind: _, settings: __, ...common } = workspace(number, { name: `module-${number}`, token });
  return {
    ...common,
    kind: "registry-module",
    projectId: null,
    settings: {
      registryName: "private",
      namespace: "acme",
      provider: "aws",
      noCode: false,
      publishingMechanism: "git_tag",
      testsEnabled: null,
      agentExecutionMode: null,
      agentPoolId: null,
    },
  };
}

export function connection(at: typeof OLD, name: string, changes: Partial<ConnectionRecord> = {}): ConnectionRecord {
  return {
    id: at.connection,
    name,
    serviceProvider: "gitlab_community_edition",
    httpUrl: "https://gitlab.example.com",
    apiUrl: "https://gitlab.example.com/api/v4",
    key: null,
    organizationScoped: true,
    projectIds: [],
    agentPoolId: null,
    connectPath: null,
    createdAt: null,
    tokens: [{ id: at.token, serviceProviderUser: "bot", hasSshKey: false }],
    affectedWorkspacesCount: null,
    gone: false,
    ...changes,
  };
}

/** The record of the connection that `organization()` asks for, made and found. */
export function ownConnection(changes: Partial<OwnConnection> = {}): OwnConnection {
  return {
    address: "gitlab_pat",
    name: "GitLab (PAT)",
    serviceProvider: "gitlab_community_edition",
    httpUrl: "https://gitlab.example.com",
    apiUrl: "https://gitlab.example.com/api/v4",
    id: NEW.connection,
    others: [],
    managed: true,
    projectIds: [],
    ...changes,
  };
}

export function inventory(resources: readonly VcsResource[], changes: Partial<Inventory> = {}): Inventory {
  return {
    version: 3,
    hostname: "app.terraform.io",
    organization: "acme",
    changedAt: "2026-01-01T00:00:00.000Z",
    unavailableKinds: [],
    modulesInPlace: null,
    pat: null,
    projects: [
      { id: "prj-0000000000000001", name: "Default Project" },
      { id: "prj-0000000000000002", name: "Platform" },
    ],
    connections: [connection(NEW, "GitLab (PAT)"), connection(OLD, "GitLab"), connection(OTHER, "Other")],
    ownConnections: [ownConnection()],
    resources: [...resources],
    stackComponents: [],
    ...changes,
  };
}

export function organization(changes: Partial<Organization> = {}): Organization {
  return {
    file: "organizations/acme.yaml",
    hostname: "app.terraform.io",
    organization: "acme",
    gitlab: {
      url: "https://gitlab.example.com",
      apiUrl: "https://gitlab.example.com/api/v4",
      serviceProvider: "gitlab_community_edition",
      movedFrom: [],
    },
    connection: {
      name: "GitLab (PAT)",
      scope: "organization",
      agentPool: undefined,
      existing: undefined,
      tokenVariable: "gitlab_pat",
    },
    from: [OLD.connection],
    select: { exclude: [] },
    managedElsewhere: [],
    waves: [],
    through: undefined,
    direction: "forward",
    forget: "none",
    backend: { type: "local", settings: {} },
    terraform: { provider: "~> 0.80.0" },
    allowAutoDestroyReset: false,
    limits: { maxChanges: undefined },
    ...changes,
  };
}
